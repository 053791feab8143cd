import { builder } from "./builder.ts";
import { ChargeKind } from "./charge.ts";
import { fanOutPayloadType, fanOutResultType, mutation, payloadType } from "./payloads.ts";
import { chargeRef } from "./refs.ts";
import {
  allowDuplicateField,
  OnFailure,
  onFailureField,
  RecurrenceInput,
  repeatableFields,
  writeOptionFields,
} from "./values.ts";

const charge = { member: "charge", type: chargeRef, loader: "charges" } as const;
const ChargePayload = payloadType("ChargePayload", charge);
const CreateChargesPayload = fanOutPayloadType("CreateChargesPayload", fanOutResultType("ChargeResult", charge));

const ChargeSpec = builder.inputType("ChargeSpec", {
  description:
    "A charge to create. A member that the backend cannot store is refused by name: see `Backend.inputs`. Give exactly one of customerId, planId, and accountId with backend.",
  fields: (t) => ({
    customerId: t.id({ description: "Global id of the customer who is charged." }),
    accountId: t.id({
      description:
        "Global id of the account whose customer in `backend` is charged. The account must have exactly one customer there.",
    }),
    backend: t.string({ description: 'Key of the backend, e.g. "pbx". Only with accountId.' }),
    planId: t.id({ description: "Global id of the plan. Every customer on it is charged." }),
    name: t.string({ description: "Name. Some backends require it." }),
    description: t.string({ description: "Description." }),
    notes: t.string({ description: "Notes." }),
    kind: t.field({
      type: ChargeKind,
      description:
        "FEE posts a service fee instead of an invoice, where the backend distinguishes the two. Other backends derive the kind from the recurrence. CREDIT is refused: use createCredit.",
    }),
    serviceId: t.id({ description: "Global id of the service that it is for. Some backends require it." }),
    amount: t.field({
      type: "Decimal",
      description:
        'Amount of the whole line, excluding taxes, e.g. "19.99". Not below zero: use createCredit. Where the backend has prices of its own: absent or null = priced by the contract, "0" = free.',
    }),
    currency: t.field({ type: "CurrencyCode", description: "Default: the backend's currency." }),
    taxAmount: t.field({ type: "Decimal", description: "Amount of taxes on it." }),
    cost: t.field({ type: "Decimal", description: "Cost to the seller, excluding taxes." }),
    quantity: t.field({ type: "Decimal", description: "Quantity. Default: 1." }),
    date: t.field({ type: "Date", description: "The day that it is for. Default: today, in the backend's time zone." }),
    recurrence: t.field({ type: RecurrenceInput, description: "When it falls due. Default: once." }),
    reference: t.string({ description: 'The operator\'s own reference, e.g. "A-17".' }),
    taxIds: t.idList({
      description: "Global ids of the taxes that apply to the charge: exactly these. Absent: as the backend decides.",
    }),
    executeNow: t.boolean({
      defaultValue: false,
      description: "True: create it, set its taxes, then execute it at once, in this order.",
    }),
  }),
});

const CreateChargeInput = builder.inputType("CreateChargeInput", {
  description: "A charge to create.",
  fields: (t) => ({
    charge: t.field({ type: ChargeSpec, required: true, description: "The charge." }),
    ...repeatableFields(t, "charge", "service or name"),
    ...writeOptionFields(t),
  }),
});

const CreateChargesInput = builder.inputType("CreateChargesInput", {
  description: "Charges to create, for any customers in any backends.",
  fields: (t) => ({
    charges: t.field({ type: [ChargeSpec], required: true, description: "The charges. The results have this order." }),
    ...repeatableFields(t, "charge", "service or name"),
    onFailure: onFailureField(t),
    ...writeOptionFields(t),
  }),
});

const UpdateChargeInput = builder.inputType("UpdateChargeInput", {
  description: "Changes to a charge. Absent = unchanged, null = clear, where the backend can clear the member.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Global id of the charge." }),
    name: t.string({ description: "Name." }),
    description: t.string({ description: "Description." }),
    notes: t.string({ description: "Notes." }),
    amount: t.field({ type: "Decimal", description: "Amount of the whole line, excluding taxes. Not below zero." }),
    currency: t.field({ type: "CurrencyCode", description: "Currency of the amount." }),
    cost: t.field({ type: "Decimal", description: "Cost to the seller, excluding taxes." }),
    quantity: t.field({ type: "Decimal", description: "Quantity." }),
    date: t.field({ type: "Date", description: "The day that it is for." }),
    recurrence: t.field({ type: RecurrenceInput, description: "When it falls due." }),
    ...writeOptionFields(t),
  }),
});

