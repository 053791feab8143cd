import type { PageEnd } from "../../client/react/index.ts";

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
