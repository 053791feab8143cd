import { stringify } from "csv-stringify/sync";
import type { Money } from "../model/model.ts";
import type { StatementRow } from "./statement.ts";

/** A statement for spreadsheets. */

/** By column: what a row holds there. Amounts are plain decimals, in the currency of their row. */
const columns: Readonly<Record<string, (row: StatementRow, label: string) => string>> = {
  month: ({ month }) => month,
  backend: ({ backend }) => asText(backend),
  label: (_row, label) => asText(label),
  currency: ({ currency }) => asText(currency),
  charges: ({ charges }) => String(charges),
  amount: ({ amount }) => amount.amount,
  taxAmount: ({ taxAmount }) => amountOf(taxAmount),
  total: ({ total }) => total.amount,
  outstanding: ({ outstanding }) => amountOf(outstanding),
  unpriced: ({ unpriced }) => String(unpriced),
  taxUnknown: ({ taxUnknown }) => String(taxUnknown),
  outstandingUnknown: ({ outstandingUnknown }) => String(outstandingUnknown),
};

/**
 * RFC 4180: a line of names, then one a row, ended by CR LF. Empty where nothing is known. Texts that a spreadsheet would take for
 * a formula begin with an apostrophe (OWASP, "CSV Injection"); amounts do not, as a minus sign is part of them.
 */
export function statementCsv(rows: readonly StatementRow[], labelOf: (backend: string) => string): string {
  const lines = rows.map((row) => Object.values(columns).map((cell) => cell(row, labelOf(row.backend))));
  return stringify([Object.keys(columns), ...lines], { record_delimiter: "\r\n", quote_record_delimiter: true });
}

function asText(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}

function amountOf(money: Money | null): string {
  return money?.amount ?? "";
}
