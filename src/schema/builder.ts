import SchemaBuilder from "@pothos/core";
import ScopeAuthPlugin, { type ForbiddenResult } from "@pothos/plugin-scope-auth";
import type { GraphQLField, GraphQLResolveInfo } from "graphql";
import type { AccountReads } from "../accounts/account-reads.ts";
import type { AccountMutations } from "../accounts/planning.ts";
import type { AccountViews } from "../accounts/views.ts";
import type { Backends } from "../adapter/backends.ts";
import type { DirectoryReads } from "../directory/directory-reads.ts";
import type { Decision } from "../journal/deciding.ts";
import type { Operation } from "../journal/model.ts";
import type { OperationReads } from "../journal/operation-reads.ts";
import { type Caller, type Scope, scopes } from "../model/caller.ts";
import { BillingError } from "../model/errors.ts";
import type { BackendMutations } from "../mutations/planning.ts";
import type { Writes } from "../mutations/writes.ts";
import type { Reads } from "../reads/reads.ts";
import type { CallerRuns } from "../runs/runs.ts";
import type { SuggestionMutations } from "../suggestions/declining.ts";
import type { SuggestionReads } from "../suggestions/suggestion-reads.ts";
import "./kinds.ts";

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
function grantedScopes({ viewer }: { readonly viewer: Caller }): Record<Scope, boolean> {
  return Object.fromEntries(scopes.map((scope) => [scope, viewer.scopes.has(scope)])) as Record<Scope, boolean>;
}

/** FORBIDDEN, naming the scope. */
function refusal({ failure }: ForbiddenResult): BillingError {
  const [first] = "failures" in failure ? failure.failures : [failure];
  const scope = first && "scope" in first ? first.scope : "that it lacks";
  return new BillingError("FORBIDDEN", `This needs the scope ${scope}.`);
}

/** All mutations. Those of accounts replace createCustomer: they also link what it creates. */
export type Mutations = Omit<BackendMutations, "createCustomer"> & AccountMutations & SuggestionMutations;

/**
 * Calls `work` with the names of the fields that the query selects on the resolver's value, and caches its result with the document.
 * So `work` must be one and the same function for each call, and may look at nothing else of the request.
 */
export type LookAhead = <Result>(
  info: GraphQLResolveInfo,
  work: (names: ReadonlySet<string>, info: GraphQLResolveInfo) => Result,
) => Result;

/** The interface that resolvers use. The server makes one for each request. */
export interface Context {
  readonly backends: Backends;
  readonly reads: Reads;
  readonly writes: Writes<Mutations>;
  readonly operations: OperationReads;
  readonly accounts: AccountReads;
  readonly views: AccountViews;
  readonly directory: DirectoryReads;
  readonly suggestions: SuggestionReads;
  /** A function, because most requests are not about runs. */
  readonly runs: () => CallerRuns;
  /** The idempotency key of a run's mutation: from its input, or from the request's header. */
  readonly keyOf: (inputKey: string | null | undefined) => string | null;
  /** Reconciles an operation with an unknown outcome now; null if there is no such operation. */
  readonly reconcile: (id: string) => Promise<Operation | null>;
  /** Settles a step with an unknown outcome as the caller decides. Rejects with NOT_FOUND, CONFLICT or INVALID_INPUT. */
  readonly decide: (decision: Omit<Decision, "actor">) => Promise<Operation>;
  readonly viewer: Caller;
  readonly lookAhead: LookAhead;
  /** Begins the answer to the next event of a subscription: clears what was read before, and restarts the time limit. */
  readonly nextEvent: () => void;
}

interface Scalar<Input, Output = Input> {
  readonly Input: Input;
  readonly Output: Output;
}

/** The builder defines no types: one file an entity does, index.ts imports them all. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultAuthStrategy: "all";
  AuthScopes: Record<Scope, true>;
  Scalars: {
    ID: Scalar<string>;
    Decimal: Scalar<string>;
    Date: Scalar<string>;
    DateTime: Scalar<string>;
    CurrencyCode: Scalar<string>;
    CountryCode: Scalar<string>;
    JSON: Scalar<unknown>;
    _Any: Scalar<unknown>;
  };
}>({
  defaultFieldNullability: false,
  plugins: [ScopeAuthPlugin, "backendKinds"],
  scopeAuth: {
    authScopes: grantedScopes,
    defaultStrategy: "all",
    // Once, before a subscription begins, instead of with each event.
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, _context, _info, result) => refusal(result),
  },
});

export type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer SchemaTypes> ? SchemaTypes : never;

/**
 * The cost of a field in the estimate of a query (limits.maxComplexity), declared with the field as an extension. A field without a
 * declaration costs nothing itself: it is a plain value, or an object that its parent already has, which counts as one object.
 */
interface FieldCost {
  /** A lookup is batched with the others of the answer. A call is a request of its own to a backend or to the journal. */
  readonly counts?: "lookup" | "call";
  /** The argument whose items are read or written one by one, e.g. "ids" or "input.charges". */
  readonly each?: string;
  /** Assumed length of its list, if neither `first` nor `each` gives it and the usual length is wrong. */
  readonly length?: number;
  /** Its list is as long as the page or the fan-out of its object. */
  readonly perItem?: true;
}

/** For the `extensions` of a field. */
export function cost(declared: FieldCost): { readonly cost: FieldCost } {
  return { cost: declared };
}

export function costOf({ extensions }: Pick<GraphQLField<unknown, unknown>, "extensions">): FieldCost {
  return (extensions as { readonly cost?: FieldCost }).cost ?? {};
}

/** Defines an enum with a description of every value. */
export function describedEnum<Value extends string>(
  name: string,
  description: string,
  meanings: Readonly<Record<Value, string>>,
) {
  const values = Object.entries<string>(meanings).map(([value, meaning]) => [value, { description: meaning }] as const);
  return builder.enumType(name, { description, values: Object.fromEntries(values) as Record<Value, { description: string }> });
}
