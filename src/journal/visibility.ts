import { type Caller, mayUse } from "../model/caller.ts";
import type { Operation } from "./model.ts";

/** A caller who reads the journal. */
export interface Onlooker {
  readonly caller: Caller;
  /** By backend: as which of its `users` the caller is there. */
  readonly users: Readonly<Record<string, string>>;
}

/**
 * Which operations exist for a caller: its own, all of them with the scope admin; and none that has a step in a backend that the
 * caller may not see, or where it is another user than the one as which the step was carried out, because a part of an operation
 * would say that there is more. The backend's main user may see what its others do. queries.ts says the same in SQL.
 */
export function maySee({ caller, users }: Onlooker, operation: Pick<Operation, "actor" | "steps" | "users">): boolean {
  const isOwn = seesOthers(caller) || operation.actor === caller.actor;
  const isAsUser = (backend: string): boolean =>
    !Object.hasOwn(users, backend) || (Object.hasOwn(operation.users, backend) && operation.users[backend] === users[backend]);
  return isOwn && operation.steps.every(({ backend }) => mayUse(caller, backend) && isAsUser(backend));
}

/**
 * Whether the caller may be shown what was said: its own words, or anybody's where it sees everything. What an operation names need not
 * be where its steps are: alignCustomers gives one customer the values of another.
 */
export function maySeeInput({ caller, users }: Onlooker, { actor }: Pick<Operation, "actor">): boolean {
  return actor === caller.actor || (caller.backends === "*" && Object.keys(users).length === 0);
}

export function seesOthers({ scopes }: Caller): boolean {
  return scopes.has("admin");
}
