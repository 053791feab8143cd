import type {
  Address as AddressShape,
  ChargeInterval as Interval,
  Money as MoneyShape,
  Recurrence as RecurrenceShape,
} from "../model/model.ts";
import { builder, describedEnum, type Types } from "./builder.ts";

/** Values that several entities share. */

export const Money = builder.objectRef<MoneyShape>("Money").implement({
  description: "An exact amount in a currency.",
  fields: (t) => ({
    amount: t.expose("amount", { type: "Decimal", description: "The amount." }),
    currency: t.expose("currency", { type: "CurrencyCode", description: "The currency." }),
  }),
});

export const Address = builder.objectRef<AddressShape>("Address").implement({
  description: "A postal address, as the backend stores it.",
  fields: (t) => ({
    lines: t.stringList({
      description: 'Street, house number and the like, e.g. ["5 High Street", "2nd floor"].',
      resolve: ({ lines }) => lines,
    }),
    city: t.exposeString("city", { nullable: true, description: "Town." }),
    state: t.exposeString("state", { nullable: true, description: "State, province or region." }),
    postalCode: t.exposeString("postalCode", { nullable: true, description: "Postal or zip code." }),
    country: t.exposeString("country", {
      nullable: true,
      description: 'A code or a name, as the backend stores it, e.g. "DE" or "Germany".',
    }),
  }),
});

export const AddressInput = builder.inputType("AddressInput", {
  description: "A postal address.",
  fields: (t) => ({
    lines: t.stringList({
      description:
        'Street, house number and the like, e.g. ["5 High Street", "2nd floor"]. `Backend.inputs` says how many lines a backend takes.',
    }),
    city: t.string({ description: "Town." }),
    state: t.string({ description: "State, province or region." }),
    postalCode: t.string({ description: "Postal or zip code." }),
    country: t.string({ description: 'A code or a name, as the backend takes it, e.g. "DE" or "Germany".' }),
  }),
});

export const ChargeInterval = describedEnum<Interval>("ChargeInterval", "How often a charge falls due.", {
  IMMEDIATE: "Once, when it is executed.",
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
    interval: t.field({ type: ChargeInterval, description: "How often it falls due.", resolve: ({ interval }) => interval }),
    occurrences: t.exposeInt("occurrences", { nullable: true, description: "Number of times in all; null = no limit." }),
    startsOn: t.expose("startsOn", { type: "Date", nullable: true, description: "First day." }),
    endsOn: t.expose("endsOn", { type: "Date", nullable: true, description: "Last day." }),
  }),
});

export const RecurrenceInput = builder.inputType("RecurrenceInput", {
  description: "When a charge falls due.",
  fields: (t) => ({
    interval: t.field({ type: ChargeInterval, required: true, description: "How often it falls due." }),
    occurrences: t.int({ description: "Total number of times. Default: no limit." }),
    startsOn: t.field({ type: "Date", description: "First day." }),
    endsOn: t.field({ type: "Date", description: "Last day." }),
  }),
});

export type InputFields = PothosSchemaTypes.InputFieldBuilder<Types, "InputObject">;

export const idempotencyKeyField = (t: InputFields) =>
  t.string({
    description:
      "Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space.",
  });

export const onFailureField = (t: InputFields) =>
  t.field({
    type: OnFailure,
    defaultValue: "KEEP",
    description: "What happens to the targets that succeeded when another one fails.",
  });

/** Members that the inputs of all mutations with a dry run have. */
export const writeOptionFields = (t: InputFields) => ({
  validateOnly: t.boolean({
    defaultValue: false,
    description:
      "Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY).",
  }),
  idempotencyKey: idempotencyKeyField(t),
});

export const allowDuplicateField = (t: InputFields, description: string) => t.boolean({ defaultValue: false, description });

/**
 * Options of new charges and credits about duplicates.
 *
 * @param by what makes two alike, besides customer, amount, currency and day
 */
export const repeatableFields = (t: InputFields, what: "charge" | "credit", by: string) => ({
  allowDuplicate: allowDuplicateField(
    t,
    `Send it even if it looks like an earlier ${what}: the same customer, ${by}, amount, currency and day.`,
  ),
  compareWithBackend: t.boolean({
    defaultValue: false,
    description: `Also look for a similar ${what} in the backend, whoever made it. False: only among those that the gateway has recorded.`,
  }),
});

export const overrideDescription =
  "A member given here replaces the one that all backends get; null or absent = the same as for all. Give a member only here if only one backend needs it or can store it.";

export const OnFailure = describedEnum(
  "OnFailure",
  "What happens to the targets of a call that succeeded when another target fails.",
  {
    KEEP: "They stay as they are.",
    ROLL_BACK:
      "They are compensated: charges are voided, customers and taxes archived. Each compensation is a step of the operation.",
  },
);

/** Every record of a backend has this field. */
export const notUnderstoodDescription =
  "Members of the backend's record that are present but not understood, by the backend's names. The gateway shows null or a default in their place. Normally empty. `raw` shows the values.";
