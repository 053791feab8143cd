import type { OnFailure } from "../journal/model.ts";
import type { Target, WrittenEntity } from "../journal/target.ts";

/**
 * What a mutation is, whoever contributes it: those that write to backends are planned here, and accounts and suggestions have
 * planners of their own. The composition puts them together.
 */

export interface WriteOptions {
  readonly validateOnly?: boolean | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** Of new charges and credits. */
export interface Repeatable {
  /** They are meant, although they look like others. */
  readonly allowDuplicate?: boolean | null | undefined;
  /** Also what the backend has already is looked at, whoever made it. */
  readonly compareWithBackend?: boolean | null | undefined;
}

export interface FanOut extends WriteOptions {
  readonly onFailure?: OnFailure | null | undefined;
}

export interface OnObject extends WriteOptions {
  readonly id: string;
}

/** What a mutation takes, and what it writes. Ids in an input are global ids. */
export interface Mutation {
  readonly input: FanOut & Repeatable;
  readonly entity: WrittenEntity;
}

/** Mutations by name. */
export type MutationMap<All> = { readonly [Name in keyof All]: Mutation };

/**
 * From an input to its targets, without any I/O: which object in which backend, and the plan of writing it. The same plan can be
 * made again from the journal after a restart. INVALID_INPUT for a call that cannot be routed; what a backend refuses is the plan
 * of its target.
 */
export type Planner<Of extends Mutation> = (input: Of["input"]) => readonly Target<Of["entity"]>[];
export type Planners<All extends MutationMap<All>> = { readonly [Name in keyof All]: Planner<All[Name]> };

/**
 * For an input that names something which has to be looked up before the call can be planned. What was found becomes part of the
 * input before anything is recorded.
 */
export type Resolver<Of extends Mutation> = (input: Of["input"], earlier: Earlier<Of["input"]>) => Promise<Of["input"]>;
export type Resolvers<All extends MutationMap<All>> = { readonly [Name in keyof All]?: Resolver<All[Name]> };

/**
 * The input that is recorded under the call's idempotency key; null when there is none. A call that is repeated takes over what was
 * found then: it is the same call, although what it names may have changed since.
 */
export type Earlier<Input> = () => Promise<Input | null>;
