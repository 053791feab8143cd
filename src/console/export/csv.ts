import { stringify } from "csv-stringify/browser/esm/sync";
import { csvFormat, textCell } from "../../model/csv.ts";

/** Writes a list as CSV for spreadsheets. Pure. */

export interface CsvColumn<Row> {
  readonly name: string;
  /** Numbers are written as they are. Texts are escaped, as a spreadsheet could take them for formulas. Default: a text. */
  readonly isNumber?: boolean;
  /** Null when the value is not known: the cell stays empty. */
  readonly of: (row: Row) => string | null;
}

/** One line of names, then one line for each row, in the same form as the gateway's statements. */
export function csvOf<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    columns.map(({ of, isNumber = false }) => (isNumber ? (of(row) ?? "") : textCell(of(row) ?? ""))),
  );
  return stringify([columns.map(({ name }) => name), ...lines], csvFormat);
}
