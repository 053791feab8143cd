import { stringify } from "csv-stringify/browser/esm/sync";
import { csvFormat, textCell } from "../../model/csv.ts";

/** A list as a file for spreadsheets. Pure. */

export interface CsvColumn<Row> {
  readonly name: string;
  /** A number is written as it is; a text could be taken for a formula. Default: a text. */
  readonly isNumber?: boolean;
  /** Null where nothing is known: the cell is empty. */
  readonly of: (row: Row) => string | null;
}

/** A line of names, then one a row, as the gateway writes statements. */
export function csvOf<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    columns.map(({ of, isNumber = false }) => (isNumber ? (of(row) ?? "") : textCell(of(row) ?? ""))),
  );
  return stringify([columns.map(({ name }) => name), ...lines], csvFormat);
}
