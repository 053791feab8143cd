import { foldText } from "../../model/text.ts";
import type { Page, PageRequest } from "../adapter.ts";

/**
 * For filters by a text whose case must not count, of a backend that may heed it: none of the contracts says that it does not. The
 * text is sent in a spelling that nobody writes (aDa@bAkErY.eXaMpLe): a record that comes back for it shows that case is ignored.
 * As long as none has come back, an answer without one shows nothing, and the list is read without the filter and compared here.
 */
export interface AnyCase {
  /** Of rows that come all at once. */
  readonly rows: <Row>(text: string, asked: Asked<Row> & AskedAtOnce<Row>) => Promise<readonly Row[]>;
  /** Of a list in pages. Its positions say whether they are places in the list that is narrowed or in the whole one. */
  readonly page: <T>(text: string, page: PageRequest, asked: Asked<T> & AskedByPage<T>) => Promise<Page<T>>;
}

interface Asked<T> {
  /** Where the text may stand in what comes back. */
  readonly textsOf: (value: T) => readonly (string | null | undefined)[];
}

/** What does not hold the text is left out by whoever asks. */
interface AskedAtOnce<Row> {
  readonly narrowed: (spelling: string) => Promise<readonly Row[]>;
  readonly whole: () => Promise<readonly Row[]>;
}

interface AskedByPage<T> {
  readonly narrowed: (spelling: string, page: PageRequest) => Promise<Page<T>>;
  readonly whole: (page: PageRequest) => Promise<Page<T>>;
}

const ofWhole = "w";

export function createAnyCase(): AnyCase {
  let isIgnored = false;

  /** Whether an answer can be believed: also where it holds nothing. */
  function isShown<T>(spelling: string, found: readonly T[], { textsOf }: Asked<T>): boolean {
    const wanted = foldText(spelling);
    const isOther = (text: string | null | undefined): boolean =>
      text != null && !text.includes(spelling) && foldText(text).includes(wanted);
    isIgnored ||= found.some((value) => textsOf(value).some(isOther));
    // Without a letter there is no case.
    return isIgnored || !/[a-z]/i.test(spelling);
  }

  return {
    rows: async (text, asked) => {
      const spelling = oddly(text);
      if (spelling !== null) {
        const found = await asked.narrowed(spelling);
        if (isShown(spelling, found, asked)) return found;
      }
      return asked.whole();
    },
    page: async (text, page, asked) => {
      const isInWhole = page.after?.startsWith(ofWhole) === true;
      const spelling = oddly(text);
      if (!isInWhole && (spelling !== null || page.after !== null)) {
        const found = await asked.narrowed(spelling ?? text.trim(), page);
        const values = found.items.map(({ value }) => value);
        if (page.after !== null || isShown(spelling ?? text, values, asked)) return found;
      }
      const after = isInWhole ? (page.after ?? "").slice(ofWhole.length) : "";
      const { items, ...rest } = await asked.whole({ ...page, after: after === "" ? null : after });
      return { ...rest, items: items.map(({ value, position }) => ({ value, position: `${ofWhole}${position}` })) };
    },
  };
}

/**
 * Every second letter in the other case than its neighbours. Null for letters that are compared in other ways as well (ß, İ): a filter
 * that ignores the case of some may heed that of others.
 */
function oddly(text: string): string | null {
  const plain = text.trim();
  if (!/^[ -~]+$/.test(plain)) return null;
  let count = 0;
  return plain.toLowerCase().replaceAll(/[a-z]/g, (letter) => (count++ % 2 === 0 ? letter : letter.toUpperCase()));
}
