"use client";
import { createContext, createElement, type ReactElement, type ReactNode, useContext, useMemo } from "react";
import type { GatewayClient } from "../client.ts";
import { createSubmissions, type KeyStorage, type Submissions } from "../submissions.ts";

interface Provided {
  readonly client: GatewayClient;
  readonly submissions: Submissions;
}

const ConnectionContext = createContext<Provided | null>(null);

export interface GatewayProviderProps {
  /** Made once, outside of components. */
  readonly client: GatewayClient;
  /** Where idempotency keys outlive a reload; default: the tab's sessionStorage. Made once, outside of components. */
  readonly storage?: KeyStorage;
  readonly children?: ReactNode;
}

/** Gives the hooks below it their gateway. They also need TanStack Query's QueryClientProvider above them. */
export function GatewayProvider({ client, storage, children }: GatewayProviderProps): ReactElement {
  const connection = useMemo(() => ({ client, submissions: createSubmissions(storage ? { storage } : {}) }), [client, storage]);
  // React 18 has no other way to write it.
  return createElement(ConnectionContext.Provider, { value: connection }, children);
}

/** The client that the provider was given. Throws outside of a GatewayProvider. */
export function useGatewayClient(): GatewayClient {
  return useConnection().client;
}

/** What the provider holds. Throws outside of a GatewayProvider. */
export function useConnection(): Provided {
  const connection = useContext(ConnectionContext);
  if (!connection) throw new Error("The hooks of billing-gateway-client need a <GatewayProvider client={…}> above them.");
  return connection;
}
