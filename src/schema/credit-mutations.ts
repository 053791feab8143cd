import { builder } from "./builder.ts";
import { mutation } from "./mutation.ts";
import { fanOutPayloadType, fanOutResultType, payloadType } from "./payloads.ts";
import { chargeRef } from "./refs.ts";
import { OnFailure, repeatableFields, writeOptionFields } from "./values.ts";

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
