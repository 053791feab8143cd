import type { ChargeKind as Kind, ChargeStatus as Status } from "../model/model.ts";
import { builder } from "./builder.ts";
import { describedEnum } from "./described-enum.ts";
import { chargeRef } from "./refs.ts";
import { connectionType } from "./relay.ts";

/** What customers and plans need of charges; the charge itself is in charge.ts. */

const kinds: Record<Kind, string> = {
  ONE_OFF: "Billed once.",
  RECURRING: "Billed again and again.",
  FEE: "A fee: service, late payment, access, collections.",
  CREDIT: "Lowers what the customer owes: its amount is below zero. A recurring one is RECURRING.",
};

export const ChargeKind = describedEnum("ChargeKind", "What kind of charge it is.", kinds);

const statuses: Record<Status, string> = {
  DEFINED: "It exists; nothing is billed that the backend tells of.",
  OPEN: "Billed, nothing paid.",
  PARTLY_PAID: "Billed and paid in part.",
  SETTLED: "Nothing of it is outstanding.",
  VOIDED: "Reversed.",
  ARCHIVED: "Archived or deleted in the backend.",
  UNKNOWN: "The backend says something that the gateway does not know.",
};

export const ChargeStatus = describedEnum("ChargeStatus", "Where a charge is in its life.", statuses);

export const ChargeFilter = builder.inputType("ChargeFilter", {
  description: "Charges that pass every part given.",
  fields: (t) => ({
    from: t.field({ type: "Date", description: "Charge.date on or after this day." }),
    to: t.field({ type: "Date", description: "Charge.date on or before this day." }),
    status: t.field({ type: [ChargeStatus], description: "In one of these states." }),
    kind: t.field({ type: [ChargeKind], description: "Of one of these kinds." }),
    search: t.string({ description: "Text in name, description, notes or reference, ignoring case." }),
  }),
});

export const ChargeConnection = connectionType("Charge", chargeRef, { partial: true });
