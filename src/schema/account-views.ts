import type { AccountBalance as Balance } from "../accounts/views.ts";
import { builder } from "./builder.ts";
import { ChargeConnection, ChargeFilter } from "./charge-types.ts";
import { cost } from "./cost.ts";
import { DriftReport } from "./drift.ts";
import { BackendFailure } from "./errors.ts";
import { accountRef, customerRef } from "./refs.ts";
import { pageArguments } from "./relay.ts";
import { Statement } from "./statement.ts";
import { Money } from "./values.ts";

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
