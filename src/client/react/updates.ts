"use client";
import { useQueryClient } from "@tanstack/react-query";
import {
  type ChargeRunDetailsFragment,
  ChargeRunDocument,
  ChargeRunUpdatedDocument,
  OperationDocument,
  type OperationInFullFragment,
  OperationUpdatedDocument,
} from "../generated/graphql.ts";
import { queryKey } from "../queries.ts";
import { useWatched } from "./watching.ts";

export interface OperationUpdates {
  /** The operation after its last update; null before the first. */
  readonly operation: OperationInFullFragment | null;
  /** Why no updates arrive now; null while they do. */
  readonly error: unknown;
}

export interface OperationUpdatesOptions {
  /** Called with the operation after each change. */
  readonly onUpdate?: ((operation: OperationInFullFragment) => void) | undefined;
}

/**
 * Watches an operation over server-sent events: its present state, then every change. useOperationQuery of the same id shows the
 * same object. Without an id (the mutation has not answered yet) it watches nothing. A lost connection is made again.
 */
export function useOperationUpdates(id: string | null | undefined, options: OperationUpdatesOptions = {}): OperationUpdates {
  return useUpdates(id ?? null, id != null, options);
}

/** Watches all operations, each as it changes. */
export function useAllOperationUpdates(options: OperationUpdatesOptions = {}): OperationUpdates {
  return useUpdates(null, true, options);
}

function useUpdates(id: string | null, enabled: boolean, { onUpdate }: OperationUpdatesOptions): OperationUpdates {
  const queryClient = useQueryClient();
  const { value, error } = useWatched(id, enabled, {
    document: OperationUpdatedDocument,
    variablesOf: (of) => (of === null ? {} : { id: of }),
    valueOf: ({ operationUpdated }) => operationUpdated,
    onValue: (operation) => {
      queryClient.setQueryData(queryKey(OperationDocument, { id: operation.id }), { operation });
      onUpdate?.(operation);
    },
  });
  return { operation: value, error };
}

export interface ChargeRunUpdates {
  /** The run after its last update; null before the first. */
  readonly run: ChargeRunDetailsFragment | null;
  /** Why no updates arrive now; null while they do. */
  readonly error: unknown;
}

export interface ChargeRunUpdatesOptions {
  /** Called with the run after a change. Several changes in quick succession arrive as one. */
  readonly onUpdate?: ((run: ChargeRunDetailsFragment) => void) | undefined;
}

/**
 * Watches a charge run: its state, its progress, and how many rows are in each state. useChargeRunQuery of the same id shows the
 * same object. Without an id it watches nothing. A lost connection is made again.
 */
export function useChargeRunUpdates(id: string | null | undefined, { onUpdate }: ChargeRunUpdatesOptions = {}): ChargeRunUpdates {
  const queryClient = useQueryClient();
  const { value, error } = useWatched(id ?? null, id != null, {
    document: ChargeRunUpdatedDocument,
    variablesOf: (of) => ({ id: of ?? "" }),
    valueOf: ({ chargeRunUpdated }) => chargeRunUpdated,
    onValue: (chargeRun) => {
      queryClient.setQueryData(queryKey(ChargeRunDocument, { id: chargeRun.id }), { chargeRun });
      onUpdate?.(chargeRun);
    },
  });
  return { run: value, error };
}
