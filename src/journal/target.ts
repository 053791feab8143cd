import type { WritePlan } from "../adapter/adapter.ts";
import type { BillingError, FieldPlace } from "../model/errors.ts";
import type { Charge, Customer, Ref, Tax } from "../model/model.ts";
import type { Warning } from "../model/warnings.ts";

/** Targets: the objects that mutations write. */
export type WrittenEntity = Customer | Charge | Tax;

/** One object to be written in one backend. */
export interface Target<T extends Ref = WrittenEntity> {
  readonly backend: string;
  readonly type: WrittenEntity["type"];
  /** Local id of the object that is changed; null where the plan creates it. */
  readonly objectId: string | null;
  /** Global id of what a new object is created in: a charge's customer or plan, a tax's owner. Null where there is none. */
  readonly belongsTo?: string | null | undefined;
  /** Of what is compared with others like it; absent for all but new charges and credits. */
  readonly comparable?: Comparable | undefined;
  /** Warnings that are known before anything is sent. */
  readonly warnings?: readonly Warning[] | undefined;
  /** A plan, or the reason why there can be none. */
  readonly plan: WritePlan<T> | BillingError;
  /** Where the fields that the plan's errors name stand in the caller's input. */
  readonly fieldPlace: FieldPlace;
}

/** What makes a new charge or credit alike others: see mutations/likeness.ts. */
export interface Comparable {
  /** For people. */
  readonly what: "charge" | "credit";
  /** By when it is recorded (RFC 3339): first as it is recorded itself, then as others like it may be. */
  readonly likenesses: (recordedAt: string) => readonly string[];
  /** The day it is for; null where the call names none. */
  readonly day: string | null;
}

/** What is done about new charges that look like others: customer, service or name, amount, currency and day. */
export interface Duplicates {
  /** "warn": they are sent, and their steps say so. "refuse": they are not. */
  readonly handling: "warn" | "refuse";
  /** Compared with what was recorded at or after this instant (RFC 3339). */
  readonly since: string;
  /** By target: ids of charges alike that its backend has, or why that cannot be told. Absent: it was not asked. */
  readonly held?: ReadonlyMap<number, readonly string[] | BillingError> | undefined;
  /** A charge run whose rows were compared with each other before. */
  readonly besidesRun?: string | undefined;
}
