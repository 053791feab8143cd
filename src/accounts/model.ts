import type { Ref } from "../model/model.ts";

/** One real-world customer that lives in several backends: the customers that an operator has linked. */
export interface Account {
  /** UUID of the operation that made it; of accounts that were merged, the oldest one's. */
  readonly id: string;
  /** As an operator named it; null = it is called like its first member. */
  readonly name: string | null;
  /** At least two, in the order in which they were linked. */
  readonly members: readonly Member[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Member extends Ref {
  /** The customer's name as it was last seen: for lists and search without asking backends. */
  readonly name: string;
  readonly linkedAt: string;
}
