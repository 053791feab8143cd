"use client";
import { useEffect, useRef } from "react";
import { type ChangeDetailsFragment, CustomerChangedDocument } from "../generated/graphql.ts";
import { watch } from "../watch.ts";
import { useGatewayClient } from "./provider.ts";

export interface CustomerChangesOptions {
  /** Called with each change as the gateway notices it: its own writes at once, what others do when it looks the next time. */
  readonly onChange: (change: ChangeDetailsFragment) => void;
  /** Called when the connection is lost, which is made again, or refused, which is final. */
  readonly onFailure?: (error: unknown) => void;
  /** False: nothing is watched. Each hook holds a connection open, of which browsers allow few; default true. */
  readonly enabled?: boolean;
}

/** Every customer that changes in a backend while one looks, over server-sent events. What happens while not connected is missed. */
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
        onFailure: (error) => latest.current.onFailure?.(error),
      },
    );
    return () => unmounted.abort();
  }, [client, enabled]);
}
