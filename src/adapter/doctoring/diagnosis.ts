/**
 * The interface between the doctor (src/doctor) and the kinds' checks (adapters/<kind>/doctor.ts). A kind asks its backend about each open
 * point of the contract, and reports what the contract says, what this backend does, and what follows.
 */

/**
 * AGREES: as the contract says. DIFFERS: otherwise, but the gateway copes. DANGER: otherwise, and answers or money would be wrong. UNTOLD: the
 * backend showed nothing to tell it by.
 */
export type Verdict = "AGREES" | "DIFFERS" | "DANGER" | "UNTOLD";

export interface Diagnosis {
  /** A stable name: "charset". */
  readonly check: string;
  readonly contract: string;
  readonly backend: string;
  readonly verdict: Verdict;
  /** A line for the backend's section of the configuration; null where no setting helps. */
  readonly setting: string | null;
}

/** A call of the doctor. */
export interface DoctorCall {
  /** The backend's name of the call, without ids and credentials. */
  readonly function: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly json: unknown } | { readonly form: Readonly<Record<string, string>> };
  /** Credentials for HTTP digest authentication. */
  readonly digest?: { readonly username: string; readonly password: string } | undefined;
  /** True: it changes something in the backend, so it is sent once. */
  readonly writes?: true;
}

/** The answer to a call of the doctor. */
export interface Reply {
  readonly function: string;
  /** 0 where no answer came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly json: unknown;
  readonly empty: boolean;
  /** The charset by which it was decoded. */
  readonly charset?: string;
  /** True: its bytes are not valid in the declared charset, so another one was used. */
  readonly isGuessed?: boolean;
  /** Why no answer came, in the gateway's words; null where one did. */
  readonly problem: string | null;
}

/** A backend that is examined. */
export interface Patient<Settings> {
  readonly settings: Settings;
  /** Whether the kind's settings have this key in this version. */
  readonly takes: (key: string) => boolean;
  /** Sends a call; never rejects. */
  readonly ask: (asked: DoctorCall) => Promise<Reply>;
  /** All answers so far. */
  readonly replies: readonly Reply[];
  /** The doctor's clock, milliseconds since 1970. */
  readonly now: () => number;
  /** How far the backend's clock is ahead of the doctor's, by its Date headers; null before the first. */
  readonly clockOffsetMs: () => number | null;
}

/** The checks of a kind of backend. */
export interface Doctor<Settings> {
  /** Runs the checks that only read. */
  readonly examine: (patient: Patient<Settings>) => Promise<readonly Diagnosis[]>;
  /** Creates a small charge for the customer, looks at it and takes it back. */
  readonly trial: (patient: Patient<Settings>, customerId: string) => Promise<readonly Diagnosis[]>;
  /** Says what a trial leaves in the backend; null if it undoes everything. */
  readonly leaves: (settings: Settings) => string | null;
}

/** Makes the diagnoses of one check. */
export function checkOf(check: string, contract: string) {
  const verdict =
    (kind: Verdict) =>
    (backend: string, setting: string | null = null): Diagnosis => ({ check, contract, backend, verdict: kind, setting });
  return { agrees: verdict("AGREES"), differs: verdict("DIFFERS"), danger: verdict("DANGER"), untold: verdict("UNTOLD") };
}

/** A line for the configuration; null where this version has no such key. */
export function settingOf<Settings>(patient: Patient<Settings>, key: string, value: string): string | null {
  return patient.takes(key) ? `${key}: ${value}` : null;
}

/** A text that no record has. */
export const impossibleText = "zq7x-no-such-thing";
/** An id that no record has, within 32 bits. */
export const impossibleNumber = "2147483600";

/** A sample of at most `most` items, spread over all. */
export function some<T>(all: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, Math.floor(all.length / most));
  return all.filter((_, index) => index % step === 0).slice(0, most);
}

/** A single value as text; "" for any other. */
export function shown(value: unknown): string {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

/** The members of a backend's answers by its contract. The doctor and the watch of a running gateway (connections/answer-watch.ts) compare with them. */

export interface KnownMembers {
  /** The members of a record by the contract. */
  readonly known: readonly string[];
  /** The known members that the gateway cannot do without in a sample of records. */
  readonly needed: readonly string[];
  /** The known members that the gateway shows. */
  readonly wanted: readonly string[];
}

export interface KnownAnswers {
  /** The member of an answer that holds the records; null where the answer is the records. */
  readonly within: string | null;
  /** The members of records by function, as calls name it. */
  readonly members: Readonly<Record<string, KnownMembers>>;
}
