import type { PageEnd } from "../../client/react/index.ts";

/**
 * Makes the browser download CSV as a file. It begins with a byte order mark: without it, Excel takes UTF-8 for the computer's older
 * encoding, and shows "Büro" as "BÃ¼ro". CSV that programs get from the gateway has none.
 */
export function downloadCsv(name: string, csv: string): void {
  const address = URL.createObjectURL(new Blob(["\ufeff", csv], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** One page of a list. */
export interface Part<Row> {
  readonly rows: readonly Row[];
  /** Missing parts so far, as sentences. */
  readonly gaps: readonly string[];
  /** Undefined when the list's parent does not exist any more. */
  readonly pageInfo: PageEnd | undefined;
}

export interface ReadList<Row> {
  readonly rows: readonly Row[];
  /** Why rows are missing; empty when the list is complete. */
  readonly gaps: readonly string[];
}

interface Reading<Row> {
  readonly page: (cursor: string | null) => Promise<Part<Row>>;
  /** The most rows to read. */
  readonly most: number;
  readonly onProgress: (rows: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Reads all pages of a list.
 * @throws the error of a page: a part must not pass for the whole
 */
export async function readAll<Row>({ page, most, onProgress, signal }: Reading<Row>): Promise<ReadList<Row>> {
  const rows: Row[] = [];
  const gaps = new Set<string>();
  let cursor: string | null = null;
  for (;;) {
    signal.throwIfAborted();
    const part: Part<Row> = await page(cursor);
    signal.throwIfAborted();
    rows.push(...part.rows);
    for (const gap of part.gaps) gaps.add(gap);
    onProgress(rows.length);
    const next: string | null = part.pageInfo?.hasNextPage ? part.pageInfo.endCursor : null;
    const isCut = rows.length > most || (rows.length === most && next !== null);
    if (isCut || next === null) {
      return { rows: rows.slice(0, most), gaps: [...gaps, ...(isCut ? [`Only the first ${most} rows are included.`] : [])] };
    }
    cursor = next;
  }
}
