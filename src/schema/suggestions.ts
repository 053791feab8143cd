import type { Customer } from "../model/model.ts";
import type { WriteResult } from "../mutations/writes.ts";
import type { Reason, LinkSuggestion as Suggestion } from "../suggestions/model.ts";
import type { SuggestionPage } from "../suggestions/suggestion-reads.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { errorsField, operationField } from "./payloads.ts";
import { customerRef } from "./refs.ts";
import { connectionType, pageArguments } from "./relay.ts";
import { SearchSource } from "./search.ts";
import { idempotencyKeyField } from "./values.ts";

/** Customers of different backends that are probably the same. */

const LinkReasonKind = describedEnum("LinkReasonKind", "What two customers have in common.", {
  SAME_REFERENCE: "The operator's own reference.",
  SAME_EMAIL: "The e-mail address.",
  SAME_PHONE: "The telephone number, however it is written.",
  SAME_NAME: "The name, but for case, accents, punctuation, legal form and the order of words.",
  SIMILAR_NAME: "Most of the name.",
  SAME_POSTCODE: "The postcode.",
  SAME_DOMAIN: "The domain of their e-mail addresses, where it is a company's own.",
});

const LinkReason = builder.objectRef<Reason>("LinkReason").implement({
  description: "One thing that speaks for a suggestion.",
  fields: (t) => ({
    kind: t.field({ type: LinkReasonKind, description: "What they have in common.", resolve: ({ kind }) => kind }),
    detail: t.exposeString("detail", {
      description: "Its value, as it was compared; of similar names, both and how alike they are.",
    }),
  }),
});

const LinkSuggestion = builder.objectRef<Suggestion>("LinkSuggestion").implement({
  description: "Two customers of different backends that are probably the same.",
  fields: (t) => ({
    customers: t.field({
      extensions: cost({ length: 2 }),
      type: [customerRef],
      description: "The two. Their ids, backends and names cost no call.",
      resolve: ({ customers }) => [...customers],
    }),
    score: t.exposeFloat("score", { description: "How likely it is that they are the same: 0 to 1." }),
    reasons: t.field({
      type: [LinkReason],
      description: "What speaks for it, the strongest first.",
      resolve: ({ reasons }) => [...reasons],
    }),
  }),
});

const LinkSuggestionConnection = connectionType("LinkSuggestion", LinkSuggestion, { partial: true });

builder.objectField(LinkSuggestionConnection, "sources", (t) =>
  t.field({
    type: [SearchSource],
    description: "How old what was compared is, by backend.",
    resolve: (page) => (page as SuggestionPage).sources().then((sources) => [...sources]),
  }),
);

const DeclineLinkPayload = builder.objectRef<WriteResult<Customer>>("DeclineLinkPayload").implement({
  description: "What became of declining a suggestion.",
  fields: (t) => ({ errors: errorsField(t), operation: operationField(t) }),
});

const DeclineLinkInput = builder.inputType("DeclineLinkInput", {
  description: "Customers that are not the same.",
  fields: (t) => ({
    customerIds: t.idList({ required: true, description: "The two, of different backends." }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.queryFields((t) => ({
  linkSuggestions: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: LinkSuggestionConnection,
    description:
      "Customers of different backends that are probably the same, the best first: found in the background, in the gateway's own directory. Without those that are in one account, and without those that were declined. To accept one: linkCustomers.",
    args: {
      ...pageArguments(),
      backends: t.arg.stringList({ description: "Only between customers of these backends (keys). Default: all." }),
      customerId: t.arg.id({ description: "Only for this customer." }),
    },
    resolve: (_root, { backends, customerId, ...page }, { suggestions }) => suggestions.list({ backends, customerId }, page),
  }),
}));

builder.mutationFields((t) => ({
  declineLink: t.field({
    extensions: cost({ counts: "call", each: "input.customerIds" }),
    authScopes: access.write,
    type: DeclineLinkPayload,
    description: "Says that two customers are not the same: they are not suggested again. They can still be linked.",
    args: { input: t.arg({ type: DeclineLinkInput, required: true, description: "Which two." }) },
    resolve: (_root, { input }, { writes }) => writes.declineLink(input),
  }),
}));
