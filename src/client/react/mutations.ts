"use client";
import { type UseMutationOptions, type UseMutationResult, useMutation } from "@tanstack/react-query";
import { type GatewayClient, variablesAnd } from "../client.ts";
import { type AnyDocument, operationName } from "../documents.ts";
import type { MutationAnswer } from "../outcome.ts";
import { always, type RequestError, retry } from "../queries.ts";
import type { Submissions } from "../submissions.ts";
import { useConnection, useGatewayClient } from "./provider.ts";

type MutationOptions<Data, Variables> = Omit<UseMutationOptions<Data, RequestError, Variables>, "mutationFn">;

/** useMutation for one document. */
export type MutationHook<Data, Variables> = (
  options?: MutationOptions<Data, Variables>,
) => UseMutationResult<Data, RequestError, Variables>;

export function createMutationHook<Data, Variables>(document: AnyDocument<Data, Variables>): MutationHook<Data, Variables> {
  return (options) => {
    const client = useGatewayClient();
    return useMutation({
      ...always,
      mutationKey: ["billing-gateway", operationName(document)],
      mutationFn: (variables: Variables) => client.request(document, ...variablesAnd(variables, {})),
      ...options,
    });
  };
}

/** The variables of a mutation that takes an idempotency key. */
export interface KeyedVariables {
  readonly input: {
    readonly idempotencyKey?: string | null | undefined;
    readonly validateOnly?: boolean | null | undefined;
  };
}

export interface KeyedMutation<Data, Variables> {
  readonly networkMode: "always";
  readonly mutationFn: (variables: Variables) => Promise<Data>;
  readonly retry: (failures: number, error: RequestError) => boolean;
}

/**
 * Options of useMutation for a mutation with an idempotency key. Each submission has one key, kept until its outcome is known:
 * through double clicks, lost answers, retries and reloads. Check-only calls get no key, as they change nothing. A key in the
 * variables is sent instead of a new one.
 */
export function keyedMutation<Data extends MutationAnswer, Variables extends KeyedVariables>(
  { client, submissions }: { readonly client: Pick<GatewayClient, "request">; readonly submissions: Submissions },
  document: AnyDocument<Data, Variables>,
  form?: string,
  newKey?: () => string | null,
): KeyedMutation<Data, Variables> {
  return {
    ...always,
    mutationFn: (variables) => {
      const send = (idempotencyKey?: string): Promise<Data> =>
        client.request(document, ...variablesAnd(variables, { idempotencyKey }));
      const { validateOnly, idempotencyKey } = variables.input;
      if (validateOnly === true || idempotencyKey != null) return send();
      return submissions.submit({ form: formOf(document, variables, form), variables, send, newKey });
    },
    // With the key a retry is safe. When the answer was lost, it is the only way to learn the outcome.
    retry,
  };
}

export interface KeyedMutationOptions<Data, Variables extends KeyedVariables> extends MutationOptions<Data, Variables> {
  /**
   * Names the form; it must be the same after a reload. Forms of one mutation that can be submitted independently need different
   * names. Default: the mutation and its subject, for example the customer to charge.
   */
  readonly form?: string | undefined;
  /**
   * Gives the key of a new submission. With a key that is kept beside what was typed, a copy of the form in another tab acts once
   * together with it. Each submission needs another key. Default, and for null: a random one.
   */
  readonly newKey?: (() => string | null) | undefined;
}

export type KeyedMutationResult<Data, Variables> = UseMutationResult<Data, RequestError, Variables> & {
  /**
   * Makes the next submission a new one although the outcome of the last one is not known. Call it when a person has checked that
   * nothing happened, or wants it to happen again.
   */
  readonly startAnew: (variables: Variables) => void;
};

/** useMutation for one document that takes an idempotency key. The hook makes and keeps the key. */
export type KeyedMutationHook<Data, Variables extends KeyedVariables> = (
  options?: KeyedMutationOptions<Data, Variables>,
) => KeyedMutationResult<Data, Variables>;

export function createKeyedMutationHook<Data extends MutationAnswer, Variables extends KeyedVariables>(
  document: AnyDocument<Data, Variables>,
): KeyedMutationHook<Data, Variables> {
  return ({ form, newKey, ...options } = {}) => {
    const connection = useConnection();
    const mutation = useMutation({
      mutationKey: ["billing-gateway", operationName(document)],
      ...keyedMutation(connection, document, form, newKey),
      ...options,
    });
    const startAnew = (variables: Variables): void => connection.submissions.forget(formOf(document, variables, form));
    return { ...mutation, startAnew };
  };
}

/** The ids that name a mutation's subject, wherever they stand in its input. */
const subjectFields = ["id", "accountId", "customerId", "customerIds", "planId", "chargeId", "taxId"] as const;

function formOf<Data, Variables extends KeyedVariables>(
  document: AnyDocument<Data, Variables>,
  { input }: Variables,
  form: string | undefined,
): string {
  const mutation = operationName(document);
  if (form !== undefined) return `${mutation}:${form}`;
  const { charge, credit, ...others } = input as Readonly<Record<string, object | undefined>>;
  const fields: Readonly<Record<string, unknown>> = { ...others, ...charge, ...credit };
  return [mutation, ...subjectFields.map((field) => fields[field]).filter((id) => id != null)].join(":");
}
