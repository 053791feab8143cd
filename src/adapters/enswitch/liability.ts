import type { CallScope, WriteStep } from "../../billing/adapter.ts";
import type { Charge, ChargeInput, LiabilitySubject } from "../../billing/model.ts";
import { idParameter } from "./encode.ts";
import { chargeTaxFields, liabilityFields } from "./fields.ts";
import { flagParameter, taxParameter } from "./map-tax.ts";
import type { Session } from "./session.ts";
import type { TaxLists } from "./tax-lists.ts";
import { type Change, madeBefore, sendChange } from "./verbs.ts";
import { liability } from "./wire.ts";

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
      decode: (data) => liability.parse(data).liable,
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
 * The steps that make exactly the named taxes apply to a charge that an earlier step has created: one for each of them, and a
 * last one that reads which others would apply and takes those away. That one is a single step since which they are is known
 * only when it runs; like the others it may be sent again, because a liability that is set twice is the same.
 */
export function exactTaxSteps(session: Session, lists: TaxLists, input: ChargeInput): WriteStep<Charge>[] {
  if (input.taxIds == null) return [];
  const taxes = [...new Set(input.taxIds.map((id) => taxParameter(id, "taxIds")))];
  const set = (tax: string, charge: string, liable: boolean, scope: CallScope) =>
    sendChange(session, { ...liabilityChange(tax, { type: "charge", number: charge }, liable), fields: chargeTaxFields }, scope);

  const others: WriteStep<Charge> = {
    action: "taxes/liable/set",
    send: async (created, _intent, scope) => {
      const id = madeBefore(created);
      // For everybody on a plan there is no one list of what applies: whatever the gateway's account can use is taken away.
      const candidates = await (input.customerId == null ? lists.usable(scope) : lists.applicable(input.customerId, scope));
      const unwanted = candidates.filter(({ tax, charges }) => charges && !taxes.includes(tax.backendId));
      for (const { tax } of unwanted) await set(tax.backendId, id, false, scope);
      return { id };
    },
  };
  return [
    ...taxes.map(
      (tax): WriteStep<Charge> => ({
        action: "taxes/liable/set",
        send: async (created, _intent, scope) => {
          const id = madeBefore(created);
          await set(tax, id, true, scope);
          return { id };
        },
      }),
    ),
    others,
  ];
}
