import type {
  Address as AddressShape,
  ChargeInterval as Interval,
  Money as MoneyShape,
  Recurrence as RecurrenceShape,
} from "../model/model.ts";
import { builder, type Types } from "./builder.ts";
import { describedEnum } from "./described-enum.ts";

/** Values that several entities share. */

export const Money = builder.objectRef<MoneyShape>("Money").implement({
  description: "An exact amount in a currency.",
  fields: (t) => ({
    amount: t.expose("amount", { type: "Decimal", description: "The amount." }),
    currency: t.expose("currency", { type: "CurrencyCode", description: "Its currency." }),
  }),
});

export const Address = builder.objectRef<AddressShape>("Address").implement({
  description: "A postal address, as the backend stores it.",
  fields: (t) => ({
    lines: t.stringList({ description: "Street, house number and the like.", resolve: ({ lines }) => [...lines] }),
    city: t.exposeString("city", { nullable: true, description: "Town." }),
    state: t.exposeString("state", { nullable: true, description: "State, province or region." }),
    postalCode: t.exposeString("postalCode", { nullable: true, description: "Postal or zip code." }),
    country: t.exposeString("country", { nullable: true, description: "A code or a name, as the backend keeps it." }),
  }),
});

export const AddressInput = builder.inputType("AddressInput", {
  description: "A postal address.",
  fields: (t) => ({
    lines: t.stringList({ description: "Street, house number and the like; how many lines fit depends on the backend." }),
    city: t.string({ description: "Town." }),
    state: t.string({ description: "State, province or region." }),
    postalCode: t.string({ description: "Postal or zip code." }),
    country: t.string({ description: "A code or a name, as the backend wants it." }),
  }),
});

export const ChargeInterval = describedEnum<Interval>("ChargeInterval", "How often something is charged.", {
  IMMEDIATE: "Once, as soon as it is executed.",
  ONCE: "Once, on its date.",
  WEEKLY: "Every week.",
  MONTHLY: "Every month.",
  QUARTERLY: "Every three months.",
  SEMIANNUALLY: "Every six months.",
  ANNUALLY: "Every year.",
});

export const Recurrence = builder.objectRef<RecurrenceShape>("Recurrence").implement({
  description: "When a charge falls due.",
  fields: (t) => ({
    interval: t.field({ type: ChargeInterval, description: "How often.", resolve: ({ interval }) => interval }),
    occurrences: t.exposeInt("occurrences", { nullable: true, description: "How many times in all; null = without end." }),
    startsOn: t.expose("startsOn", { type: "Date", nullable: true, description: "From this day." }),
    endsOn: t.expose("endsOn", { type: "Date", nullable: true, description: "Until this day." }),
  }),
});

export const RecurrenceInput = builder.inputType("RecurrenceInput", {
  description: "When a charge falls due.",
  fields: (t) => ({
    interval: t.field({ type: ChargeInterval, required: true, description: "How often." }),
    occurrences: t.int({ description: "How many times in all." }),
    startsOn: t.field({ type: "Date", description: "From this day." }),
    endsOn: t.field({ type: "Date", description: "Until this day." }),
  }),
});

type InputFields = PothosSchemaTypes.InputFieldBuilder<Types, "InputObject">;

export const idempotencyKeyField = (t: InputFields) =>
  t.string({
    description:
      "Makes the call safe to repeat: the same key with the same input never acts twice. It answers with the stored outcome, and sends again only what failed although nothing happened. One is made and returned when absent. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space.",
  });

/** Members of the inputs of mutations. */
export const writeOptionFields = (t: InputFields) => ({
  validateOnly: t.boolean({
    defaultValue: false,
    description: "Check everything that can be checked, with the backend's own dry run where it has one, and change nothing.",
  }),
  idempotencyKey: idempotencyKeyField(t),
});

/** Of new charges and credits. @param by what they are called by, besides customer, amount, currency and day */
export const repeatableFields = (t: InputFields, what: "charge" | "credit", by: string) => ({
  allowDuplicate: t.boolean({
    defaultValue: false,
    description: `It is meant, although it looks like another ${what}: the same customer, ${by}, amount, currency and day.`,
  }),
  compareWithBackend: t.boolean({
    defaultValue: false,
    description: `Looks for ${what}s alike in the backend too, whoever made them; otherwise only among what the gateway has recorded.`,
  }),
});

export const overrideDescription =
  "A member given here takes the place of the one that all get; null and absent: as for all. What only one backend needs, or can keep, is given here alone.";

export const OnFailure = describedEnum(
  "OnFailure",
  "Of a fan-out: what happens to the targets that succeeded when another fails.",
  {
    KEEP: "They stay.",
    ROLL_BACK: "They are compensated: voided or archived, each as a step of its own.",
  },
);

/** Of every record of a backend. */
export const notUnderstoodDescription =
  "Members of the backend's record, by its own names, that are there and not understood: what the gateway makes of them is null or left to its default. Empty as a rule. `raw` shows them.";
