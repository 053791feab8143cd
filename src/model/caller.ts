/** The caller of a request. It is decided once, before the request is read. */

/**
 * Rights of a caller. `admin` includes all others. `metrics` is for programs that scrape /metrics, which need no admin key.
 * `approve` is for second persons, who need no right to write.
 */
export const scopes = ["read", "write", "raw", "approve", "metrics", "admin"] as const;
export type Scope = (typeof scopes)[number];

export interface Caller {
  /** Recorded with operations; idempotency keys are unique within it. Null for callers without a name (auth.mode none). */
  readonly actor: string | null;
  readonly name: string;
  /** Expanded: `admin` brings all others along. */
  readonly scopes: ReadonlySet<Scope>;
  /** Keys of the backends that exist for this caller; "*" = all, including later ones. */
  readonly backends: "*" | ReadonlySet<string>;
  /** When its credential expires. Whatever may run longer, such as a subscription, ends then. Null = never. */
  readonly expiresAt: Date | null;
}

/** auth.mode none: everybody who reaches the gateway may do everything, so it listens on loopback only. */
export const anybody: Caller = { actor: null, name: "anonymous", scopes: new Set(scopes), backends: "*", expiresAt: null };

export function mayUse({ backends }: Pick<Caller, "backends">, backend: string): boolean {
  return backends === "*" || backends.has(backend);
}

/** A caller with a name. `admin` brings the other scopes along; "*" among the backends means all. */
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

/** The program that a request names as its own. It is not verified. */
export interface ClientProgram {
  readonly name: string | null;
  readonly version: string | null;
}
