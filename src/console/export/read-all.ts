import type { PageEnd } from "../../client/react/index.ts";

/** What one page of a list says. */
export interface Part<Row> {
  readonly rows: readonly Row[];
  /** What the list had to do without, as far as this page: sentences. */
  readonly gaps: readonly string[];
  /** Undefined where what the list belongs to does not exist any more. */
  readonly pageInfo: PageEnd | undefined;
}

export interface ReadList<Row> {
  readonly rows: readonly Row[];
  /** Why these are not all; empty when they are. */
  readonly gaps: readonly string[];
}

interface Reading<Row> {
  readonly page: (cursor: string | null) => Promise<Part<Row>>;
  /** Of rows. */
  readonly most: number;
  readonly onProgress: (rows: number) => void;
  readonly signal: AbortSignal;
}

/** Every page of a list, one after the other. @throws what a page was refused with: a part is not given out for the whole */
export async function readAll<Row>({ page, most, onProgress, signal }: Reading<Row>): Promise<ReadList<Row>> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  for (;;) {
    signal.throwIfAborted();
    const part: Part<Row> = await page(cursor);
    signal.throwIfAborted();
    rows.push(...part.rows);
    onProgress(rows.length);
    const next: string | null = part.pageInfo?.hasNextPage ? part.pageInfo.endCursor : null;
    const isCut = rows.length > most || (rows.length === most && next !== null);
    if (isCut || next === null) {
      // A list's last page names all backends that it had to do without.
      return { rows: rows.slice(0, most), gaps: [...part.gaps, ...(isCut ? [`Only the first ${most} are in it.`] : [])] };
    }
    cursor = next;
  }
}
