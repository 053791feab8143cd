import type { StatementRow as Row, Statement as StatementShape, StatementTotal as Total } from "../accounts/statement.ts";
import { builder, type Types } from "./builder.ts";
import { cost } from "./cost.ts";
import { BackendFailure } from "./errors.ts";
import { backendOf, backendRef } from "./refs.ts";
import { Money } from "./values.ts";

type Fields<Shape> = PothosSchemaTypes.ObjectFieldBuilder<Types, Shape>;

/** What a row and a total have in common. */
const sums = <Shape extends Total>(t: Fields<Shape>) => ({
  currency: t.field({ type: "CurrencyCode", description: "What the amounts are in.", resolve: ({ currency }) => currency }),
  charges: t.int({ description: "How many charges it sums up.", resolve: ({ charges }) => charges }),
  amount: t.field({
    type: Money,
    description: "Without taxes, of the charges that have a price; `unpriced` counts the others.",
    resolve: ({ amount }) => amount,
  }),
  taxAmount: t.field({
    type: Money,
    nullable: true,
    description: "Taxes, of the charges of which they are known; null = of none. `taxUnknown` counts the others.",
    resolve: ({ taxAmount }) => taxAmount,
  }),
  total: t.field({
    type: Money,
    description: "amount + taxAmount: a tax that is not known counts as nothing.",
    resolve: ({ total }) => total,
  }),
  outstanding: t.field({
    type: Money,
    nullable: true,
    description:
      "What is still to be paid, of the charges of which it is known; null = of none. `outstandingUnknown` counts the others.",
    resolve: ({ outstanding }) => outstanding,
  }),
  unpriced: t.int({ description: "Charges that have no price yet.", resolve: ({ unpriced }) => unpriced }),
  taxUnknown: t.int({
    description: "Charges of which the backend does not tell the taxes.",
    resolve: ({ taxUnknown }) => taxUnknown,
  }),
  outstandingUnknown: t.int({
    description: "Charges of which the backend does not tell what is outstanding.",
    resolve: ({ outstandingUnknown }) => outstandingUnknown,
  }),
  repeated: t.int({
    description: "Charges that were worked out from others that repeat: no records of the backend. 0 without `occurrences`.",
    resolve: ({ repeated }) => repeated,
  }),
  repetitionUnknown: t.int({
    description: "Charges that repeat in a way that the backend does not tell: they count once. 0 without `occurrences`.",
    resolve: ({ unclear }) => unclear,
  }),
});

const StatementRow = builder.objectRef<Row>("StatementRow").implement({
  description: "The charges of one month in one backend and one currency, summed up.",
  fields: (t) => ({
    backend: t.field({ type: backendRef, description: "Where they are.", resolve: backendOf }),
    month: t.string({
      description: "yyyy-MM, of Charge.date; of the creation where a charge has no date.",
      resolve: ({ month }) => month,
    }),
    ...sums(t),
  }),
});

const StatementTotal = builder.objectRef<Total>("StatementTotal").implement({
  description: "All rows of one currency, summed up.",
  fields: (t) => sums(t),
});

export const Statement = builder.objectRef<StatementShape>("Statement").implement({
  description:
    "What the customers of an account were charged: exact sums. Voided and archived charges do not count; defined ones do.",
  fields: (t) => ({
    rows: t.field({
      type: [StatementRow],
      description: "Sorted by month, backend and currency.",
      resolve: ({ rows }) => [...rows],
    }),
    totals: t.field({
      type: [StatementTotal],
      description: "The rows' sums, sorted by currency.",
      resolve: ({ totals }) => [...totals],
    }),
    csv: t.string({
      description: "The rows for a spreadsheet: RFC 4180, with a line of names; nothing in it is taken for a formula.",
      resolve: (statement, _arguments, { views }) => views.csv(statement),
    }),
    unavailable: t.field({
      extensions: cost({ length: 1 }),
      type: [BackendFailure],
      description: "Backends of which charges are missing: the sums are of what the others gave.",
      resolve: ({ unavailable }) => [...unavailable],
    }),
  }),
});
