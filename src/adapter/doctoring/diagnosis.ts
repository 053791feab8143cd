/**
 * What the doctor (src/doctor) and the kinds' own examinations (adapters/<kind>/doctor.ts) have in common. A kind asks its backend what
 * the contract leaves open and says for each such question what the contract says, what this backend does, and what follows.
 */

/**
 * AGREES: as the contract says. DIFFERS: otherwise, and the gateway copes with it. DANGER: otherwise, and answers would be wrong or
 * money would be. UNTOLD: nothing was there to tell it by.
 */
export type Verdict = "AGREES" | "DIFFERS" | "DANGER" | "UNTOLD";

export interface Diagnosis {
  /** A name that stays the same from version to version: "charset". */
  readonly check: string;
  readonly contract: string;
  readonly backend: string;
  readonly verdict: Verdict;
  /** A line for the backend's section of the configuration; null where none would help. */
  readonly setting: string | null;
}

export interface Asked {
  /** The backend's own name for what is called: never ids or credentials. */
  readonly function: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly json: unknown } | { readonly form: Readonly<Record<string, string>> };
  /** With which the request is signed. */
  readonly digest?: { readonly username: string; readonly password: string } | undefined;
  /** True: it changes something there, so it is sent once. */
  readonly writes?: true;
}

export interface Reply {
  readonly function: string;
  /** 0 where no answer came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly json: unknown;
  readonly empty: boolean;
  /** In which it was read. */
  readonly charset?: string;
  /** Its bytes are no text in what they should be in. */
  readonly isGuessed?: boolean;
  /** Why no answer came, in the gateway's words; null where one did. */
  readonly problem: string | null;
}

/** A backend that is examined. */
export interface Patient<Settings> {
  readonly settings: Settings;
  /** Whether this version's settings of the kind have this key. */
  readonly takes: (key: string) => boolean;
  /** Never rejects. */
  readonly ask: (asked: Asked) => Promise<Reply>;
  /** All answers so far. */
  readonly replies: readonly Reply[];
  /** Milliseconds since 1970, by the clock of whoever examines. */
  readonly now: () => number;
  /** How far the backend's clock is ahead of that, by its Date headers; null before the first. */
  readonly clockOffsetMs: () => number | null;
}

/** What a kind of backend brings for the doctor. */
export interface Doctor<Settings> {
  /** Reads only. */
  readonly examine: (patient: Patient<Settings>) => Promise<readonly Diagnosis[]>;
  /** Makes a small charge for the customer, looks at it and takes it back. */
  readonly trial: (patient: Patient<Settings>, customerId: string) => Promise<readonly Diagnosis[]>;
  /** What a trial leaves behind; null where it takes everything back. */
  readonly leaves: (settings: Settings) => string | null;
}

/** Makes the diagnoses of one check. */
export function checkOf(check: string, contract: string) {
  const verdict =
    (kind: Verdict) =>
    (backend: string, setting: string | null = null): Diagnosis => ({ check, contract, backend, verdict: kind, setting });
  return { agrees: verdict("AGREES"), differs: verdict("DIFFERS"), danger: verdict("DANGER"), untold: verdict("UNTOLD") };
}

/** A line for the configuration, where this version has such a key. */
export function settingOf<Settings>(patient: Patient<Settings>, key: string, value: string): string | null {
  return patient.takes(key) ? `${key}: ${value}` : null;
}

/** No name, e-mail address or reference of anybody. */
export const impossibleText = "zq7x-no-such-thing";
/** Beyond what any table of a backend has counted to, and within 32 bits. */
export const impossibleNumber = "2147483600";

/** A few of many, spread over all. */
export function some<T>(all: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, Math.floor(all.length / most));
  return all.filter((_, index) => index % step === 0).slice(0, most);
}

/** A value as text; none for what is absent or no single value. */
export function shown(value: unknown): string {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}
