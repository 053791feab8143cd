import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { askData } from "./asking.ts";
import type { BackendKey, FoundCustomer } from "./found.ts";
import type { KeptAccount, KeptOperation } from "./plain/kept.ts";
import { wordsOf } from "./plain/reads.ts";

/** Prepares a subject before it is measured. */

/** Puts the customers of each list into one account. */
export async function linkAccounts(url: string, lists: readonly (readonly FoundCustomer[])[]): Promise<readonly KeptAccount[]> {
  const document = `mutation ($customerIds: [ID!]!) {
    linkCustomers(input: { customerIds: $customerIds }) { account { name customers { id name } } errors { message } }
  }`;
  const accounts: KeptAccount[] = [];
  for (const list of lists) {
    const { linkCustomers } = await askData<{ linkCustomers: { account: KeptAccount | null; errors: readonly object[] } }>(
      url,
      document,
      { customerIds: list.map(({ id }) => id) },
    );
    if (linkCustomers.account === null) throw new Error(`Customers cannot be linked: ${JSON.stringify(linkCustomers.errors)}`);
    accounts.push(linkCustomers.account);
  }
  return accounts;
}

/** Cursors for consecutive pages of 20, as JSON: null, and the cursor after each but the last. */
export async function cursorsOf(url: string, key: BackendKey, count: number): Promise<readonly string[]> {
  const document = `query ($backends: [String!]!, $after: String) {
    customers(first: 20, backends: $backends, after: $after) { pageInfo { endCursor } }
  }`;
  const cursors: (string | null)[] = [null];
  while (cursors.length < count) {
    const { customers } = await askData<{ customers: { pageInfo: { endCursor: string | null } } }>(url, document, {
      backends: [key],
      after: cursors.at(-1),
    });
    cursors.push(customers.pageInfo.endCursor);
  }
  return cursors.map((cursor) => JSON.stringify(cursor));
}

const mostOfPage = 100;

/** Charges customers this many times, and reads the operations from the journal, newest first. */
export async function makeOperations(url: string, ids: readonly string[], count: number): Promise<readonly KeptOperation[]> {
  const create = `mutation ($customerId: ID!, $key: String!) {
    createCharge(input: { charge: { customerId: $customerId, amount: "3.10", description: "Fee" }, idempotencyKey: $key }) {
      operation { status }
    }
  }`;
  for (let made = 0; made < count; made += 1) {
    await askData(url, create, { customerId: ids[made % ids.length], key: randomUUID() });
  }
  const read = `query ($first: Int!, $after: String) {
    operations(first: $first, after: $after) {
      nodes {
        id mutation status idempotencyKey createdAt completedAt subjectCount
        steps { action status attempts startedAt finishedAt backend { key } }
      }
      pageInfo { endCursor }
    }
  }`;
  const found: KeptOperation[] = [];
  for (let after: string | null = null; found.length < count; ) {
    const { operations }: OperationPage = await askData<OperationPage>(url, read, { first: mostOfPage, after });
    found.push(...operations.nodes);
    after = operations.pageInfo.endCursor;
    if (after === null) break;
  }
  return found;
}

interface OperationPage {
  readonly operations: { readonly nodes: readonly KeptOperation[]; readonly pageInfo: { readonly endCursor: string | null } };
}

const patienceMs = 60_000;
const shortestText = 4;
/** A page holds more. */
const mostFound = 19;

/**
 * Waits until the gateway's directory is complete. Returns at most `count` words that find few customers, and only through a word
 * of their name: a matching place or e-mail address would be found too.
 */
export async function searchTexts(url: string, customers: readonly FoundCustomer[], count: number): Promise<readonly string[]> {
  const document = `query ($text: String!) {
    search(text: $text, types: [CUSTOMER], first: 50) { edges { known { id } } sources { refreshedAt } }
  }`;
  interface Answer {
    readonly search: {
      readonly edges: readonly { readonly known: { readonly id: string } }[];
      readonly sources: readonly { readonly refreshedAt: string | null }[];
    };
  }
  for (const deadline = Date.now() + patienceMs; ; await pause(100)) {
    const { search } = await askData<Answer>(url, document, { text: "group" });
    if (search.sources.every(({ refreshedAt }) => refreshedAt !== null)) break;
    if (Date.now() > deadline) throw new Error("The gateway has not read all customers into its directory.");
  }
  const named = customers.map(({ id, name }) => ({ id, words: wordsOf(name) }));
  const words = new Set(
    named.flatMap((each) => each.words).filter((word) => /^[a-z]+$/.test(word) && word.length >= shortestText),
  );
  const texts: string[] = [];
  for (const text of words) {
    const expected = new Set(named.filter((each) => each.words.some((word) => word.startsWith(text))).map(({ id }) => id));
    if (expected.size > mostFound) continue;
    const { search } = await askData<Answer>(url, document, { text });
    const found = new Set(search.edges.map(({ known }) => known.id));
    if (found.size === expected.size && found.isSubsetOf(expected)) texts.push(text);
    if (texts.length === count) break;
  }
  return texts;
}
