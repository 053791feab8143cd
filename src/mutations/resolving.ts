import type { MutationName, Mutations } from "./planning.ts";

/**
 * Inputs that name something which has to be looked up before the call can be planned: plans are made without any I/O, and again
 * from the journal. What was found becomes part of the input before anything is recorded.
 */
export type Resolvers = {
  readonly [Name in MutationName]?: (
    input: Mutations[Name]["input"],
    earlier: Earlier<Mutations[Name]["input"]>,
  ) => Promise<Mutations[Name]["input"]>;
};

/**
 * The input that is recorded under the call's idempotency key; null when there is none. A call that is repeated takes over what was
 * found then: it is the same call, although what it names may have changed since.
 */
export type Earlier<Input> = () => Promise<Input | null>;
