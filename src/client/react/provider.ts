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
  /** Make it once, outside of components. */
  readonly client: GatewayClient;
  /** Keeps idempotency keys over a reload. Default: the tab's sessionStorage. Make it once, outside of components. */
  readonly storage?: KeyStorage | undefined;
  readonly children?: ReactNode | undefined;
}

/** Gives the client to the hooks below it. They also need TanStack Query's QueryClientProvider above them. */
export function GatewayProvider({ client, storage, children }: GatewayProviderProps): ReactElement {
  const connection = useMemo(() => ({ client, submissions: createSubmissions(storage ? { storage } : {}) }), [client, storage]);
  // React 18 has no `<ConnectionContext value>` yet.
  return createElement(ConnectionContext.Provider, { value: connection }, children);
}

/** Returns the provider's client. Throws outside of a GatewayProvider. */
export function useGatewayClient(): GatewayClient {
  return useConnection().client;
}

/** Returns the provider's connection. Throws outside of a GatewayProvider. */
export function useConnection(): Provided {
  const connection = useContext(ConnectionContext);
  if (!connection) throw new Error("The hooks of billing-gateway-client need a <GatewayProvider client={…}> above them.");
  return connection;
}
