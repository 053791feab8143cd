import type { Ref } from "../model/model.ts";
import type { RecordRef } from "../reads/loaders.ts";

/** The directory's records of the backends: enough to find and compare them. Times are RFC 3339, UTC. */

export const directoryTypes = ["Customer", "Charge", "Tax"] as const satisfies readonly RecordRef["type"][];
export type DirectoryType = (typeof directoryTypes)[number];

/** All records of one type in one backend. They are read together and have one age. */
export interface Source {
  readonly backend: string;
  readonly type: DirectoryType;
}

/**
 * The kept members of a customer: those by which people recognise it. Charges have only reference and status, taxes none; their
 * other members are null. Bank data and the backend's own record are never kept.
 */
export interface RecordData {
  readonly organizationName: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly reference: string | null;
  readonly postalCode: string | null;
  readonly city: string | null;
  readonly country: string | null;
  /** A CustomerStatus; of a charge, a ChargeStatus; of a tax, null. */
  readonly status: string | null;
}

/** A record before it is stored, as describe.ts makes it from a backend's answer. */
export interface Description extends RecordRef {
  readonly name: string;
  /** The words that find it: see words.ts. */
  readonly nameWords: string;
  readonly otherWords: string;
  readonly data: RecordData;
  /** A hash of all members whose change is reported. */
  readonly fingerprint: string;
  /** The backend's own times; null where it has none. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
}

export interface DirectoryRecord extends RecordRef {
  /** Counts up over the whole directory; a record keeps its number. */
  readonly number: number;
  readonly name: string;
  readonly nameWords: string;
  readonly data: RecordData;
  /** When a read last found it new or different. */
  readonly indexedAt: string;
  /** The last walk that saw it. */
  readonly generation: number;
}

/** How fresh a source is. */
export interface SourceState extends Source {
  /** The number of the walk in progress, or else of the last walk; counts up. */
  readonly generation: number;
  /** When the walk in progress began; null = there is none. */
  readonly startedAt: string | null;
  /** When the last complete walk ended; null = never: records may be missing. */
  readonly refreshedAt: string | null;
  /** Where the walk in progress continues; null = at the start. */
  readonly position: string | null;
  /** Why the last attempt failed, or what the last walk could not read. */
  readonly error: string | null;
  /** Whether the last walk read another origin (address, user) than this process is configured with. */
  readonly isMoved: boolean;
}

export type ChangeKind = "CREATED" | "UPDATED" | "REMOVED";

export interface RecordChange extends RecordRef {
  /** Counts up in the order in which changes are committed. */
  readonly seq: number;
  readonly kind: ChangeKind;
  /** When it happened, by the backend; if the backend does not say, when it was noticed. */
  readonly at: string;
  readonly noticedAt: string;
}

/** The changes of one commit to the directory. */
export interface IndexedBatch extends Source {
  /** New or changed records. */
  readonly written: readonly RecordRef[];
  readonly removed: readonly RecordRef[];
}

/**
 * Called after the commit of every batch, in the process that made it. The next batch of the same backend waits for the
 * promise, which must not reject.
 */
export type OnIndexed = (batch: IndexedBatch) => void | Promise<void>;

/** A customer as known without another call to its backend, and how old that is. */
export interface KnownCustomer extends Ref {
  readonly name: string;
  readonly data: RecordData;
  /** When the directory last read it; null = its backend has answered just now. */
  readonly readAt: string | null;
}

/** How a source was searched, how old the results are, and what could not be searched. */
export interface SearchSource extends Source {
  readonly source: "LIVE" | "INDEX" | "BOTH";
  /** When the index last read all of the source; null where the index was not used. */
  readonly refreshedAt: string | null;
  /** Whether all of the source was searched. */
  readonly complete: boolean;
  /** Why it is not complete; null = it is. */
  readonly reason: string | null;
}

/** Why records of this type may be missing from the directory; null = the last walk read all of them. */
export function gapOf(type: Source["type"], { refreshedAt, startedAt, error }: WalkState): string | null {
  if (refreshedAt === null) return `The gateway's directory has not read all its ${plurals[type]} yet.`;
  // While a walk is in progress, the error is why it stopped, and the records are those of the walk before.
  if (error === null || startedAt !== null) return null;
  return `The gateway's directory could not read all its ${plurals[type]}: ${error}`;
}

export type WalkState = Pick<SourceState, "refreshedAt" | "startedAt" | "error">;

export const plurals = { Customer: "customers", Charge: "charges", Tax: "taxes" } as const;