const VoidChargeInput = builder.inputType("VoidChargeInput", {
  description: "The charge to void.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Global id of the charge." }),
    ...writeOptionFields(t),
  }),
});

const ExecuteChargeInput = builder.inputType("ExecuteChargeInput", {
  description: "The charge to execute.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Global id of the charge." }),
    allowDuplicate: allowDuplicateField(t, "Execute it even if it was executed a short time ago."),
    ...writeOptionFields(t),
  }),
});

mutation("createCharge", {
  type: ChargePayload,
  description: "Creates a charge in the backend of its customer or plan.",
  input: CreateChargeInput,
  about: "The charge, and options of the call.",
  resolve: (input, { writes }) => writes.createCharge(input),
});

mutation("createCharges", {
  type: CreateChargesPayload,
  description:
    "Creates charges for any customers in any backends. A failure of one does not stop the others, unless onFailure is ROLL_BACK.",
  input: CreateChargesInput,
  about: "The charges, and options of the call.",
  each: "input.charges",
  resolve: (input, { writes }) => writes.createCharges(input),
});

mutation("updateCharge", {
  type: ChargePayload,
  description: "Changes a charge. `Backend.inputs` says which members can be changed.",
  input: UpdateChargeInput,
  about: "The charge and its changes.",
  resolve: (input, { writes }) => writes.updateCharge(input),
});

mutation("voidCharge", {
  type: ChargePayload,
  description: "Voids a charge: the backend reverses, archives or deletes it.",
  input: VoidChargeInput,
  about: "The charge.",
  resolve: (input, { writes }) => writes.voidCharge(input),
});

mutation("executeCharge", {
  type: ChargePayload,
  description:
    "Executes a defined charge now. Two calls charge twice: give an idempotency key. A charge that was executed a short time ago, by any caller, is not executed again without `allowDuplicate: true`.",
  input: ExecuteChargeInput,
  about: "The charge.",
  resolve: (input, { writes }) => writes.executeCharge(input),
});

/** Credits have mutations of their own, so that a negative amount of a charge is an error and not a credit by mistake. */

const credit = { member: "credit", type: chargeRef, loader: "charges" } as const;
const CreditPayload = payloadType("CreditPayload", credit);
const CreateCreditsPayload = fanOutPayloadType("CreateCreditsPayload", fanOutResultType("CreditResult", credit));

const CreditSpec = builder.inputType("CreditSpec", {
  description:
    "A credit to create; it reduces what the customer owes. Backends without CREDIT_CREATE refuse it. Give either customerId, or accountId with backend.",
  fields: (t) => ({
    customerId: t.id({ description: "Global id of the customer who gets it." }),
    accountId: t.id({
      description:
        "Global id of the account whose customer in `backend` gets it. The account must have exactly one customer there.",
    }),
    backend: t.string({ description: 'Key of the backend, e.g. "pbx". Only with accountId.' }),
    amount: t.field({ type: "Decimal", required: true, description: 'Amount of the credit, above zero, e.g. "19.99".' }),
    currency: t.field({
      type: "CurrencyCode",
      description: "The customer's currency, which is the default. Another one is refused.",
    }),
    description: t.string({ description: "Description: what it is for." }),
  }),
});

const CreateCreditInput = builder.inputType("CreateCreditInput", {
  description: "A credit to create.",
  fields: (t) => ({
    credit: t.field({ type: CreditSpec, required: true, description: "The credit." }),
    ...repeatableFields(t, "credit", "description"),
    ...writeOptionFields(t),
  }),
});

const CreateCreditsInput = builder.inputType("CreateCreditsInput", {
  description: "Credits to create, for any customers in any backends.",
  fields: (t) => ({
    credits: t.field({ type: [CreditSpec], required: true, description: "The credits. The results have this order." }),
    ...repeatableFields(t, "credit", "description"),
    onFailure: t.field({
      type: OnFailure,
      defaultValue: "KEEP",
      description:
        "What happens to the targets that succeeded when another one fails. ROLL_BACK is refused, before anything is sent, if a backend cannot void a credit.",
    }),
    ...writeOptionFields(t),
  }),
});

mutation("createCredit", {
  type: CreditPayload,
  description:
    "Creates a credit for a customer. It appears in the list of charges, with the kind CREDIT and an amount below zero.",
  input: CreateCreditInput,
  about: "The credit, and options of the call.",
  resolve: (input, { writes }) => writes.createCredit(input),
});

mutation("createCredits", {
  type: CreateCreditsPayload,
  description:
    "Creates credits for any customers in any backends. A failure of one does not stop the others, unless onFailure is ROLL_BACK.",
  input: CreateCreditsInput,
  about: "The credits, and options of the call.",
  each: "input.credits",
  resolve: (input, { writes }) => writes.createCredits(input),
});
