import { BillingError, labelled, named } from "../model/errors.ts";
import type { PartlyUnderstood } from "../model/model.ts";
import type { Warning } from "../model/warnings.ts";
import type { Adapter, CallScope, Incomplete, Intent, WritePlan, WriteStep } from "./adapter.ts";
import { holdsSecret } from "./settings.ts";
import { type VerbGroup, verbGroups } from "./verbs.ts";

/** Logs a problem for operators, with details; an `error` among them keeps its stack. */
export type ReportProblem = (problem: string, details: object) => void;

/** Reports to operators that a backend's answer is partly not understood. */
export type Strange = (strange: {
  readonly verb: string;
  /** "not_understood": a member of records; "left_out": rows of a list. */
  readonly kind: "not_understood" | "left_out";
  readonly what: string;
}) => void;

/** A warning quotes at most this many characters of a stored value. */
const longestStored = 10_000;

interface ContainedOptions {
  /** The backend's label: messages name it instead of the key. */
  readonly label?: string | undefined;
  /** Credentials: warnings never quote a stored value that holds one. */
  readonly secrets?: readonly string[];
  readonly strange?: Strange | undefined;
}

/**
 * Wraps an adapter so that it fails with BillingError only. Anything else that it throws is reported and becomes a failure of this backend,
 * so that one adapter's mistake does not take away the answers of others. openBackend wraps every adapter.
 */
