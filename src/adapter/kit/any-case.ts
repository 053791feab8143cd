import { foldText } from "../../model/text.ts";
import type { Page, PageRequest } from "../adapter.ts";

/**
 * Filters by a text ignoring case, where the backend's filter may be case-sensitive: no contract says that it is not. The filter is sent in
 * a spelling that nobody writes (aDa@bAkErY.eXaMpLe): a record in the answer proves that the backend ignores case. Until then an empty
 * answer proves nothing, and the list is read without the filter. The caller compares the records itself.
 */
export interface AnyCase {
  /** Filters a list that comes whole. */
  readonly rows: <Row>(text: string, list: Searched<Row> & WholeList<Row>) => Promise<readonly Row[]>;
  /** Filters a list in pages. Its positions tell whether they are places in the filtered list or in the whole one. */
  readonly page: <T>(text: string, page: PageRequest, list: Searched<T> & PagedList<T>) => Promise<Page<T>>;
}

interface Searched<T> {
  /** The texts of a record that the filter compares. */
  readonly textsOf: (value: T) => readonly (string | null | undefined)[];
}

/** `narrowed` sends the filter, `whole` does not. */
interface WholeList<Row> {
  readonly narrowed: (spelling: string) => Promise<readonly Row[]>;
  readonly whole: () => Promise<readonly Row[]>;
}

interface PagedList<T> {
  readonly narrowed: (spelling: string, page: PageRequest) => Promise<Page<T>>;
  readonly whole: (page: PageRequest) => Promise<Page<T>>;
}

const ofWhole = "w";

export function createAnyCase(): AnyCase {
  let isIgnored = false;

  /** Whether an answer is complete, even if it is empty: case does not matter for the text, or the backend ignores it. */
  function isComplete<T>(spelling: string, found: readonly T[], { textsOf }: Searched<T>): boolean {
    const wanted = foldText(spelling);
    const isOther = (text: string | null | undefined): boolean =>
      text != null && !text.includes(spelling) && foldText(text).includes(wanted);
    isIgnored ||= found.some((value) => textsOf(value).some(isOther));
    // Without a letter there is no case.
    return isIgnored || !/[a-z]/i.test(spelling);
  }

  return {
    rows: async (text, list) => {
      const spelling = oddly(text);
      if (spelling !== null) {
        const found = await list.narrowed(spelling);
        if (isComplete(spelling, found, list)) return found;
      }
      return list.whole();
    },
    page: async (text, page, list) => {
      const isInWhole = page.after?.startsWith(ofWhole) === true;
      const spelling = oddly(text);
      if (!isInWhole && (spelling !== null || page.after !== null)) {
        const found = await list.narrowed(spelling ?? text.trim(), page);
        const values = found.items.map(({ value }) => value);
        if (page.after !== null || isComplete(spelling ?? text, values, list)) return found;
      }
      const after = isInWhole ? (page.after ?? "").slice(ofWhole.length) : "";
      const { items, ...rest } = await list.whole({ ...page, after: after === "" ? null : after });
      return { ...rest, items: items.map(({ value, position }) => ({ value, position: `${ofWhole}${position}` })) };
    },
  };
}

/**
 * The text with every second letter in upper case. Null for letters beyond ASCII (ß, İ): a filter that ignores the case of some letters need
 * not ignore that of others.
 */
function oddly(text: string): string | null {
  const plain = text.trim();
  if (!/^[ -~]+$/.test(plain)) return null;
  let count = 0;
  return plain.toLowerCase().replaceAll(/[a-z]/g, (letter) => (count++ % 2 === 0 ? letter : letter.toUpperCase()));
}
