import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { fanOutPayloadType, fanOutResultType, payloadType } from "./payloads.ts";
import { chargeRef } from "./refs.ts";
import { OnFailure, repeatableFields, writeOptionFields } from "./values.ts";

/** Giving money back, on purpose: charges of less than nothing are refused. */

const credit = { member: "credit", type: chargeRef, loader: "charges" } as const;
const CreditPayload = payloadType("CreditPayload", credit);
const CreateCreditsPayload = fanOutPayloadType("CreateCreditsPayload", fanOutResultType("CreditResult", credit));

const CreditSpec = builder.inputType("CreditSpec", {
  description: "A credit to be created: it lowers what the customer owes. Backends without CREDIT_CREATE refuse it.",
  fields: (t) => ({
    customerId: t.id({ description: "Who is given it. Exactly one of customerId, and accountId with backend." }),
    accountId: t.id({ description: "The account whose customer in `backend` is given it; it must have exactly one there." }),
    backend: t.string({ description: "Key of the backend, with accountId." }),
    amount: t.field({ type: "Decimal", required: true, description: "How much is given: above zero." }),
    currency: t.field({ type: "CurrencyCode", description: "Default: the customer's. Another one is refused." }),
    description: t.string({ description: "What it is given for." }),
  }),
});

const CreateCreditInput = builder.inputType("CreateCreditInput", {
  description: "A credit to be created.",
  fields: (t) => ({
    credit: t.field({ type: CreditSpec, required: true, description: "The credit." }),
    ...repeatableFields(t, "credit", "description"),
    ...writeOptionFields(t),
  }),
});

const CreateCreditsInput = builder.inputType("CreateCreditsInput", {
  description: "Credits to be created, over customers and backends.",
  fields: (t) => ({
    credits: t.field({ type: [CreditSpec], required: true, description: "The credits; the results come in this order." }),
    ...repeatableFields(t, "credit", "description"),
    onFailure: t.field({
      type: OnFailure,
      defaultValue: "KEEP",
      description:
        "What to do with what succeeded when a target fails. ROLL_BACK is refused, before anything is sent, where a backend cannot take a credit back.",
    }),
    ...writeOptionFields(t),
  }),
});

builder.mutationFields((t) => ({
  createCredit: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: CreditPayload,
    description:
      "Gives a customer a credit. It is listed among the charges, as one of the kind CREDIT with an amount below zero.",
    args: { input: t.arg({ type: CreateCreditInput, required: true, description: "The credit." }) },
    resolve: (_root, { input }, { writes }) => writes.createCredit(input),
  }),
  createCredits: t.field({
    extensions: cost({ counts: "call", each: "input.credits" }),
    authScopes: access.write,
    type: CreateCreditsPayload,
    description: "Gives credits over customers and backends; one's failure does not stop the others.",
    args: { input: t.arg({ type: CreateCreditsInput, required: true, description: "The credits." }) },
    resolve: (_root, { input }, { writes }) => writes.createCredits(input),
  }),
}));
