/** Who asks: decided once a request, before anything of it is read. */

/**
 * What callers may do. `admin` includes the others; `metrics` is for what scrapes /metrics, which need not hold an admin key; `approve` is
 * for second persons, who need not be allowed to write themselves.
 */
export const scopes = ["read", "write", "raw", "approve", "metrics", "admin"] as const;
export type Scope = (typeof scopes)[number];

export interface Caller {
  /** Recorded with operations, and the space of idempotency keys. Null for callers without a name (auth.mode none). */
  readonly actor: string | null;
  readonly name: string;
  /** Complete: where `admin` is, the others are. */
  readonly scopes: ReadonlySet<Scope>;
  /** Keys of the backends that exist for this caller; "*" = all, also those configured later. */
  readonly backends: "*" | ReadonlySet<string>;
  /** From when on its credential is refused: what was begun with it and might go on for ever ends then. Null: never. */
  readonly expiresAt: Date | null;
}

/** auth.mode none: everybody who reaches the gateway may do everything, so it listens on loopback only. */
export const anybody: Caller = { actor: null, name: "anonymous", scopes: new Set(scopes), backends: "*", expiresAt: null };

export function mayUse({ backends }: Pick<Caller, "backends">, backend: string): boolean {
  return backends === "*" || backends.has(backend);
}

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

/** The program that a request says it comes from: its own word, which proves nothing. */
export interface ClientProgram {
  readonly name: string | null;
  readonly version: string | null;
}
