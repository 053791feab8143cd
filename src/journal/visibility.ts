import { type Caller, mayUse } from "../model/caller.ts";
import type { Operation } from "./model.ts";

/**
 * Which operations exist for a caller: its own, all of them with the scope admin; and none that has a step in a backend that the
 * caller may not see, because a part of an operation would say that there is more. queries.ts says the same in SQL.
 */
export function maySee(caller: Caller, { actor, steps }: Pick<Operation, "actor" | "steps">): boolean {
  return (seesOthers(caller) || actor === caller.actor) && steps.every(({ backend }) => mayUse(caller, backend));
}

export function seesOthers({ scopes }: Caller): boolean {
  return scopes.has("admin");
}
