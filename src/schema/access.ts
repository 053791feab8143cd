import type { ForbiddenResult } from "@pothos/plugin-scope-auth";
import { type Caller, type Scope, scopes } from "../model/caller.ts";
import { BillingError } from "../model/errors.ts";

/**
 * The rights of each scope, in one place. Every field of Query, Mutation and Subscription has one of these rules. So has a field
 * that shows more than its parent's rule allows. All other fields can only be reached through these, so the many fields of long
 * lists need no check. test/schema/access.test.ts walks the schema and verifies this.
 *
 * Scopes decide about fields. server/context.ts decides which backends and operations a caller can see.
 */
export const access = {
  /** Everybody with a valid credential. */
  everybody: {},
  /** Read the backends, their records and the caller's own operations; those of others with `admin`. */
  read: { read: true },
  /** Write, including dry runs and replays. The answer shows what was written, so it needs `read` too. */
  write: { read: true, write: true },
  /** Approve or refuse a run that another person has confirmed. */
  approve: { read: true, approve: true },
  /** Resolve an unknown outcome by hand. `admin` includes `read` and `write`. */
  decide: { admin: true },
  /** A backend's own record, which may hold more than the gateway's types show. */
  raw: { raw: true },
} as const satisfies Record<string, Partial<Record<Scope, true>>>;

/** @pothos/plugin-scope-auth asks for it once a request. */
export function grantedScopes({ viewer }: { readonly viewer: Caller }): Record<Scope, boolean> {
  return Object.fromEntries(scopes.map((scope) => [scope, viewer.scopes.has(scope)])) as Record<Scope, boolean>;
}

/** FORBIDDEN, naming the scope. */
export function refusal({ failure }: ForbiddenResult): BillingError {
  const [first] = "failures" in failure ? failure.failures : [failure];
  const scope = first && "scope" in first ? first.scope : "that it lacks";
  return new BillingError("FORBIDDEN", `This needs the scope ${scope}.`);
}
