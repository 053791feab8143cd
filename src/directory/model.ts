import type { Ref } from "../model/model.ts";

/** What the directory keeps of the backends' records: enough to find and compare them. Times are RFC 3339, UTC. */

export const directoryTypes = ["Customer", "Charge", "Tax"] as const;
export type DirectoryType = (typeof directoryTypes)[number];

/** All records of one type in one backend: they are read, and grow old, together. */
export interface Source {
  readonly backend: string;
  readonly type: DirectoryType;
}

/** What identifies a record. */
export interface RecordRef extends Ref {
  readonly type: DirectoryType;
}

/**
 * What is kept of a customer: what people are recognised by. Of charges and taxes, only what they are called, with the other
 * members null. Never bank data, never the backend's own record.
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
  /** CustomerStatus; of a charge, ChargeStatus; of a tax, null. */
  readonly status: string | null;
}

/** A record before it is kept: what `describe.ts` makes of a backend's answer. */
export interface Description extends RecordRef {
  readonly name: string;
  /** By which it is found: see words.ts. */
  readonly nameWords: string;
  readonly otherWords: string;
  readonly data: RecordData;
  /** Of everything whose change is worth telling. */
  readonly fingerprint: string;
  /** The backend's own times, where it tells them. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
}

export interface DirectoryRecord extends RecordRef {
  /** Counts up over the whole directory; a record keeps its number. */
  readonly number: number;
  readonly name: string;
  readonly nameWords: string;
  readonly data: RecordData;
  readonly changedAt: string;
  /** When its backend was read and it was new or different. */
  readonly indexedAt: string;
  /** The last walk that has seen it. */
  readonly generation: number;
}

/** How old what is known of a source is. */
export interface SourceState extends Source {
  /** Of the walk under way, else of the last one; counts up. */
  readonly generation: number;
  /** When the walk under way began; null = none is. */
  readonly startedAt: string | null;
  /** When the last complete walk ended; null = there has been none, and nothing that is missing here is known to be missing. */
  readonly refreshedAt: string | null;
  /** Where the walk under way goes on. */
  readonly position: string | null;
  /** Why the last attempt failed. */
  readonly error: string | null;
  /** Whether its last walk was of another origin than this process reads it from: another address, another user. */
  readonly isMoved: boolean;
}

export const changeKinds = ["CREATED", "UPDATED", "REMOVED"] as const;
export type ChangeKind = (typeof changeKinds)[number];

export interface RecordChange extends RecordRef {
  /** Counts up in the order in which changes are committed. */
  readonly seq: number;
  readonly kind: ChangeKind;
  /** When it happened, as the backend says; where it does not, when it was noticed. */
  readonly at: string;
  readonly noticedAt: string;
}

/** What one commit changed in the directory. */
export interface IndexedBatch extends Source {
  /** New, or different from before. */
  readonly written: readonly RecordRef[];
  readonly removed: readonly RecordRef[];
}

/**
 * Told of every batch after its commit, in the process that made it; what it returns is waited for before the next batch of the
 * same backend, and must not reject.
 */
export type OnIndexed = (batch: IndexedBatch) => void | Promise<void>;

/** What the gateway knows of a customer without asking its backend, and how old that is. */
export interface KnownCustomer extends Ref {
  readonly name: string;
  readonly data: RecordData;
  /** When the directory last read it; null = its backend has just said so. */
  readonly readAt: string | null;
}

/** Where a search looked for a source, how old what was found is, and what could not be looked through. */
export interface SearchSource extends Source {
  readonly source: "LIVE" | "INDEX" | "BOTH";
  /** When the index had last read all of it; null where it was not asked. */
  readonly refreshedAt: string | null;
  /** Whether all of it could be looked through, as it is now or was then. */
  readonly complete: boolean;
  /** Why not; null = it could. */
  readonly reason: string | null;
}
