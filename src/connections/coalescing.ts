import type { Adapter, CallScope, WritePlan, WriteStep } from "../adapter/adapter.ts";
import { effectOfVerbs, type VerbGroup, verbGroups } from "../adapter/verbs.ts";
import { BillingError, named } from "../model/errors.ts";
import { createSingleFlight } from "./single-flight.ts";

/** Announces writes, so that no read joins one that began before a write. Shared by all users of a backend. */
export interface WriteBell {
  readonly listen: (renew: () => void) => void;
  /** Call this when a write is about to be sent, and when it has ended. */
  readonly happened: () => void;
}

export function createWriteBell(): WriteBell {
  const listeners: (() => void)[] = [];
  return {
    listen: (renew) => void listeners.push(renew),
    happened: () => {
      for (const renew of listeners) renew();
    },
  };
}

type Verb = (...given: unknown[]) => unknown;

/**
 * Wraps an adapter so that reads are single-flight over all requests: a read joins an equal one that is in flight. An adapter belongs to
 * one connection and thus to one user of its backend, so reads of two users never meet. Writes never join, no read joins one that began
 * before a write to the same backend, and plans of writes still make their own reads.
 */
export function coalescing(adapter: Adapter, writes: WriteBell): Adapter {
  const reads = createSingleFlight({ left: (reason) => givenUp(adapter.key, reason) });
  writes.listen(reads.renew);

  const shared =
    (name: string, verb: Verb): Verb =>
    (...given) => {
      const parameters = given.slice(0, -1);
      const scope = given.at(-1) as CallScope;
      return reads.share(JSON.stringify([name, parameters]), async (own) => verb(...parameters, own), scope);
    };

  const announced =
    (verb: Verb): Verb =>
    (...given) =>
      announcing(verb(...given) as WritePlan<unknown>, writes);

  function wrapped(name: VerbGroup, group: Adapter[VerbGroup]): Adapter[VerbGroup] {
    const effects = effectOfVerbs[name] as Readonly<Record<string, "read" | "write">>;
    const verbs = Object.entries(group ?? {}).map(([verb, call]: [string, Verb]) => {
      const made = effects[verb] === "read" ? shared(`${name}.${verb}`, call) : announced(call);
      // Keep the properties that the verb declares about itself.
      return [verb, Object.assign(made, call)];
    });
    return Object.fromEntries(verbs) as Adapter[VerbGroup];
  }

  const groups = verbGroups.flatMap((name) => (adapter[name] ? [[name, wrapped(name, adapter[name])]] : []));
  return { ...adapter, ...Object.fromEntries(groups) };
}

/** The same error that a connection gives for a read of its own. */
function givenUp(backend: string, reason: unknown): BillingError {
  return (reason as { name?: string } | undefined)?.name === "TimeoutError"
    ? new BillingError("TIMEOUT", `${named(backend)} did not answer in time.`, { backend, cause: reason })
    : new BillingError("CONFLICT", "The client cancelled the request.", { backend, retryable: true });
}

function announcing<T>(plan: WritePlan<T>, writes: WriteBell): WritePlan<T> {
  const { undo } = plan;
  const step = (original: WriteStep<T>): WriteStep<T> => ({
    ...original,
    send: async (id, intent, scope) => {
      writes.happened();
      try {
        return await original.send(id, intent, scope);
      } finally {
        writes.happened();
      }
    },
  });
  return {
    ...plan,
    steps: plan.steps.map(step),
    ...(undo && { undo: (id: string) => announcing(undo(id), writes) }),
  };
}
