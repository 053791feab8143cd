import type { Customer } from "../model/model.ts";
import type { WriteResult } from "../mutations/writes.ts";
import type { Reason, LinkSuggestion as Suggestion } from "../suggestions/model.ts";
import type { SuggestionPage } from "../suggestions/suggestion-reads.ts";
import { access, builder, cost, describedEnum } from "./builder.ts";
import { errorsField, mutation, operationField } from "./payloads.ts";
import { customerRef } from "./refs.ts";
import { connectionType, pageArguments } from "./relay.ts";
import { SearchSource } from "./search.ts";
import { idempotencyKeyField } from "./values.ts";

/** Customers of different backends that are probably the same. */

const LinkReasonKind = describedEnum("LinkReasonKind", "What two customers have in common.", {
  SAME_REFERENCE: "The same reference of the operator.",
  SAME_EMAIL: "The same e-mail address.",
  SAME_PHONE: "The same telephone number, however it is written.",
  SAME_NAME: "The same name, ignoring case, accents, punctuation, legal form and the order of words.",
  SIMILAR_NAME: "A similar name.",
  SAME_POSTCODE: "The same postal code.",
  SAME_DOMAIN: "The same domain in their e-mail addresses, unless it is that of a mail provider.",
});

const LinkReason = builder.objectRef<Reason>("LinkReason").implement({
  description: "A reason for a suggestion.",
  fields: (t) => ({
    kind: t.field({ type: LinkReasonKind, description: "Kind of the reason.", resolve: ({ kind }) => kind }),
    detail: t.exposeString("detail", {
      description: "The value as it was compared; for SIMILAR_NAME both names and how similar they are.",
    }),
  }),
});

const LinkSuggestion = builder.objectRef<Suggestion>("LinkSuggestion").implement({
  description: "Two customers of different backends that are probably the same.",
  fields: (t) => ({
    customers: t.field({
      extensions: cost({ length: 2 }),
      type: [customerRef],
      description: "The two customers. Their ids, backends and names cost no call.",
      resolve: ({ customers }) => customers,
    }),
    score: t.exposeFloat("score", { description: "Score from 0 to 1: how likely it is that they are the same." }),
    reasons: t.field({
      type: [LinkReason],
      description: "The reasons, strongest first.",
      resolve: ({ reasons }) => reasons,
    }),
  }),
});

const LinkSuggestionConnection = connectionType("LinkSuggestion", LinkSuggestion, { partial: true });

builder.objectField(LinkSuggestionConnection, "sources", (t) =>
  t.field({
    type: [SearchSource],
    description: "For each backend, how old the compared data is.",
    resolve: (page) => (page as SuggestionPage).sources().then((sources) => sources),
  }),
);

const DeclineLinkPayload = builder.objectRef<WriteResult<Customer>>("DeclineLinkPayload").implement({
  description: "Result of declining a suggestion.",
  fields: (t) => ({ errors: errorsField(t), operation: operationField(t) }),
});

const DeclineLinkInput = builder.inputType("DeclineLinkInput", {
  description: "Two customers that are not the same.",
  fields: (t) => ({
    customerIds: t.idList({ required: true, description: "Global ids of the two customers, of different backends." }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.queryFields((t) => ({
  linkSuggestions: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: LinkSuggestionConnection,
    description:
      "Pairs of customers of different backends that are probably the same, best first. The gateway finds them in the background, in its own directory. Pairs that are in one account or were declined are left out. Accept a suggestion with linkCustomers, decline it with declineLink.",
    args: {
      ...pageArguments(),
      backends: t.arg.stringList({
        description: 'Keys of the backends: only between their customers, e.g. ["pbx", "suite"]. Default: all.',
      }),
      customerId: t.arg.id({ description: "Global id of a customer: only suggestions for it." }),
    },
    resolve: (_root, { backends, customerId, ...page }, { suggestions }) => suggestions.list({ backends, customerId }, page),
  }),
}));

mutation("declineLink", {
  type: DeclineLinkPayload,
  description: "Declines a suggestion: the two customers are not suggested again. They can still be linked.",
  input: DeclineLinkInput,
  about: "The two customers.",
  each: "input.customerIds",
  resolve: (input, { writes }) => writes.declineLink(input),
});
