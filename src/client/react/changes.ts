"use client";
import { useEffect, useRef } from "react";
import { type ChangeDetailsFragment, CustomerChangedDocument } from "../generated/graphql.ts";
import { watch } from "../watch.ts";
import { useGatewayClient } from "./provider.ts";

export interface CustomerChangesOptions {
  /** Called with each change: at once after the gateway's own writes, and after the next look for changes that others made. */
  readonly onChange: (change: ChangeDetailsFragment) => void;
  /** Called when the connection is lost (it is made again) or refused (which is `final`). */
  readonly onFailure?: ((error: unknown, final: boolean) => void) | undefined;
  /** Set it to false to watch nothing. Each hook holds a connection, and browsers allow few. Default: true. */
  readonly enabled?: boolean | undefined;
}

/** Watches customers that change in a backend, over server-sent events. Misses what happens while it is not connected. */
export function useCustomerChanges({ onChange, onFailure, enabled = true }: CustomerChangesOptions): void {
  const client = useGatewayClient();
  const latest = useRef({ onChange, onFailure });
  useEffect(() => {
    latest.current = { onChange, onFailure };
  });
  useEffect(() => {
    if (!enabled) return;
    const unmounted = new AbortController();
    void watch(
      client,
      CustomerChangedDocument,
      {},
      {
        signal: unmounted.signal,
        onData: ({ customerChanged }) => latest.current.onChange(customerChanged),
        onFailure: (error, final) => latest.current.onFailure?.(error, final),
      },
    );
    return () => unmounted.abort();
  }, [client, enabled]);
}
