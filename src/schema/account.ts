import { encodeId } from "../model/id.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { accountRef, customerRef } from "./refs.ts";
import { connectionType, Node, ownIdOf, pageArguments } from "./relay.ts";

/** Accounts. The fields that ask backends are in account-views.ts. */

accountRef.implement({
  description: "One real-world customer with records in several backends: at least two customers that were linked.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({
      description: "Global id. The id of an account that was merged into this one also leads here.",
      resolve: ({ id }) => encodeId({ type: "Account", backend: "", id }),
    }),
    name: t.string({
      description: "The name given by linkCustomers, otherwise the name of its first customer.",
      resolve: ({ name, members }) => name ?? members[0]?.name ?? "",
    }),
    customers: t.field({
      extensions: cost({ length: 2 }),
      type: [customerRef],
      description:
        "The customers, in the order in which they were linked; those of one call in the order of its input. Their ids, names and backends cost no call.",
      resolve: ({ members }) => members.map(({ backend, id, name }) => ({ backend, id, name })),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "Time at which its first customers were linked." }),
    updatedAt: t.expose("updatedAt", { type: "DateTime", description: "Time at which a customer was last linked or unlinked." }),
  }),
});

builder.objectField(customerRef, "account", (t) =>
  t.field({
    extensions: cost({ counts: "lookup" }),
    type: accountRef,
    nullable: true,
    description: "The account that it is linked into; null if it is not linked.",
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
    description: "An account; null if it does not exist (any more).",
    args: { id: t.arg.id({ required: true, description: "Global id." }) },
    resolve: (_root, { id }, { accounts }) => accounts.byId(ownIdOf("Account", id, ["id"])),
  }),
  accounts: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: AccountConnection,
    description: "The accounts, newest first.",
    args: {
      ...pageArguments(),
      search: t.arg.string({
        description: "Only with this text in the name of the account or of one of its customers, ignoring case.",
      }),
    },
    resolve: (_root, { search, ...page }, { accounts }) => accounts.list(search, page),
  }),
}));
