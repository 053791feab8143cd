import type { NamedCustomer, LinkWarning as Shape } from "../accounts/link-warnings.ts";
import type { AccountBalance as Balance } from "../accounts/views.ts";
import { refOf } from "../adapter/backends.ts";
import { invalidInput } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import { access, builder, type Context, cost, describedEnum } from "./builder.ts";
import { ChargeConnection, ChargeFilter } from "./charge.ts";
import { DriftReport } from "./drift.ts";
import { BackendFailure } from "./errors.ts";
import { accountRef, customerRef } from "./refs.ts";
import { connectionType, Node, ownIdOf, pageArguments } from "./relay.ts";
import { Statement } from "./statement.ts";
import { Money } from "./values.ts";

/** Accounts. The fields that ask backends come after the type. */

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

const AccountBalance = builder.objectRef<Balance>("AccountBalance").implement({
  description: "The amount due of one customer of an account.",
  fields: (t) => ({
    customer: t.field({ type: customerRef, description: "The customer.", resolve: ({ customer }) => customer }),
    amountDue: t.field({
      type: Money,
      nullable: true,
      description:
        "Amount due: above zero, the customer owes it; below zero, it has credit. Null if the backend keeps no balance, or cannot be reached (see `failure`).",
      resolve: ({ amountDue }) => amountDue,
    }),
    failure: t.field({
      type: BackendFailure,
      nullable: true,
      description: "Why the backend could not be reached; null if it could.",
      resolve: ({ failure }) => failure,
    }),
  }),
});

builder.objectFields(accountRef, (t) => ({
  amountDue: t.field({
    extensions: cost({ counts: "lookup" }),
    type: [Money],
    nullable: true,
    description:
      "What its customers owe together: exact totals, one for each currency, sorted by currency. A customer whose backend keeps no balance counts as zero. Null, with an error, while a backend cannot be reached; `balances` then shows the others.",
    resolve: (account, _arguments, { views }) => views.amountDue(account),
  }),
  balances: t.field({
    extensions: cost({ counts: "lookup", length: 2 }),
    type: [AccountBalance],
    description: "The amount due of each of its customers, in the order of `customers`.",
    resolve: (account, _arguments, { views }) => views.balances(account),
  }),
  charges: t.field({
    extensions: cost({ counts: "call" }),
    type: ChargeConnection,
    description:
      "Charges of its customers, newest first. A backend that is missing from a page continues where it stopped once it answers again: no charge is lost, and none comes twice.",
    args: {
      ...pageArguments(),
      filter: t.arg({ type: ChargeFilter, description: "Only charges that match every member given." }),
    },
    resolve: (account, { filter, ...page }, { views }) => views.charges(account, filter ?? {}, page),
  }),
  statement: t.field({
    extensions: cost({ counts: "call" }),
    type: Statement,
    description: "The charges of its customers in a range of days: exact sums by month, backend and currency.",
    args: {
      from: t.arg({ type: "Date", required: true, description: "The first day." }),
      to: t.arg({ type: "Date", required: true, description: "The last day, at most five years after `from`." }),
      occurrences: t.arg.boolean({
        defaultValue: false,
        description:
          "True: a recurring charge counts on each day on which it falls due by its recurrence, even if it began before `from`. False: it counts once, on its own day.",
      }),
    },
    resolve: (account, range, { views }) => views.statement(account, range),
  }),
  drift: t.field({
    extensions: cost({ counts: "call" }),
    type: DriftReport,
    description: "Fields in which its customers differ. alignCustomers makes them agree.",
    resolve: (account, _arguments, { views }) => views.drift(account),
  }),
}));

/** Warnings for a person who links customers, or who looks at an account. */

const LinkWarningKind = describedEnum("LinkWarningKind", "Kind of a link warning.", {
  SAME_BACKEND: "The customers are in one backend: an account usually has one customer in each.",
  DISSIMILAR: "Their names differ, and they share no reference, telephone number, e-mail address or company domain.",
  NOT_READ: "The customer cannot be read now, so it was not compared.",
});

const LinkWarning = builder.objectRef<Shape>("LinkWarning").implement({
  description: "A reason to doubt that customers are the same. They can be linked anyway.",
  fields: (t) => ({
    kind: t.field({ type: LinkWarningKind, description: "Kind of the warning.", resolve: ({ kind }) => kind }),
    customers: t.field({
      extensions: cost({ length: 2 }),
      type: [customerRef],
      description: "The customers that it is about.",
      resolve: ({ customers }) => customers.map(({ backend, id, name }) => ({ backend, id, name })),
    }),
  }),
});

/** The customers that a link would join: with each, its whole account. A customer whose name the directory does not know is named by its id. */
async function together(globalIds: readonly string[], { backends, accounts, directory }: Context): Promise<NamedCustomer[]> {
  const refs = globalIds.map((id, index) => refOf(backends, "Customer", id, ["customerIds", String(index)]));
  const found = await Promise.all(refs.map((ref) => accounts.ofCustomer(ref)));
  const alone = await Promise.all(refs.map(async (ref) => ({ ...ref, name: (await directory.customerName(ref)) ?? ref.id })));
  const all = alone.flatMap((customer, index) => [customer, ...(found[index]?.members ?? [])]);
  return [...new Map(all.map(({ backend, id, name }) => [`${backend}:${id}`, { backend, id, name }])).values()];
}

const mostCustomers = 50;

builder.queryField("linkWarnings", (t) =>
  t.field({
    extensions: cost({ counts: "call", each: "customerIds" }),
    authScopes: access.read,
    type: [LinkWarning],
    description:
      "Reasons to doubt that customers are the same, for use before or after they are linked. Each customer is compared together with its whole account. Empty if there are none.",
    args: {
      customerIds: t.arg.idList({ required: true, description: `Global ids of the customers, at most ${mostCustomers}.` }),
    },
    resolve: async (_root, { customerIds }, context) => {
      if (customerIds.length > mostCustomers) throw invalidInput("customerIds", `must name at most ${mostCustomers} customers`);
      return [...(await context.views.linkWarnings(await together(customerIds, context)))];
    },
  }),
);
