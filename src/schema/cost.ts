import type { GraphQLField } from "graphql";

/**
 * The cost of a field in the estimate of a query (limits.maxComplexity), declared with the field as an extension. A field without a
 * declaration costs nothing itself: it is a plain value, or an object that its parent already has, which counts as one object.
 */
export interface FieldCost {
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
