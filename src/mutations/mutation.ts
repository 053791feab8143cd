import type { OnFailure } from "../journal/model.ts";
import type { Target, WrittenEntity } from "../journal/target.ts";

/**
 * The types of a mutation. Mutations that write to backends are planned in this folder; accounts and suggestions have planners
 * of their own. The composition puts them together.
 */

export interface WriteOptions {
  readonly validateOnly?: boolean | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** Options of new charges and credits. */
export interface Repeatable {
  /** The caller means it, even if it looks like an earlier one. */
  readonly allowDuplicate?: boolean | null | undefined;
  /** Also compare with the charges in the backend, whoever made them. */
  readonly compareWithBackend?: boolean | null | undefined;
}

export interface FanOut extends WriteOptions {
  readonly onFailure?: OnFailure | null | undefined;
}

export interface OnObject extends WriteOptions {
  readonly id: string;
}

/** The input of a mutation and the type that it writes. Ids in an input are global ids. */
interface Mutation {
  readonly input: FanOut & Repeatable;
  readonly entity: WrittenEntity;
}

/** Mutations by name. */
export type MutationMap<All> = { readonly [Name in keyof All]: Mutation };

/**
 * Turns an input into its targets, without any I/O: which object in which backend, and the plan of writing it. After a restart
 * the same plan can be made again from the journal. INVALID_INPUT for a call that cannot be routed. If a backend refuses its
 * part, the refusal takes the place of the target's plan.
 */
export type Planner<Of extends Mutation> = (input: Of["input"]) => readonly Target<Of["entity"]>[];
export type Planners<All extends MutationMap<All>> = { readonly [Name in keyof All]: Planner<All[Name]> };

/**
 * Looks up what an input names before the call can be planned. The result becomes part of the input before anything is
 * recorded.
 */
type Resolver<Of extends Mutation> = (input: Of["input"], earlier: Earlier<Of["input"]>) => Promise<Of["input"]>;
export type Resolvers<All extends MutationMap<All>> = { readonly [Name in keyof All]?: Resolver<All[Name]> };

/**
 * The input recorded under the call's idempotency key; null = none. A repeated call takes over what was found the first time:
 * it is the same call, even if the things that it names have changed since.
 */
type Earlier<Input> = () => Promise<Input | null>;
