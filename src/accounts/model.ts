import type { Ref } from "../model/model.ts";

/** One real-world customer that lives in several backends: the customers that an operator has linked. */
export interface Account {
  /** UUID of the operation that made it; after a merge, that of the oldest. */
  readonly id: string;
  /** The name that an operator gave it; null = none, it is shown by its first member's name. */
  readonly name: string | null;
  /** At least two, in the order in which they were linked; those of one call in the order of its input. */
  readonly members: readonly Member[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Member extends Ref {
  /** The customer's name as last seen, for lists and search without calls to backends. */
  readonly name: string;
  /** When the call that linked it was recorded. */
  readonly linkedAt: string;
}
