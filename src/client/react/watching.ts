"use client";
import { useEffect, useRef, useState } from "react";
import type { GatewayClient } from "../client.ts";
import type { AnyDocument } from "../documents.ts";
import { watch } from "../watch.ts";
import { useGatewayClient } from "./provider.ts";

/** Shared by the hooks that subscribe to one kind of object. */

export interface Watched<Value> {
  /** The value of the last event; null before the first. */
  readonly value: Value | null;
  /** Why no events arrive now; null while they do. */
  readonly error: unknown;
}

interface Watching<Data, Variables, Value> {
  readonly document: AnyDocument<Data, Variables>;
  readonly variablesOf: (id: string | null) => Variables;
  readonly valueOf: (data: Data) => Value;
  /** Called with each value before it is rendered. */
  readonly onValue: (value: Value) => void;
}

interface Told<Value> extends Watched<Value> {
  /** An object's id, or null for all objects. */
  readonly of: string | null;
}

/** Follows a subscription while the component is mounted. Another id starts it anew. A lost connection is made again. */
export function useWatched<Data, Variables, Value>(
  id: string | null,
  enabled: boolean,
  watching: Watching<Data, Variables, Value>,
): Watched<Value> {
  const client: GatewayClient = useGatewayClient();
  const [told, setTold] = useState<Told<Value>>({ of: id, value: null, error: null });
  const latest = useRef(watching);
  useEffect(() => {
    latest.current = watching;
  });
  useEffect(() => {
    if (!enabled) return;
    const unmounted = new AbortController();
    const { document, variablesOf } = latest.current;
    void watch(client, document, variablesOf(id), {
      signal: unmounted.signal,
      onData: (data) => {
        const value = latest.current.valueOf(data);
        latest.current.onValue(value);
        setTold({ of: id, value, error: null });
      },
      onFailure: (error) => setTold((before) => ({ of: id, value: before.of === id ? before.value : null, error })),
    });
    return () => unmounted.abort();
  }, [client, id, enabled]);
  const { value, error } = told;
  return enabled && told.of === id ? { value, error } : { value: null, error: null };
}
