import type { StatementRow as Row, Statement as StatementShape, StatementTotal as Total } from "../accounts/statement.ts";
import { builder, cost, type Types } from "./builder.ts";
import { BackendFailure } from "./errors.ts";
import { backendOf, backendRef } from "./refs.ts";
import { Money } from "./values.ts";

type Fields<Shape> = PothosSchemaTypes.ObjectFieldBuilder<Types, Shape>;

/** Fields that a row and a total have in common. */
const sums = <Shape extends Total>(t: Fields<Shape>) => ({
  currency: t.field({ type: "CurrencyCode", description: "Currency of the amounts.", resolve: ({ currency }) => currency }),
  charges: t.int({ description: "Number of charges in the sums.", resolve: ({ charges }) => charges }),
  amount: t.field({
    type: Money,
    description: "Sum of the amounts, excluding taxes, over the charges that have a price. `unpriced` counts the others.",
    resolve: ({ amount }) => amount,
  }),
  taxAmount: t.field({
    type: Money,
    nullable: true,
    description:
      "Sum of the taxes, over the charges whose taxes are known; null = none is known. `taxUnknown` counts the others.",
    resolve: ({ taxAmount }) => taxAmount,
  }),
  total: t.field({
    type: Money,
    description: "amount + taxAmount. An unknown tax counts as zero.",
    resolve: ({ total }) => total,
  }),
  outstanding: t.field({
    type: Money,
    nullable: true,
    description:
      "Sum of what is still to be paid, over the charges for which it is known; null = it is known for none. `outstandingUnknown` counts the others.",
    resolve: ({ outstanding }) => outstanding,
  }),
  unpriced: t.int({ description: "Number of charges without a price yet.", resolve: ({ unpriced }) => unpriced }),
  taxUnknown: t.int({
    description: "Number of charges whose taxes the backend does not report.",
    resolve: ({ taxUnknown }) => taxUnknown,
  }),
  outstandingUnknown: t.int({
    description: "Number of charges whose outstanding amount the backend does not report.",
    resolve: ({ outstandingUnknown }) => outstandingUnknown,
  }),
  repeated: t.int({
    description:
      "Number of occurrences computed from recurring charges; they are not records of the backend. 0 without the argument `occurrences`.",
    resolve: ({ repeated }) => repeated,
  }),
  repetitionUnknown: t.int({
    description:
      "Number of recurring charges whose recurrence the backend does not report; each counts once. 0 without the argument `occurrences`.",
    resolve: ({ unclear }) => unclear,
  }),
});

const StatementRow = builder.objectRef<Row>("StatementRow").implement({
  description: "Sums over the charges of one month in one backend and one currency.",
  fields: (t) => ({
    backend: t.field({ type: backendRef, description: "The backend of the charges.", resolve: backendOf }),
    month: t.string({
      description: 'Month of Charge.date, e.g. "2026-11"; of the creation if a charge has no date.',
      resolve: ({ month }) => month,
    }),
    ...sums(t),
  }),
});

const StatementTotal = builder.objectRef<Total>("StatementTotal").implement({
  description: "Sums over all rows of one currency.",
  fields: (t) => sums(t),
});

export const Statement = builder.objectRef<StatementShape>("Statement").implement({
  description:
    "What the customers of an account were charged, in exact sums. Charges that are voided or archived do not count; DEFINED ones do.",
  fields: (t) => ({
    rows: t.field({
      type: [StatementRow],
      description: "The rows, sorted by month, backend and currency.",
      resolve: ({ rows }) => rows,
    }),
    totals: t.field({
      type: [StatementTotal],
      description: "The totals of the rows, sorted by currency.",
      resolve: ({ totals }) => totals,
    }),
    csv: t.string({
      description: "The rows as CSV (RFC 4180) with a header line. No cell is a formula to a spreadsheet.",
      resolve: (statement, _arguments, { views }) => views.csv(statement),
    }),
    unavailable: t.field({
      extensions: cost({ length: 1 }),
      type: [BackendFailure],
      description: "Backends whose charges are missing, wholly or in part. The sums cover the charges that could be read.",
      resolve: ({ unavailable }) => unavailable,
    }),
  }),
});
