import type { ChargeKind as Kind, ChargeStatus as Status } from "../model/model.ts";
import { builder } from "./builder.ts";
import { describedEnum } from "./described-enum.ts";
import { chargeRef } from "./refs.ts";
import { connectionType } from "./relay.ts";

/** Types of charges that customers and plans need too; the charge itself is in charge.ts. */

const kinds: Record<Kind, string> = {
  ONE_OFF: "Billed once: no recurrence.",
  RECURRING: "Billed repeatedly: see `recurrence`.",
  FEE: "A fee, e.g. for service, late payment, access or collections.",
  CREDIT: "Reduces what the customer owes; its amount is below zero. A recurring credit is RECURRING.",
};

export const ChargeKind = describedEnum("ChargeKind", "Kind of a charge.", kinds);

const statuses: Record<Status, string> = {
  DEFINED: "It exists. As far as the backend reports, nothing has been billed yet.",
  OPEN: "Billed, and nothing is paid.",
  PARTLY_PAID: "Billed, and partly paid.",
  SETTLED: "Nothing is outstanding.",
  VOIDED: "Reversed: nothing is owed.",
  ARCHIVED: "Archived or deleted in the backend.",
  UNKNOWN: "The backend names a status that the gateway does not know; see `backendStatus`.",
};

export const ChargeStatus = describedEnum("ChargeStatus", "Status of a charge.", statuses);

export const ChargeFilter = builder.inputType("ChargeFilter", {
  description: "Charges that match every member given.",
  fields: (t) => ({
    from: t.field({ type: "Date", description: "`Charge.date` is on or after this day." }),
    to: t.field({ type: "Date", description: "`Charge.date` is on or before this day." }),
    status: t.field({ type: [ChargeStatus], description: "Only with one of these states." }),
    kind: t.field({ type: [ChargeKind], description: "Only of one of these kinds." }),
    search: t.string({ description: "Only with this text in name, description, notes or reference, ignoring case." }),
  }),
});

export const ChargeConnection = connectionType("Charge", chargeRef, { partial: true });
