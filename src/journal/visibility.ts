import { type Caller, mayUse } from "../model/caller.ts";
import type { Operation } from "./model.ts";

/** A caller who reads the journal. */
export interface Onlooker {
  readonly caller: Caller;
  /** By backend: the entry of its `users` that the caller is mapped to. */
  readonly users: Readonly<Record<string, string>>;
}

/**
 * Which operations a caller sees: its own, or all with the scope admin. It sees none that has a step in a backend that the caller
 * may not see, or that was carried out as another user of the backend than the caller's: a part of an operation would reveal that
 * there is more. The backend's main user sees what its other users do. queries.ts has the same rule in SQL.
 */
export function maySee({ caller, users }: Onlooker, operation: Pick<Operation, "actor" | "steps" | "users">): boolean {
  const isOwn = seesOthers(caller) || operation.actor === caller.actor;
  const isAsUser = (backend: string): boolean =>
    !Object.hasOwn(users, backend) || (Object.hasOwn(operation.users, backend) && operation.users[backend] === users[backend]);
  return isOwn && operation.steps.every(({ backend }) => mayUse(caller, backend) && isAsUser(backend));
}

/**
 * Whether the caller may see an operation's input: it is the caller's own, or the caller sees everything. An input may name
 * backends that the steps do not touch: alignCustomers gives one customer the values of another.
 */
export function maySeeInput({ caller, users }: Onlooker, { actor }: Pick<Operation, "actor">): boolean {
  return actor === caller.actor || (caller.backends === "*" && Object.keys(users).length === 0);
}

export function seesOthers({ scopes }: Caller): boolean {
  return scopes.has("admin");
}
