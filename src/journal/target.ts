import type { WritePlan } from "../adapter/adapter.ts";
import type { BillingError } from "../model/errors.ts";
import type { Charge, Customer, Ref, Tax } from "../model/model.ts";

/** What mutations write. */
export type WrittenEntity = Customer | Charge | Tax;

/** One object to be written in one backend. */
export interface Target<T extends Ref = WrittenEntity> {
  readonly backend: string;
  readonly type: WrittenEntity["type"];
  /** Local id of the object that is changed; null where the plan creates it. */
  readonly objectId: string | null;
  /** Global id of what a new object is created in: a charge's customer or plan, a tax's owner. Null where there is none. */
  readonly belongsTo?: string | null | undefined;
  /** Of a new charge, by when it is recorded (RFC 3339): see mutations/likeness.ts. */
  readonly likeness?: ((recordedAt: string) => string) | undefined;
  /** A plan, or the reason why there can be none. */
  readonly plan: WritePlan<T> | BillingError;
  /** Where the fields that the plan's errors name stand in the caller's input. */
  readonly fieldPrefix: readonly string[];
}
