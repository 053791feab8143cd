import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { ChargeKind } from "./charge-types.ts";
import { cost } from "./cost.ts";
import { fanOutPayloadType, fanOutResultType, payloadType } from "./payloads.ts";
import { chargeRef } from "./refs.ts";
import { idempotencyKeyField, OnFailure, RecurrenceInput, repeatableFields, writeOptionFields } from "./values.ts";

const charge = { member: "charge", type: chargeRef, loader: "charges" } as const;
const ChargePayload = payloadType("ChargePayload", charge);
const CreateChargesPayload = fanOutPayloadType("CreateChargesPayload", fanOutResultType("ChargeResult", charge));

const ChargeSpec = builder.inputType("ChargeSpec", {
  description: "A charge to be created. What the backend cannot honour is refused by name; its capabilities tell beforehand.",
  fields: (t) => ({
    customerId: t.id({ description: "Who is charged. Exactly one of customerId, planId, and accountId with backend." }),
    accountId: t.id({ description: "The account whose customer in `backend` is charged; it must have exactly one there." }),
    backend: t.string({ description: "Key of the backend, with accountId." }),
    planId: t.id({ description: "Everybody on the rate plan is charged." }),
    name: t.string({ description: "What it is called; some backends require it." }),
    description: t.string({ description: "What it is." }),
    notes: t.string({ description: "Remarks." }),
    kind: t.field({
      type: ChargeKind,
      description:
        "FEE posts a service fee instead of an invoice, where the backend tells them apart; others take the kind from the recurrence. CREDIT is refused: see createCredit.",
    }),
    serviceId: t.id({ description: "What it is for; some backends require it." }),
    amount: t.field({
      type: "Decimal",
      description:
        'The whole line, excluding taxes; not below zero, see createCredit. Where the backend has prices of its own: absent or null = priced by the contract, "0" = free.',
    }),
    currency: t.field({ type: "CurrencyCode", description: "Default: the backend's." }),
    taxAmount: t.field({ type: "Decimal", description: "Taxes on it." }),
    cost: t.field({ type: "Decimal", description: "What it costs the seller." }),
    quantity: t.field({ type: "Decimal", description: "How many; default 1." }),
    date: t.field({ type: "Date", description: "The day it is for; default today." }),
    recurrence: t.field({ type: RecurrenceInput, description: "When it falls due again; default once." }),
    reference: t.string({ description: "The operator's own reference." }),
    taxIds: t.idList({ description: "Exactly these taxes apply to the charge." }),
    executeNow: t.boolean({ defaultValue: false, description: "Create, set taxes, then charge, in that order." }),
  }),
});

const CreateChargeInput = builder.inputType("CreateChargeInput", {
  description: "A charge to be created.",
  fields: (t) => ({
    charge: t.field({ type: ChargeSpec, required: true, description: "The charge." }),
    ...repeatableFields(t, "charge", "service or name"),
    ...writeOptionFields(t),
  }),
});

const CreateChargesInput = builder.inputType("CreateChargesInput", {
  description: "Charges to be created, over customers and backends.",
  fields: (t) => ({
    charges: t.field({ type: [ChargeSpec], required: true, description: "The charges; the results come in this order." }),
    ...repeatableFields(t, "charge", "service or name"),
    onFailure: t.field({
      type: OnFailure,
      defaultValue: "KEEP",
      description: "What to do with what succeeded when a target fails.",
    }),
    ...writeOptionFields(t),
  }),
});

const UpdateChargeInput = builder.inputType("UpdateChargeInput", {
  description: "Changes to a charge: absent = unchanged, null = clear, where the backend can clear.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Which charge." }),
    name: t.string({ description: "What it is called." }),
    description: t.string({ description: "What it is." }),
    notes: t.string({ description: "Remarks." }),
    amount: t.field({ type: "Decimal", description: "The whole line, excluding taxes; not below zero." }),
    currency: t.field({ type: "CurrencyCode", description: "Its currency." }),
    cost: t.field({ type: "Decimal", description: "What it costs the seller." }),
    quantity: t.field({ type: "Decimal", description: "How many." }),
    date: t.field({ type: "Date", description: "The day it is for." }),
    recurrence: t.field({ type: RecurrenceInput, description: "When it falls due again." }),
    ...writeOptionFields(t),
  }),
});

const VoidChargeInput = builder.inputType("VoidChargeInput", {
  description: "Which charge to void.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Which charge." }),
    ...writeOptionFields(t),
  }),
});

const ExecuteChargeInput = builder.inputType("ExecuteChargeInput", {
  description: "Which charge to execute.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Which charge." }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationFields((t) => ({
  createCharge: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: ChargePayload,
    description: "Creates a charge, in the backend of its customer or plan.",
    args: { input: t.arg({ type: CreateChargeInput, required: true, description: "The charge." }) },
    resolve: (_root, { input }, { writes }) => writes.createCharge(input),
  }),
  createCharges: t.field({
    extensions: cost({ counts: "call", each: "input.charges" }),
    authScopes: access.write,
    type: CreateChargesPayload,
    description: "Creates charges over customers and backends; one's failure does not stop the others.",
    args: { input: t.arg({ type: CreateChargesInput, required: true, description: "The charges." }) },
    resolve: (_root, { input }, { writes }) => writes.createCharges(input),
  }),
  updateCharge: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: ChargePayload,
    description: "Changes a charge.",
    args: { input: t.arg({ type: UpdateChargeInput, required: true, description: "The changes." }) },
    resolve: (_root, { input }, { writes }) => writes.updateCharge(input),
  }),
  voidCharge: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: ChargePayload,
    description: "Voids a charge: reversed, archived or deleted, whichever the backend has.",
    args: { input: t.arg({ type: VoidChargeInput, required: true, description: "Which one." }) },
    resolve: (_root, { input }, { writes }) => writes.voidCharge(input),
  }),
  executeCharge: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: ChargePayload,
    description: "Charges a defined charge now. Executing it twice charges twice: use an idempotency key.",
    args: { input: t.arg({ type: ExecuteChargeInput, required: true, description: "Which one." }) },
    resolve: (_root, { input }, { writes }) => writes.executeCharge(input),
  }),
}));
