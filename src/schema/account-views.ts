import type { AccountBalance as Balance } from "../accounts/balance.ts";
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
  description: "What one customer of an account owes.",
  fields: (t) => ({
    customer: t.field({ type: customerRef, description: "Who owes.", resolve: ({ customer }) => customer }),
    amountDue: t.field({
      type: Money,
      nullable: true,
      description: "What it owes (positive); null where the backend keeps no balance, or cannot say.",
      resolve: ({ amountDue }) => amountDue,
    }),
    failure: t.field({
      type: BackendFailure,
      nullable: true,
      description: "Why its backend cannot say; null where it can.",
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
      "What its customers owe together: exact totals, sorted by currency. A customer whose backend keeps no balance counts as nothing. Null, with an error, while a backend cannot say: `balances` shows the rest.",
    resolve: (account, _arguments, { views }) => views.amountDue(account),
  }),
  balances: t.field({
    extensions: cost({ counts: "lookup", length: 2 }),
    type: [AccountBalance],
    description: "What each of its customers owes, in the order in which they were linked.",
    resolve: (account, _arguments, { views }) => views.balances(account),
  }),
  charges: t.field({
    extensions: cost({ counts: "call" }),
    type: ChargeConnection,
    description:
      "The charges of its customers, newest first. A backend that is missing from a page goes on where it stood as soon as it answers again: nothing is lost, and nothing comes twice.",
    args: { ...pageArguments(), filter: t.arg({ type: ChargeFilter, description: "Only charges that pass every part." }) },
    resolve: (account, { filter, ...page }, { views }) => views.charges(account, filter ?? {}, page),
  }),
  statement: t.field({
    extensions: cost({ counts: "call" }),
    type: Statement,
    description: "What its customers were charged in a time: exact sums by month, backend and currency.",
    args: {
      from: t.arg({ type: "Date", required: true, description: "The first day." }),
      to: t.arg({ type: "Date", required: true, description: "The last day, at most five years later." }),
      occurrences: t.arg.boolean({
        defaultValue: false,
        description:
          "A charge that repeats counts on each day on which it falls due, as its period, its end and its number of times say, also when it began before. False: it counts once, on its own day.",
      }),
    },
    resolve: (account, range, { views }) => views.statement(account, range),
  }),
  drift: t.field({
    extensions: cost({ counts: "call" }),
    type: DriftReport,
    description: "In what its customers differ; alignCustomers makes them agree.",
    resolve: (account, _arguments, { views }) => views.drift(account),
  }),
}));
