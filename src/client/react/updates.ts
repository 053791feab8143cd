"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { OperationDocument, type OperationInFullFragment, OperationUpdatedDocument } from "../generated/graphql.ts";
import { queryKey } from "../queries.ts";
import { watch } from "../watch.ts";
import { useGatewayClient } from "./provider.ts";

export interface OperationUpdates {
  /** The operation as it was told last; null before that. */
  readonly operation: OperationInFullFragment | null;
  /** Why nothing is told at present; null while all is well. */
  readonly error: unknown;
}

export interface OperationUpdatesOptions {
  /** Called with each operation as it changes. */
  readonly onUpdate?: (operation: OperationInFullFragment) => void;
}

/**
 * An operation, as it is now and after every change, over server-sent events; useOperationQuery of the same id shows the same.
 * Without an id, say because the mutation has not answered yet, nothing is watched. A lost connection is made again.
 */
export function useOperationUpdates(id: string | null | undefined, options: OperationUpdatesOptions = {}): OperationUpdates {
  return useUpdates(id ?? null, id != null, options);
}

/** Every operation that changes, one after the other. */
export function useAllOperationUpdates(options: OperationUpdatesOptions = {}): OperationUpdates {
  return useUpdates(null, true, options);
}

interface Told extends OperationUpdates {
  /** Of what: an operation's id, or null for all. */
  readonly of: string | null;
}

function useUpdates(id: string | null, enabled: boolean, { onUpdate }: OperationUpdatesOptions): OperationUpdates {
  const client = useGatewayClient();
  const queryClient = useQueryClient();
  const [told, setTold] = useState<Told>({ of: id, operation: null, error: null });
  const latest = useRef(onUpdate);
  useEffect(() => {
    latest.current = onUpdate;
  });
  useEffect(() => {
    if (!enabled) return;
    const unmounted = new AbortController();
    void watch(client, OperationUpdatedDocument, id === null ? {} : { id }, {
      signal: unmounted.signal,
      onData: ({ operationUpdated: operation }) => {
        queryClient.setQueryData(queryKey(OperationDocument, { id: operation.id }), { operation });
        setTold({ of: id, operation, error: null });
        latest.current?.(operation);
      },
      onFailure: (error) => setTold((before) => ({ of: id, operation: before.of === id ? before.operation : null, error })),
    });
    return () => unmounted.abort();
  }, [client, queryClient, id, enabled]);
  const { operation, error } = told;
  return enabled && told.of === id ? { operation, error } : { operation: null, error: null };
}
