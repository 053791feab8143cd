import SchemaBuilder from "@pothos/core";
import ScopeAuthPlugin from "@pothos/plugin-scope-auth";
import type { GraphQLResolveInfo } from "graphql";
import type { AccountReads } from "../accounts/account-reads.ts";
import type { AccountMutations } from "../accounts/planning.ts";
import type { AccountViews } from "../accounts/views.ts";
import type { Backends } from "../adapter/backends.ts";
import type { DirectoryReads } from "../directory/directory-reads.ts";
import type { Decision } from "../journal/deciding.ts";
import type { Operation } from "../journal/model.ts";
import type { OperationReads } from "../journal/operation-reads.ts";
import type { Caller, Scope } from "../model/caller.ts";
import type { BackendMutations } from "../mutations/planning.ts";
import type { Writes } from "../mutations/writes.ts";
import type { Reads } from "../reads/reads.ts";
import type { CallerRuns } from "../runs/runs.ts";
import type { SuggestionMutations } from "../suggestions/declining.ts";
import type { SuggestionReads } from "../suggestions/suggestion-reads.ts";
import "./kinds.ts";
import { grantedScopes, refusal } from "./access.ts";

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
