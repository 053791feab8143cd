import type { CallScope } from "../../billing/adapter.ts";
import { BillingError, settle } from "../../billing/errors.ts";
import type { LiabilitySubject } from "../../billing/model.ts";
import { idParameter } from "./encode.ts";
import { unreliable } from "./error.ts";
import { liabilityFields } from "./fields.ts";
import { flagParameter } from "./map-tax.ts";
import type { Session } from "./session.ts";
import { type Change, isNotFound } from "./verbs.ts";
import { liability, readRow } from "./wire.ts";

/** taxes/liable: whether a customer or a charge owes a tax (guide 4.4, taxes/liable/get and set). */

interface Subject {
  readonly type: "customer" | "charge";
  readonly number: string;
}

export function subjectOf(subject: LiabilitySubject): Subject {
  return "customerId" in subject
    ? { type: "customer", number: idParameter(subject.customerId, "customerId") }
    : { type: "charge", number: idParameter(subject.chargeId, "chargeId") };
}

/** The liability as stored; null where the answer does not tell. NOT_FOUND before 4.0 also means "not liable". */
export function getLiability(
  session: Session,
  tax: string,
  { type, number }: Subject,
  scope: CallScope,
): Promise<boolean | null> {
  return session.call(
    {
      function: "taxes/liable/get",
      effect: "read",
      parameters: { tax, type, number },
      decode: (data) => liability.parse(readRow(data)).liable,
      subject: `Tax ${tax} or ${type} ${number}`,
      fields: liabilityFields[type],
    },
    scope,
  );
}

export function liabilityChange(tax: string, { type, number }: Subject, liable: boolean): Change {
  return {
    function: "taxes/liable/set",
    parameters: { tax, type, number, liable: flagParameter(liable) },
    subject: `Tax ${tax} or ${type} ${number}`,
    fields: liabilityFields[type],
  };
}

/**
 * Whether a liability that was read is as it was to be set; of a tax that does not exist it is not. Throws BAD_RESPONSE where the
 * answer does not tell.
 */
export async function isLiabilityAs(wanted: boolean, reading: Promise<boolean | null>, backend: string): Promise<boolean> {
  const liable = await settle(reading);
  if (isNotFound(liable)) return false;
  if (liable instanceof BillingError) throw liable;
  if (liable === null) throw unreliable(backend, "does not tell whether the tax applies");
  return liable === wanted;
}
