import { stringify } from "csv-stringify/browser/esm/sync";

/** A list as a file for spreadsheets. Pure. */

export interface CsvColumn<Row> {
  readonly name: string;
  /** A number is written as it is; a text could be taken for a formula. Default: a text. */
  readonly isNumber?: boolean;
  /** Null where nothing is known: the cell is empty. */
  readonly of: (row: Row) => string | null;
}

/** RFC 4180: a line of names, then one a row, ended by CR LF, as the gateway writes statements. */
export function csvOf<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    columns.map(({ of, isNumber = false }) => (isNumber ? (of(row) ?? "") : asText(of(row) ?? ""))),
  );
  return stringify([columns.map(({ name }) => name), ...lines], { record_delimiter: "\r\n", quote_record_delimiter: true });
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe (OWASP, "CSV Injection"). */
function asText(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}
