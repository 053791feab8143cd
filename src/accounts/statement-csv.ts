import { stringify } from "csv-stringify/sync";
import { csvFormat, textCell } from "../model/csv.ts";
import type { Money } from "../model/model.ts";
import type { StatementRow } from "./statement.ts";

/** A statement as CSV, for spreadsheets. */

/** The cell of each column. Amounts are plain decimals, in the row's currency. */
const columns: Readonly<Record<string, (row: StatementRow, label: string) => string>> = {
  month: ({ month }) => month,
  backend: ({ backend }) => textCell(backend),
  label: (_row, label) => textCell(label),
  currency: ({ currency }) => textCell(currency),
  charges: ({ charges }) => String(charges),
  amount: ({ amount }) => amount.amount,
  taxAmount: ({ taxAmount }) => amountOf(taxAmount),
  total: ({ total }) => total.amount,
  outstanding: ({ outstanding }) => amountOf(outstanding),
  unpriced: ({ unpriced }) => String(unpriced),
  taxUnknown: ({ taxUnknown }) => String(taxUnknown),
  outstandingUnknown: ({ outstandingUnknown }) => String(outstandingUnknown),
  repeated: ({ repeated }) => String(repeated),
  repetitionUnknown: ({ unclear }) => String(unclear),
};

/** A header line, then one line for each row. Unknown values are empty. */
export function statementCsv(rows: readonly StatementRow[], labelOf: (backend: string) => string): string {
  const lines = rows.map((row) => Object.values(columns).map((cell) => cell(row, labelOf(row.backend))));
  return stringify([Object.keys(columns), ...lines], csvFormat);
}

function amountOf(money: Money | null): string {
  return money?.amount ?? "";
}
