import { invalidInput } from "../model/errors.ts";
import { decodeId, encodeId } from "../model/id.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { accountRef, customerRef } from "./refs.ts";
import { connectionType, Node, pageArguments } from "./relay.ts";

/** Customers of several backends that are one. What is counted over their backends is in account-views.ts. */

accountRef.implement({
  description: "One real-world customer that lives in several backends: the customers that were linked, at least two.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({
      description: "Global id. That of an account which was merged into this one means this one.",
      resolve: ({ id }) => encodeId({ type: "Account", backend: "", id }),
    }),
    name: t.string({
      description: "What it was named when customers were linked, else the name of the one that was linked first.",
      resolve: ({ name, members }) => name ?? members[0]?.name ?? "",
    }),
    customers: t.field({
      extensions: cost({ length: 2 }),
      type: [customerRef],
      description:
        "The customers, in the order in which they were linked; those of one call in the order of its input. Their ids, names and backends cost no call.",
      resolve: ({ members }) => members.map(({ backend, id, name }) => ({ backend, id, name })),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When its first customer was linked." }),
    updatedAt: t.expose("updatedAt", { type: "DateTime", description: "When a customer was linked or unlinked last." }),
  }),
});

builder.objectField(customerRef, "account", (t) =>
  t.field({
    extensions: cost({ counts: "lookup" }),
    type: accountRef,
    nullable: true,
    description: "The account that it is in together with customers of other backends; null where it is not linked.",
    resolve: (customer, _arguments, { accounts }) => accounts.ofCustomer(customer),
  }),
);

const AccountConnection = connectionType("Account", accountRef, { partial: false });

builder.queryFields((t) => ({
  account: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: accountRef,
    nullable: true,
    description: "An account; null when it does not exist (any more).",
    args: { id: t.arg.id({ required: true, description: "Its global id." }) },
    resolve: (_root, { id }, { accounts }) => {
      const decoded = decodeId(id);
      if (decoded?.type !== "Account") throw invalidInput("id", "is not the id of an Account");
      return accounts.byId(decoded.id);
    },
  }),
  accounts: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: AccountConnection,
    description: "The accounts, newest first.",
    args: {
      ...pageArguments(),
      search: t.arg.string({ description: "Only with this text in the account's name or in a customer's, ignoring case." }),
    },
    resolve: (_root, { search, ...page }, { accounts }) => accounts.list(search, page),
  }),
}));
