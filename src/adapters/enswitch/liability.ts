import type { CallScope } from "../../adapter/adapter.ts";
import { rowIn } from "../../adapter/kit/reading.ts";
import type { LiabilitySubject } from "../../model/model.ts";
import type { Session, WriteRequest } from "./call.ts";
import { idParameter } from "./encode.ts";
import { liabilityFields } from "./fields.ts";
import { flagParameter } from "./map-tax.ts";
import { liability } from "./wire.ts";

/** Whether a customer, charge or product is liable for a tax (guide 4.4, taxes/liable/get and set). */

interface Subject {
  readonly type: "customer" | "charge" | "product";
  readonly number: string;
}

export function subjectOf(subject: LiabilitySubject): Subject {
  if ("customerId" in subject) return { type: "customer", number: idParameter(subject.customerId, "customerId") };
  if ("chargeId" in subject) return { type: "charge", number: idParameter(subject.chargeId, "chargeId") };
  return { type: "product", number: idParameter(subject.productId, "productId") };
}

/** Reads a liability; null where the answer does not tell. Before 4.0, NOT_FOUND also means "not liable". */
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
      decode: (data) => liability.parse(rowIn(data)).liable,
      subject: `Tax ${tax} or ${type} ${number}`,
      fields: liabilityFields[type],
    },
    scope,
  );
}

export function liabilityChange(tax: string, { type, number }: Subject, liable: boolean): WriteRequest {
  return {
    function: "taxes/liable/set",
    parameters: { tax, type, number, liable: flagParameter(liable) },
    subject: `Tax ${tax} or ${type} ${number}`,
    fields: liabilityFields[type],
  };
}
