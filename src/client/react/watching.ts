"use client";
import { useEffect, useRef, useState } from "react";
import type { GatewayClient } from "../client.ts";
import type { AnyDocument } from "../documents.ts";
import { watch } from "../watch.ts";
import { useGatewayClient } from "./provider.ts";

/** What hooks of subscriptions to one kind of object have in common. */

export interface Watched<Value> {
  /** As it was told last; null before that. */
  readonly value: Value | null;
  /** Why nothing is told at present; null while all is well. */
  readonly error: unknown;
}

interface Watching<Data, Variables, Value> {
  readonly document: AnyDocument<Data, Variables>;
  readonly variablesOf: (id: string | null) => Variables;
  readonly valueOf: (data: Data) => Value;
  /** Called with each value as it is told, before anybody renders it. */
  readonly onValue: (value: Value) => void;
}

interface Told<Value> extends Watched<Value> {
  /** Of what: an object's id, or null for all. */
  readonly of: string | null;
}

/** Follows a subscription while the component is there, and begins anew with another id. A lost connection is made again. */
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
