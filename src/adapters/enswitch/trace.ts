import { z } from "zod";
import type { CallScope, Trace, WriteStep } from "../../billing/adapter.ts";
import { BillingError, settle } from "../../billing/errors.ts";
import type { Raw } from "../../billing/model.ts";
import { agrees } from "./agreement.ts";
import type { Parameters } from "./session.ts";
import { absentAsNull, isRefusedOwner } from "./verbs.ts";

/**
 * How a write of unknown outcome is recognised (WriteStep.before and find). Enswitch knows no idempotency key, and no column is
 * known that tells when a customer, charge or tax was made: so a charge carries a mark of ours in its start, and of the others it
 * is noted beforehand which are there already.
 */

export type Find = NonNullable<WriteStep<unknown>["find"]>;
type Before = NonNullable<WriteStep<unknown>["before"]>;

/** How far Enswitch's clock may be behind the gateway's. */
export const clockSkewSeconds = 120;

/** What a change leaves behind, which is the same when it is made twice. */
export function traceOfChange(id: string, isDone: boolean): Trace[] {
  return isDone ? [{ id, claim: null }] : [];
}

/** Looks at the object of a change; `isDone` gets null for one that does not exist (any more). */
export function findAsChanged<T>(
  id: string,
  read: (id: string, scope: CallScope) => Promise<T>,
  isDone: (object: T | null) => boolean,
): Find {
  return async (_id, _intent, scope) => {
    const object = absentAsNull(await settle(read(id, scope)));
    if (object instanceof BillingError) throw object;
    return traceOfChange(id, isDone(object));
  };
}

/** An object as a list shows it. */
interface Listed {
  readonly id: string;
  readonly raw: Raw;
}

/** A trace of each object, once, that shows everything that was sent and is not `known` from before. */
export function tracesAmong(
  objects: readonly Listed[],
  sent: Parameters,
  backend: string,
  known: ReadonlySet<string> = new Set(),
): Trace[] {
  const made = objects.filter(({ id, raw }) => !known.has(id) && agrees(sent, raw, backend));
  return [...new Set(made.map(({ id }) => id))].map((id) => ({ id, claim: id }));
}

/**
 * For objects that carry no time and no mark of ours. `list` reads those that could be mistaken for the new one; before the
 * request they are noted by id.
 */
export function findAmongNew(
  list: (scope: CallScope) => Promise<readonly Listed[]>,
  sent: Parameters,
  backend: string,
): { readonly before: Before; readonly find: Find } {
  return {
    before: async (_id, scope) => {
      const listed = await settle(list(scope));
      // An owner that does not exist has nothing yet; the request itself will be told so.
      if (isRefusedOwner(listed)) return "[]";
      if (listed instanceof BillingError) throw listed;
      return JSON.stringify(listed.map(({ id }) => id));
    },
    find: async (_id, { mark }, scope) => {
      const known = new Set(readNote(mark, ids));
      return tracesAmong(await list(scope), sent, backend, known);
    },
  };
}

const ids = z.array(z.string());

/** What `before` noted. Without it nothing can be told, however the backend answers. */
export function readNote<T>(mark: string | null, note: z.ZodType<T>): T {
  if (mark === null) throw new BillingError("INTERNAL", "What was there before the request was not noted.");
  return note.parse(JSON.parse(mark));
}