export function contained(
  adapter: Adapter,
  report: ReportProblem,
  { label = adapter.key, secrets = [], strange }: ContainedOptions = {},
): Adapter {
  const { key } = adapter;

  function failure(verb: string, error: unknown, make: (cause: unknown) => BillingError): BillingError {
    if (error instanceof BillingError) {
      const isItsOwn = error.code === "BAD_RESPONSE" || error.code === "INTERNAL";
      // The kit does not know its backend. Refusals of the request itself stay without one.
      return (isItsOwn && error.backend === undefined ? error.with({ backend: key }) : error).called(label);
    }
    report("an adapter failed unexpectedly", { backend: key, verb, error });
    return make(error).called(label);
  }

  /** Runs a read, or makes a plan. Before a promise is there, no call was made. */
  function guarded<T>(verb: string, run: () => T): T {
    try {
      const answer = run();
      if (!(answer instanceof Promise)) return answer;
      return answer.catch((error: unknown) => {
        throw failure(verb, error, notUnderstood);
      }) as T;
    } catch (error) {
      throw failure(verb, error, unexpected);
    }
  }

  function notUnderstood(cause: unknown): BillingError {
    const message = `${named(key)} gave an answer that the gateway cannot process. Its log has the reason.`;
    return new BillingError("BAD_RESPONSE", message, { backend: key, retryable: false, cause });
  }

  function unexpected(cause: unknown): BillingError {
    const message = `The gateway failed unexpectedly before it called ${named(key)}. Its log has the reason.`;
    return new BillingError("INTERNAL", message, { backend: key, cause });
  }

  function outcomeUnknown(cause: unknown): BillingError {
    const message = `The gateway failed while a request to ${named(key)} was in flight: it may or may not have happened.`;
    return new BillingError("OUTCOME_UNKNOWN", message, { backend: key, retryable: false, cause });
  }

  function verbs(name: VerbGroup): object {
    return Object.fromEntries(
      // A verb keeps its declaration (`takes`).
      Object.entries(adapter[name] ?? {}).map(([each, call]: [string, Verb]) => [
        each,
        Object.assign(verb(`${name}.${each}`, call), call),
      ]),
    );
  }

  const verb =
    (name: string, call: Verb): Verb =>
    (...given) => {
      const [wanted] = given;
      return guarded(name, () => {
        const answer = call(...given);
        if (!(answer instanceof Promise)) return containedPlan(name, answer as WritePlan<unknown>);
        if (!Array.isArray(wanted)) return answer.then((found: unknown) => watched(name, found));
        // One key's own failure is as much this backend's as one of all keys.
        const told = (each: unknown): unknown => (each instanceof BillingError ? failure(name, each, notUnderstood) : each);
        return answer.then((answers) => {
          const found = oneForEach(wanted, answers);
          return watched(name, found.some((each) => each instanceof BillingError) ? found.map(told) : found);
        });
      });
    };

  /** Reports once for each read what is not understood in its answer, and names the backend by its label in `incomplete`. */
  function watched(name: string, answer: unknown): unknown {
    const members = new Set<string>();
    let isIncomplete = false;
    const seen = (part: unknown): unknown => {
      if (Array.isArray(part)) {
        for (const each of part) seen(each);
        return part;
      }
      if (typeof part !== "object" || part === null || part instanceof BillingError) return part;
      const { notUnderstood, incomplete, items, charges, value } = part as Part;
      for (const member of notUnderstood ?? []) members.add(member);
      seen(value);
      seen(items ?? charges);
      isIncomplete ||= incomplete !== undefined;
      return part;
    };
    const calledByLabel = <T>(part: T): T => {
      const { incomplete } = (part ?? {}) as Incomplete;
      return incomplete ? { ...part, incomplete: incomplete.called(label) } : part;
    };
    seen(answer);
    for (const member of members) strange?.({ verb: name, kind: "not_understood", what: member });
    if (!isIncomplete) return answer;
    strange?.({ verb: name, kind: "left_out", what: "rows" });
    return Array.isArray(answer) ? answer.map(calledByLabel) : calledByLabel(answer);
  }

  function containedPlan<T>(name: string, plan: WritePlan<T>): WritePlan<T> {
    const { steps, read, validate, undo } = plan;
    return {
      ...plan,
      steps: steps.map((step) => containedStep(step)),
      read: (id, scope) => guarded(`${name}, read`, async () => watched(name, await read(id, scope)) as T),
      ...(validate && { validate: (scope: CallScope) => guarded(`${name}, validate`, () => validate(scope)) }),
      ...(undo && { undo: (id: string) => guarded(`${name}, undo`, () => containedPlan(name, undo(id))) }),
    };
  }

  function publishable({ message, ...rest }: Warning): Warning {
    const warning = { ...rest, message: labelled(message, label) };
    const { stored } = warning;
    if (stored === null) return warning;
    const shown = stored.length > longestStored ? `${stored.slice(0, longestStored).toWellFormed()}…` : stored;
    return { ...warning, stored: holdsSecret(stored, secrets) ? "(left out)" : shown };
  }

  function containedStep<T>(step: WriteStep<T>): WriteStep<T> {
    const { action, note, noteAtOnce, send, prove, find, compare, compareApart } = step;
    return {
      ...step,
      ...(note && { note: (id, intent, scope) => guarded(`${action}, note`, () => note(id, intent, scope)) }),
      ...(noteAtOnce && { noteAtOnce: (intent: Intent) => guarded(`${action}, note`, () => noteAtOnce(intent)) }),
      ...(prove && {
        prove: async (id, answered, intent, scope) => {
          try {
            return await prove(id, answered, intent, scope);
          } catch (error) {
            // The write is done, so no failure may say that nothing happened.
            const isTold = error instanceof BillingError && error.code !== "OUTCOME_UNKNOWN";
            throw failure(`${action}, prove`, isTold ? outcomeUnknown(error) : error, outcomeUnknown);
          }
        },
      }),
      find: (id, intent, scope) => guarded(`${action}, find`, () => find(id, intent, scope)),
      ...(compare && {
        compare: (value, intent, scope) =>
          guarded(`${action}, compare`, async () => (await compare(value, intent, scope)).map(publishable)),
      }),
      ...(compareApart && {
        compareApart: (id, intent, scope) =>
          guarded(`${action}, compare`, async () => (await compareApart(id, intent, scope)).map(publishable)),
      }),
      send: async (id, intent, scope) => {
        const { permit } = scope;
        let mayHaveLeft = permit === undefined;
        const take = (): boolean => {
          const isGranted = permit?.take() ?? true;
          mayHaveLeft ||= isGranted;
          return isGranted;
        };
        try {
          return await send(id, intent, { ...scope, permit: permit && { take } });
        } catch (error) {
          throw failure(`${action}, send`, error, (cause) => (mayHaveLeft ? outcomeUnknown(cause) : unexpected(cause)));
        }
      },
    };
  }

  const groups = verbGroups.filter((name) => adapter[name]).map((name) => [name, verbs(name)]);
  return { ...adapter, ...Object.fromEntries(groups), probe: (scope) => guarded("probe", () => adapter.probe(scope)) };
}

/** A part of a read's answer: a record, a page, a set of charges. */
interface Part extends PartlyUnderstood, Incomplete {
  readonly items?: unknown;
  readonly charges?: unknown;
  readonly value?: unknown;
}

type Verb = (...given: unknown[]) => unknown;

/** Throws where a batch does not have one answer for each key: answers would go to the wrong keys. */
function oneForEach(wanted: readonly unknown[], found: unknown): readonly unknown[] {
  if (Array.isArray(found) && found.length === wanted.length) return found;
  throw new TypeError(`the adapter did not return exactly one answer for each of ${wanted.length} keys`);
}
