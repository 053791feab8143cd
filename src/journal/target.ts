import { hash } from "node:crypto";
import type { WritePlan } from "../adapter/adapter.ts";
import type { BillingError, FieldPlace } from "../model/errors.ts";
import type { Charge, Customer, Ref, Tax } from "../model/model.ts";
import type { Warning } from "../model/warnings.ts";

/** A target is an object that a mutation writes. */
export type WrittenEntity = Customer | Charge | Tax;

/** Targets of one fan-out in flight at once. Each backend's own limit applies too. */
export const targetsAtOnce = 16;

/** One object to write in one backend. */
export interface Target<T extends Ref = WrittenEntity> {
  readonly backend: string;
  readonly type: WrittenEntity["type"];
  /** Local id of the object to change; null if the plan creates one. */
  readonly objectId: string | null;
  /** Global id of the owner of a new object: a charge's customer or plan, a tax's owner. Null if it has none. */
  readonly belongsTo?: string | null | undefined;
  /** For finding similar ones; only new charges, credits and executions of charges have it. */
  readonly comparable?: Comparable | undefined;
  /** Warnings that are known before anything is sent. */
  readonly warnings?: readonly Warning[] | undefined;
  /** A plan, or the reason why there can be none. */
  readonly plan: WritePlan<T> | BillingError;
  /** Where the fields named by the plan's errors are in the caller's input. */
  readonly fieldPlace: FieldPlace;
}

/** What makes a new charge or credit look like others (see mutations/ledger.ts), or an execution like earlier ones. */
export interface Comparable {
  readonly what: "charge" | "credit" | "execution";
  /** Likenesses of a charge recorded at this time (RFC 3339). The first is its own; the others find similar ones. */
  readonly likenesses: (recordedAt: string) => readonly string[];
  /** The day it is for; null if the call names none. */
  readonly day: string | null;
}

/** The likeness of all executions of a charge, whoever asks for them. @param nodeId the charge's global id */
export function executionLikeness(nodeId: string): string {
  return hash("sha256", JSON.stringify(["execution", nodeId])).slice(0, 32);
}

/**
 * How to handle new charges that look like others (same customer, service or name, amount, currency and day), and charges that were
 * executed a short time ago.
 */
export interface Duplicates {
  /** "warn": they are sent, with a warning. "refuse": they are not sent. */
  readonly handling: "warn" | "refuse";
  /** Only charges recorded, or last sent, at or after this instant (RFC 3339) count. */
  readonly since: string;
  /** By target: ids of similar charges in its backend, or the error that kept the gateway from looking. Absent: nobody looked. */
  readonly held?: ReadonlyMap<number, readonly string[] | BillingError> | undefined;
  /** Leaves out the operations of this charge run: its rows were compared with each other when they were checked. */
  readonly besidesRun?: string | undefined;
}
