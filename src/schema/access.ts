import type { ForbiddenResult } from "@pothos/plugin-scope-auth";
import { type Caller, type Scope, scopes } from "../model/caller.ts";
import { BillingError } from "../model/errors.ts";

/**
 * What each scope allows, in one place. Every field of Query, Mutation and Subscription carries one of these decisions, and so does
 * every field that shows more than its parent's decision allows; whatever else there is can only be reached through them, so that
 * the many fields of long lists cost nothing. test/schema/access.test.ts walks the schema and holds it to this.
 *
 * Scopes decide about kinds of fields. Which backends and operations exist for a caller is decided by its view: see
 * server/context.ts.
 */
export const access = {
  /** Who has a valid credential, whatever its scopes. */
  everybody: {},
  /** Looking at the backends, at what is in them, and at one's own operations; at those of others with `admin`. */
  read: { read: true },
  /** Changing something; also a dry run of it, and a replay. The answer shows what was written, so it takes both. */
  write: { read: true, write: true },
  /** Saying yes or no to what another person wants to be executed. */
  approve: { read: true, approve: true },
  /** Saying what became of something that the gateway cannot tell itself. Who has the scope has read and write as well. */
  decide: { admin: true },
  /** A backend's own record, which may hold more than the gateway's types show. */
  raw: { raw: true },
} as const satisfies Record<string, Partial<Record<Scope, true>>>;

/** What @pothos/plugin-scope-auth asks once a request. */
export function grantedScopes({ viewer }: { readonly viewer: Caller }): Record<Scope, boolean> {
  return Object.fromEntries(scopes.map((scope) => [scope, viewer.scopes.has(scope)])) as Record<Scope, boolean>;
}

/** FORBIDDEN, naming the scope. */
export function refusal({ failure }: ForbiddenResult): BillingError {
  const [first] = "failures" in failure ? failure.failures : [failure];
  const scope = first && "scope" in first ? first.scope : "that it lacks";
  return new BillingError("FORBIDDEN", `This needs the scope ${scope}.`);
}
