import { type UseMutationResult, useQueryClient } from "@tanstack/react-query";
import { GatewayError } from "../../client/index.ts";
import { type MutationAnswer, outcomeIn } from "../../client/outcome.ts";
import type { KeyedVariables } from "../../client/react/mutations.ts";
import { explain } from "../explanation.ts";
import { useDraft } from "./drafts.ts";
import { type FormError, isPartial, isReused, isUnsettled, type Outcome } from "./outcome.ts";

/** A submission without a result. */
export interface Failure {
  /** True: no answer arrived, so that it may have been done. False: it was refused. */
  readonly lost: boolean;
  readonly errors: readonly FormError[];
  readonly reason: Error;
}

/** Called with the end of a submission: an outcome or a failure. */
export type Ended = (outcome: Outcome | null, failure: Failure | null) => void;

export interface Submission<Given> {
  readonly outcome: Outcome | null;
  readonly failure: Failure | null;
  readonly pending: boolean;
  /** True while the outcome is not known, or a part was done: submitting again would act twice. */
  readonly locked: boolean;
  readonly submit: (given: Given, ended: Ended) => void;
  /** Sends the same again under the same key. It never acts twice. */
  readonly repeat: (ended: Ended) => void;
  /** Sends the same under a new key, although the outcome of the last key was never learned here. */
  readonly startAnew: (ended: Ended) => void;
  /** Forgets the outcome, so that something else can be submitted. */
  readonly reset: () => void;
}

interface Mutation<Data, Variables>
  extends Pick<UseMutationResult<Data, Error, Variables>, "data" | "error" | "isPending" | "mutate" | "reset" | "variables"> {
  readonly startAnew: (variables: Variables) => void;
}

/** Submits a form: `mutation`, how its input becomes variables, and how its answer becomes an outcome. */
export function useSubmission<Data, Variables, Given>(
  { data, error, isPending, mutate, reset, variables, startAnew }: Mutation<Data, Variables>,
  variablesOf: (given: Given) => Variables,
  outcomeOf: (data: Data) => Outcome,
): Submission<Given> {
  const outcome = data === undefined ? null : outcomeOf(data);
  const failure = error === null ? null : failureOf(error);

  const send = (sent: Variables | undefined, ended: Ended): void => {
    if (isPending || sent === undefined) return;
    mutate(sent, {
      onSuccess: (answer) => ended(outcomeOf(answer), null),
      onError: (reason) => ended(null, failureOf(reason)),
    });
  };

  return {
    outcome,
    failure,
    pending: isPending,
    locked: failure?.lost === true || (outcome !== null && !isReused(outcome) && (isUnsettled(outcome) || isPartial(outcome))),
    reset,
    submit: (given, ended) => send(variablesOf(given), ended),
    repeat: (ended) => send(variables, ended),
    startAnew: (ended) => {
      if (variables !== undefined) startAnew(variables);
      send(variables, ended);
    },
  };
}

function failureOf(reason: Error): Failure {
  if (!(reason instanceof GatewayError)) return { lost: true, errors: [], reason };
  const [first, ...others] = reason.errors;
  return { lost: false, errors: [{ ...first, message: explain(reason) }, ...others], reason };
}

/**
 * Options of every mutation here. After an answer, even if the form was closed meanwhile, all queries are invalidated, and the form's
 * draft is dropped: it must not be offered again as something to submit. A form that is still open keeps it where that is safe. What
 * was typed has its key already.
 */
export function useRefresh(): {
  readonly onSuccess: (answer: MutationAnswer, variables: KeyedVariables) => void;
  readonly newKey: () => string | null;
} {
  const queries = useQueryClient();
  const draft = useDraft();
  return {
    newKey: draft.key,
    onSuccess: (answer, { input }) => {
      if (input.validateOnly !== true) draft.answered(outcomeIn(answer).operation.status !== "FAILED");
      void queries.invalidateQueries();
    },
  };
}
