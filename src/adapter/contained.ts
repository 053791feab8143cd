import { BillingError } from "../model/errors.ts";
import type { Warning } from "../model/warnings.ts";
import type { Adapter, CallScope, Intent, WritePlan, WriteStep } from "./adapter.ts";
import { holdsSecret } from "./settings.ts";
import { type VerbGroup, verbGroups } from "./verbs.ts";

/** Tells operators of a problem, with details; an `error` among them keeps its stack. */
export type Report = (problem: string, details: object) => void;

/** So many characters of what a backend stores are kept in a warning. */
const longestStored = 10_000;

/**
 * The same adapter, which fails with BillingError only. Whatever else it throws is reported, and becomes a failure of this backend:
 * a mistake about one backend's answer must not take away what the others answered. The one place for that: openBackend gives
 * adapters out like this.
 *
 * @param secrets credentials: what a backend shows of them in a record is left out of warnings
 */
export function contained(adapter: Adapter, report: Report, secrets: readonly string[] = []): Adapter {
  const { key } = adapter;

  function failure(verb: string, error: unknown, make: (cause: unknown) => BillingError): BillingError {
    if (error instanceof BillingError) {
      const isItsOwn = error.code === "BAD_RESPONSE" || error.code === "INTERNAL";
      // The kit does not know whose answer it reads. Refusals of the request itself stay without a backend.
      return isItsOwn && error.backend === undefined ? error.with({ backend: key }) : error;
    }
    report("an adapter failed unexpectedly", { backend: key, verb, error });
    return make(error);
  }

  /** A read, or what fails before it has become one. */
  function asked<T>(verb: string, ask: () => T): T {
    try {
      const answer = ask();
      if (!(answer instanceof Promise)) return answer;
      return answer.catch((error: unknown) => {
        throw failure(verb, error, notUnderstood);
      }) as T;
    } catch (error) {
      throw failure(verb, error, unexpected);
    }
  }

  function notUnderstood(cause: unknown): BillingError {
    const message = `${key} gave an answer that the gateway cannot process. Its log has the reason.`;
    return new BillingError("BAD_RESPONSE", message, { backend: key, retryable: false, cause });
  }

  function unexpected(cause: unknown): BillingError {
    const message = `The gateway failed unexpectedly before it called ${key}. Its log has the reason.`;
    return new BillingError("INTERNAL", message, { backend: key, cause });
  }

  function outcomeUnknown(cause: unknown): BillingError {
    const message = `The gateway failed while a request to ${key} was under way: it may or may not have happened.`;
    return new BillingError("OUTCOME_UNKNOWN", message, { backend: key, retryable: false, cause });
  }

  function verbs(name: VerbGroup): object {
    return Object.fromEntries(
      // What a verb says of itself stays with it.
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
      return asked(name, () => {
        const answer = call(...given);
        if (!(answer instanceof Promise)) return containedPlan(name, answer as WritePlan<unknown>);
        if (!Array.isArray(wanted)) return answer;
        // One key's own failure is as much this backend's as one of all keys.
        const named = (each: unknown): unknown => (each instanceof BillingError ? failure(name, each, notUnderstood) : each);
        return answer.then((answers) => {
          const found = oneForEach(wanted, answers);
          return found.some((each) => each instanceof BillingError) ? found.map(named) : found;
        });
      });
    };

  function containedPlan<T>(name: string, plan: WritePlan<T>): WritePlan<T> {
    const { steps, read, validate, undo } = plan;
    return {
      ...plan,
      steps: steps.map((step) => containedStep(step)),
      read: (id, scope) => asked(`${name}, read`, () => read(id, scope)),
      ...(validate && { validate: (scope: CallScope) => asked(`${name}, validate`, () => validate(scope)) }),
      ...(undo && { undo: (id: string) => asked(`${name}, undo`, () => containedPlan(name, undo(id))) }),
    };
  }

  function publishable(warning: Warning): Warning {
    const { stored } = warning;
    if (stored === null) return warning;
    const shown = stored.length > longestStored ? `${stored.slice(0, longestStored).toWellFormed()}…` : stored;
    return { ...warning, stored: holdsSecret(stored, secrets) ? "(left out)" : shown };
  }

  function containedStep<T>(step: WriteStep<T>): WriteStep<T> {
    const { action, note, noteAtOnce, send, find, compare } = step;
    return {
      ...step,
      ...(note && { note: (id, intent, scope) => asked(`${action}, note`, () => note(id, intent, scope)) }),
      ...(noteAtOnce && { noteAtOnce: (intent: Intent) => asked(`${action}, note`, () => noteAtOnce(intent)) }),
      find: (id, intent, scope) => asked(`${action}, find`, () => find(id, intent, scope)),
      ...(compare && {
        compare: (value, intent, scope) =>
          asked(`${action}, compare`, async () => (await compare(value, intent, scope)).map(publishable)),
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
  return { ...adapter, ...Object.fromEntries(groups), probe: (scope) => asked("probe", () => adapter.probe(scope)) };
}

type Verb = (...given: unknown[]) => unknown;

/** A batch that is not one answer for each key would give some keys what belongs to others. */
function oneForEach(wanted: readonly unknown[], found: unknown): readonly unknown[] {
  if (Array.isArray(found) && found.length === wanted.length) return found;
  throw new TypeError(`${wanted.length} were asked for, and there is not one answer for each`);
}
