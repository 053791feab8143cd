import { type Caller, type Scope, scopes } from "../../model/caller.ts";

/** A caller with a name of its own; `admin` brings the other scopes along, "*" among the backends stands for all. */
export function callerNamed(
  name: string,
  granted: readonly Scope[],
  backends: readonly string[],
  expiresAt: Date | null,
): Caller {
  return {
    actor: name,
    name,
    scopes: new Set(granted.includes("admin") ? scopes : granted),
    backends: backends.includes("*") ? "*" : new Set(backends),
    expiresAt,
  };
}
