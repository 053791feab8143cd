import type { Customer, Tax } from "../../model/model.ts";
import type { CustomerQuery, TaxQuery } from "../../model/queries.ts";
import { containsText, foldText } from "../../model/text.ts";
import type { Adapter, List, Page, PageRequest } from "../adapter.ts";

/** Checks filters again that a backend was asked for: it may ignore one, or mean something else by it. */

/** @param texts the texts of the customer in which a search looks */
export function matchesCustomer(
  customer: Customer,
  { search, email, reference, status }: CustomerQuery,
  texts: readonly (string | null)[],
): boolean {
  if (status && customer.status !== status) return false;
  if (email && (customer.email === null || foldText(customer.email) !== foldText(email))) return false;
  if (reference && customer.reference !== reference) return false;
  return !search || containsText(texts, search);
}

/** The same for a tax, but for its country. */
export function matchesTax(tax: Tax, { search, active }: TaxQuery, texts: readonly (string | null)[]): boolean {
  return tax.active === (active ?? tax.active) && (!search || containsText(texts, search));
}

/**
 * Filters by a text ignoring case, where the backend's filter may be case-sensitive: no contract says that it is not. The filter is sent in
 * a spelling that nobody writes (aDa@bAkErY.eXaMpLe): a record in the answer proves that the backend ignores case. Until then an empty
 * answer proves nothing, and the list is read without the filter. The caller compares the records itself.
 */
interface AnyCase {
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

/**
 * Filters as people type them mean the same in every backend: white space around a text is nothing, and a blank text is no filter. It is
 * done here for all adapters, as what they send and compare must not differ.
 */
export function withPlainFilters(adapter: Adapter): Adapter {
  const { customers, charges, taxes } = adapter;
  const { listByCustomers, listByPlans } = charges;
  return {
    ...adapter,
    customers: { ...customers, list: plainly(customers.list) },
    charges: {
      ...charges,
      listByCustomers: (ids, query, window, scope) => listByCustomers(ids, plain(query), window, scope),
      ...(listByPlans && { listByPlans: (ids, query, window, scope) => listByPlans(ids, plain(query), window, scope) }),
    },
    ...(taxes && { taxes: { ...taxes, list: plainly(taxes.list) } }),
  };
}

function plainly<T, Query extends object>(list: List<T, Query>): List<T, Query> {
  return (query, page, scope) => list(plain(query), page, scope);
}

function plain<Query extends object>(query: Query): Query {
  const members = Object.entries(query).map(([name, value]) => [name, typeof value === "string" ? value.trim() || null : value]);
  return Object.fromEntries(members) as Query;
}
