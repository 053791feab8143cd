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
  /** The run as it was told last; null before that. */
  readonly run: ChargeRunDetailsFragment | null;
  /** Why nothing is told at present; null while all is well. */
  readonly error: unknown;
}

export interface ChargeRunUpdatesOptions {
  /** Called with the run as it changes; several changes in quick succession are told as one. */
  readonly onUpdate?: (run: ChargeRunDetailsFragment) => void;
}

/**
 * A charge run, as it is now and after every change: its state, its progress, how many rows are where. useChargeRunQuery of the same id
 * shows the same. Without an id nothing is watched. A lost connection is made again.
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
