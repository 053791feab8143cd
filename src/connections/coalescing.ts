import type { Adapter, CallScope, WritePlan, WriteStep } from "../adapter/adapter.ts";
import { createSharedReads } from "./shared-reads.ts";

/** Tells of writes, so that no read joins one that began before a write. One for all users of a backend. */
export interface Writes {
  readonly listen: (renew: () => void) => void;
  /** A write is about to be sent, or has ended. */
  readonly happened: () => void;
}

export function createWriteBell(): Writes {
  const listeners: (() => void)[] = [];
  return {
    listen: (renew) => void listeners.push(renew),
    happened: () => {
      for (const renew of listeners) renew();
    },
  };
}

type Verb = (...given: unknown[]) => unknown;

/** Verbs that read; their last argument is the scope. All others make plans of writes. */
const readVerbs: ReadonlySet<string> = new Set(["getMany", "list", "getContacts", "listByCustomers", "listByPlans", "isLiable"]);

/**
 * The same adapter, one of whose reads that is asked for while the same one is under way is answered by that one, over all
 * requests. An adapter belongs to one connection and so to one user of its backend: reads of two users never meet. Writes are
 * never joined, nor is a read that began before a write of the same backend, and plans make their own reads as before.
 */
export function coalescing(adapter: Adapter, writes: Writes): Adapter {
  const reads = createSharedReads(adapter.key);
  writes.listen(reads.renew);

  function verbs<Group extends object>(name: string, group: Group): Group {
    const wrapped = Object.entries(group).map(([verb, call]: [string, Verb]) => [
      verb,
      // A verb that writes says what it takes.
      readVerbs.has(verb) ? shared(`${name}.${verb}`, call) : Object.assign(announced(call), call),
    ]);
    return Object.fromEntries(wrapped) as Group;
  }

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

  const { customers, charges, taxes, plans, services } = adapter;
  return {
    ...adapter,
    customers: verbs("customers", customers),
    charges: verbs("charges", charges),
    ...(taxes && { taxes: verbs("taxes", taxes) }),
    ...(plans && { plans: verbs("plans", plans) }),
    ...(services && { services: verbs("services", services) }),
  };
}

function announcing<T>(plan: WritePlan<T>, writes: Writes): WritePlan<T> {
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
