import type { GraphQLField } from "graphql";

/**
 * What a field costs in the estimate of a query (limits.maxComplexity), declared beside it as an extension. A field that declares
 * nothing costs nothing itself: a plain member, or an object that its parent has at hand, which counts as one object.
 */
export interface FieldCost {
  /** A lookup is batched with all others of the answer; a call is asked of a backend, or of the journal, by itself. */
  readonly counts?: "lookup" | "call";
  /** The argument whose items are each asked for or written, e.g. "ids" or "input.charges". */
  readonly each?: string;
  /** How long its list is taken to be, where neither `first` nor `each` says it and the usual length is wrong. */
  readonly length?: number;
  /** Its list is as long as the page or the fan-out that its object stands for. */
  readonly perItem?: true;
}

/** For the `extensions` of a field. */
export function cost(declared: FieldCost): { readonly cost: FieldCost } {
  return { cost: declared };
}

export function costOf({ extensions }: Pick<GraphQLField<unknown, unknown>, "extensions">): FieldCost {
  return (extensions as { readonly cost?: FieldCost }).cost ?? {};
}
