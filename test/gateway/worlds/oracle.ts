import type { TestGateway } from "../../support/gateway.ts";
import type { Simulator } from "./simulator.ts";
import type { Draw, Expected, ExpectedCharge } from "./world.ts";

/**
 * Asks the API everything that can be read of a backend, and compares with what its records say. Pages are read onwards, in pages of drawn sizes,
 * and then backwards, each again from the cursor before it.
 */

type Asking = Pick<TestGateway, "send">;
/** Says what is wrong. */
export type Report = (problem: string) => void;

interface Edge {
  readonly cursor: string;
  readonly node: Readonly<Record<string, unknown>> & { readonly id: string; readonly backendId: string };
}
interface Read {
  readonly edges: readonly Edge[];
  readonly unavailable: readonly { readonly message: string }[];
}

const customerFields = `id backendId name email phone reference status amountDue { amount currency } createdAt notUnderstood`;
const chargeFields = `id backendId name amount { amount currency } taxAmount { amount currency } date kind status quantity createdAt notUnderstood customer { backendId }`;
const taxFields = `id backendId name rate notUnderstood`;
const pageFields = `pageInfo { hasNextPage endCursor startCursor hasPreviousPage } unavailable { code message }`;

const mostPages = 200;

/** Reads a list page by page to its end, then each page again, the last one first. */
async function readPages(
  gateway: Asking,
  document: string,
  variables: Readonly<Record<string, unknown>>,
  pick: (data: Record<string, unknown>) => unknown,
  sizeOf: () => number,
  report: Report,
  between?: () => void,
): Promise<Read> {
  const edges: Edge[] = [];
  const unavailable: { message: string }[] = [];
  const asked: { after: string | null; first: number; ids: string }[] = [];
  let after: string | null = null;
  const ask = async (first: number, from: string | null) => {
    const { data, errors } = await gateway.send(document, { ...variables, first, after: from });
    if (errors) throw new Error(`${document} ${JSON.stringify({ ...variables, first })}: ${JSON.stringify(errors)}`);
    return pick(data) as {
      edges: Edge[];
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
      unavailable: { message: string }[];
    };
  };
  for (;;) {
    const first = sizeOf();
    const page = await ask(first, after);
    asked.push({ after, first, ids: page.edges.map(({ node }) => node.id).join() });
    edges.push(...page.edges);
    unavailable.push(...page.unavailable);
    if (page.edges.length > first) report(`a page of ${first} has ${page.edges.length} items`);
    if (page.pageInfo.endCursor !== (page.edges.at(-1)?.cursor ?? page.pageInfo.endCursor)) report("endCursor is another cursor");
    if (!page.pageInfo.hasNextPage) break;
    if (page.edges.length === 0 && page.unavailable.length === 0) report("an empty page goes on");
    if (page.pageInfo.endCursor === null || page.pageInfo.endCursor === after) {
      report("the list goes on and has no further cursor");
      break;
    }
    after = page.pageInfo.endCursor;
    if (asked.length > mostPages) {
      report("the list does not end");
      break;
    }
    between?.();
  }
  if (unavailable.length === 0 && !between) {
    for (const { after: from, first, ids } of asked.toReversed().slice(0, 4)) {
      const again = (await ask(first, from)).edges.map(({ node }) => node.id).join();
      if (again !== ids) report(`a page read again from its cursor has ${again} instead of ${ids}`);
    }
  }
  return { edges, unavailable };
}

/** Compares a list with what was expected, whatever its order. */
function compare(
  what: string,
  { edges, unavailable }: Read,
  expected: readonly Expected[],
  report: Report,
  keyOf: (node: Edge["node"]) => string = ({ backendId }) => backendId,
  expectedKeyOf: (each: Expected) => string = ({ backendId }) => backendId,
): void {
  for (const { message } of unavailable) report(`${what}: unavailable: ${message}`);
  const wanted = new Map(expected.map((each) => [expectedKeyOf(each), each]));
  const seen = new Set<string>();
  for (const { node } of edges) {
    const key = keyOf(node);
    if (seen.has(key)) report(`${what}: ${key} comes twice`);
    seen.add(key);
    const one = wanted.get(key);
    if (!one) report(`${what}: ${key} is not expected`);
    else compareShown(`${what}: ${key}`, node, one, report);
  }
  const missing = [...wanted.keys()].filter((key) => !seen.has(key));
  if (missing.length > 0) report(`${what}: missing ${missing.slice(0, 5).join(", ")} (${missing.length} of ${wanted.size})`);
}

export function compareShown(what: string, node: Readonly<Record<string, unknown>>, { shown }: Expected, report: Report): void {
  for (const [name, value] of Object.entries(shown)) {
    if (name in node && plain(node[name]) !== plain(value))
      report(`${what}: ${name} is ${plain(node[name])}, not ${plain(value)}`);
  }
  const strange = node["notUnderstood"] as readonly string[] | undefined;
  if (strange && strange.length > 0) report(`${what}: not understood: ${strange.join()}`);
}

/** For comparing: amounts without trailing zeros, instants without fractions. */
function plain(value: unknown): string {
  return JSON.stringify(value ?? null, (name, part: unknown) => {
    if ((name === "amount" || name === "") && typeof part === "string" && /^-?\d+\.\d+$/.test(part))
      return part.replace(/\.?0+$/, "");
    if (typeof part === "string" && /^\d{4}-\d\d-\d\dT/.test(part)) return part.replace(/\.\d+Z$/, "Z");
    return part;
  });
}

export interface Scene {
  readonly gateway: Asking;
  readonly backends: Readonly<Record<string, Simulator>>;
  readonly draw: Draw;
  readonly report: Report;
}

const fold = (text: string): string => text.normalize("NFKC").toLowerCase().trim();

/** Customers of one backend, with drawn filters. */
export async function askCustomers({ gateway, backends, draw, report }: Scene, key: string): Promise<Read> {
  const document = `query ($b: [String!], $filter: CustomerFilter, $first: Int, $after: String) {
    customers(backends: $b, filter: $filter, first: $first, after: $after) { edges { cursor node { ${customerFields} } } ${pageFields} } }`;
  const people = backends[key]?.people() ?? [];
  const list = async (filter: object | null, wanted: readonly Expected[], sizes: readonly number[]): Promise<Read> => {
    const what = `${key} customers ${JSON.stringify(filter)}`;
    const own: Report = (problem) => report(`${what}: ${problem}`);
    const read = await readPages(
      gateway,
      document,
      { b: [key], filter },
      ({ customers }) => customers,
      () => draw.pick(sizes),
      own,
    );
    compare(what, read, wanted, report);
    return read;
  };
  const all = await list(null, people, [1, 2, 7, 20, 200]);
  await list(null, people, [draw.pick([1, 3, 10])]);
  const some = draw.shuffled(people).slice(0, 2);
  for (const one of some) {
    const email = one.shown["email"];
    if (typeof email === "string") {
      const wanted = people.filter(
        (other) => typeof other.shown["email"] === "string" && fold(other.shown["email"]) === fold(email),
      );
      await list({ email: draw.chance(0.5) ? email.toUpperCase() : email }, wanted, [1, 20]);
    }
    const reference = one.shown["reference"];
    if (typeof reference === "string") {
      await list(
        { reference },
        people.filter((other) => other.shown["reference"] === reference),
        [1, 20],
      );
    }
    const name = String(one.shown["name"]);
    const part = draw.pick([name, name.slice(0, 4).trim(), name.toUpperCase()]).trim();
    const found = people.filter((other) => fold(String(other.shown["name"])).includes(fold(part)));
    const read = await readPages(
      gateway,
      document,
      { b: [key], filter: { search: part } },
      ({ customers }) => customers,
      () => 50,
      report,
    );
    const seen = new Set(read.edges.map(({ node }) => node.backendId));
    for (const { backendId } of found) if (!seen.has(backendId)) report(`${key} search ${part}: lacks ${backendId}`);
  }
  for (const status of ["ACTIVE", "ARCHIVED"] as const) {
    const { data } = await gateway.send(
      `query ($b: [String!], $s: CustomerStatus) { customers(backends: $b, first: 200, filter: { status: $s }) { nodes { backendId status } unavailable { code } } }`,
      { b: [key], s: status },
    );
    const { nodes, unavailable } = data.customers as {
      nodes: { backendId: string; status: string }[];
      unavailable: { code: string }[];
    };
    const wanted = people.filter(({ shown }) => shown["status"] === status).map(({ backendId }) => backendId);
    const seen = nodes.map(({ backendId }) => backendId);
    if (unavailable.length === 0 && wanted.length <= 200 && seen.toSorted().join() !== wanted.toSorted().join())
      report(`${key} customers ${status}: ${seen.length} instead of ${wanted.length}`);
    if (unavailable.some(({ code }) => code !== "UNSUPPORTED"))
      report(`${key} customers ${status}: ${JSON.stringify(unavailable)}`);
  }
  return all;
}

/** Charges of some or all customers, with drawn filters. @param ids global ids of customers, by backend and the backend's own id */
export async function askCharges(
  { gateway, backends, draw, report }: Scene,
  ids: ReadonlyMap<string, string>,
): Promise<readonly Edge[]> {
  const document = `query ($ids: [ID!]!, $filter: ChargeFilter, $first: Int, $after: String) {
    charges(customerIds: $ids, filter: $filter, first: $first, after: $after) { edges { cursor node { backend { key } ${chargeFields} } } ${pageFields} } }`;
  const owners = draw.shuffled([...ids]).slice(0, draw.pick([1, 3, 8, 30]));
  if (owners.length === 0) return [];
  const mine = new Set(owners.map(([owner]) => owner));
  const all = Object.entries(backends).flatMap(([key, backend]) =>
    backend
      .charges()
      .filter(({ owner }) => mine.has(`${key}:${owner}`))
      .map((charge): ExpectedCharge & { readonly key: string } => ({ ...charge, key })),
  );
  const filters: readonly (readonly [object | null, (charge: ExpectedCharge) => boolean])[] = [
    [null, () => true],
    ...draw.shuffled(ranges(draw)).slice(0, 3),
  ];
  const read: Edge[] = [];
  for (const [filter, matches] of filters) {
    const what = `charges ${JSON.stringify(filter)}`;
    const wanted = all.filter(matches);
    const variables = { ids: owners.map(([, id]) => id), filter };
    const small = wanted.length > 60 ? [17, 50] : [1, 2, 5];
    for (const sizes of [[200], small]) {
      const own: Report = (problem) => report(`${what} in pages of ${sizes.join()}: ${problem}`);
      const found = await readPages(
        gateway,
        document,
        variables,
        ({ charges }) => charges,
        () => draw.pick(sizes),
        own,
      );
      const keyOf = ({ backend, backendId }: Edge["node"]) => `${(backend as { key: string }).key}:${backendId}`;
      compare(
        `${what} in pages of ${sizes.join()}`,
        found,
        wanted,
        report,
        keyOf,
        (each) => `${(each as { key?: string }).key}:${each.backendId}`,
      );
      const dates = found.edges.map(({ node }) => String(node["date"] ?? ""));
      if (dates.some((date, index) => date !== "" && (dates[index - 1] ?? "9999") < date))
        report(`${what} in pages of ${sizes.join()}: not newest first`);
      if (filter === null && sizes[0] === 200) read.push(...found.edges);
    }
  }
  return read;
}

function ranges(draw: Draw): readonly (readonly [object, (charge: ExpectedCharge) => boolean])[] {
  const year = Temporal.Now.plainDateISO("UTC").year;
  const day = (): string => `${year}-${draw.pick(["02-28", "03-29", "06-30", "10-25", "11-01", "08-17"])}`;
  const [one, other] = [day(), day()].toSorted() as [string, string];
  const kind = draw.pick(["ONE_OFF", "RECURRING", "FEE", "CREDIT"]);
  const statuses = draw.pick([["DEFINED"], ["ARCHIVED"], ["OPEN", "PARTLY_PAID"], ["SETTLED"]]);
  const text = draw.pick(["line", "CAF", "50% off", "naïve", "ﬁnance", "finance"]);
  return [
    [{ from: one, to: other }, ({ day: at }) => at !== null && at >= one && at <= other],
    [{ from: one }, ({ day: at }) => at !== null && at >= one],
    [{ to: one }, ({ day: at }) => at !== null && at <= one],
    [{ from: one, to: one }, ({ day: at }) => at === one],
    [{ kind: [kind] }, ({ shown }) => shown["kind"] === kind],
    [{ status: statuses }, ({ shown }) => statuses.includes(String(shown["status"]))],
    [
      { search: text },
      ({ texts, shown }) => [...texts, shown["name"]].some((each) => each != null && fold(String(each)).includes(fold(text))),
    ],
    [{ kind: [kind], from: one }, ({ shown, day: at }) => shown["kind"] === kind && at !== null && at >= one],
  ];
}

/** Single records by their global ids, and unknown ones. */
export async function askNodes(
  { gateway, backends, draw, report }: Scene,
  customers: readonly Edge[],
  charges: readonly Edge[],
): Promise<void> {
  const some = draw.shuffled([...customers, ...charges]).slice(0, 12);
  const document = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Customer { ${customerFields} backend { key } } ... on Charge { ${chargeFields.replace(" status", "")} } } }`;
  const ids = some.map(({ node }) => node.id);
  const { data, errors } = await gateway.send(document, { ids });
  if (errors) report(`nodes: ${JSON.stringify(errors)}`);
  const nodes = (data?.nodes ?? []) as (Edge["node"] | null)[];
  for (const [index, { node }] of some.entries()) {
    const found = nodes[index];
    if (!found) report(`node ${node.backendId} is ${JSON.stringify(found)}`);
    else
      compareShown(`node ${node.backendId}`, found, { backendId: node.backendId, texts: [], shown: withoutHead(node) }, report);
  }
  for (const key of Object.keys(backends)) {
    const unknown = backends[key]?.nextId("person") ?? "";
    const { data: none, errors: failed } = await gateway.send(
      `query ($b: String!, $id: String!) { customerByBackendId(backend: $b, backendId: $id) { id } }`,
      { b: key, id: unknown },
    );
    if (failed || none?.customerByBackendId !== null) report(`${key}: an unknown customer is ${JSON.stringify(failed ?? none)}`);
  }
}

function withoutHead(node: Edge["node"]): Record<string, unknown> {
  const { backend: _, notUnderstood: __, ...shown } = node;
  return shown;
}

export async function askTaxes({ gateway, backends, draw, report }: Scene): Promise<void> {
  const document = `query ($b: [String!], $first: Int, $after: String) { taxes(backends: $b, first: $first, after: $after) { edges { cursor node { ${taxFields} } } ${pageFields} } }`;
  for (const [key, backend] of Object.entries(backends)) {
    const wanted = backend.taxes();
    const own: Report = (problem) => report(`${key} taxes: ${problem}`);
    const read = await readPages(
      gateway,
      document,
      { b: [key] },
      ({ taxes }) => taxes,
      () => draw.pick([1, 2, 20]),
      own,
    );
    const isWithout = wanted.length === 0 && read.unavailable.every(({ message }) => /keeps no taxes/.test(message));
    if (!isWithout) compare(`${key} taxes`, read, wanted, report);
  }
}

/** All backends in turn: each row once, and the same rows whatever the page size. */
export async function askInterleaved({ gateway, backends, draw, report }: Scene): Promise<void> {
  const document = `query ($first: Int, $after: String) { customers(interleave: true, first: $first, after: $after) { edges { cursor node { backend { key } ${customerFields} } } ${pageFields} } }`;
  const wanted = Object.entries(backends).flatMap(([key, backend]) =>
    backend.people().map((person) => ({ ...person, backendId: `${key}:${person.backendId}` })),
  );
  const orders: string[] = [];
  for (const size of [draw.pick([3, 8]), 100]) {
    const own: Report = (problem) => report(`interleaved: ${problem}`);
    const read = await readPages(
      gateway,
      document,
      {},
      ({ customers }) => customers,
      () => size,
      own,
    );
    const keyOf = ({ backend, backendId }: Edge["node"]) => `${(backend as { key: string }).key}:${backendId}`;
    compare("interleaved", read, wanted, report, keyOf);
    orders.push(read.edges.map(({ node }) => node.id).join());
  }
  if (orders[0] !== orders[1]) report("interleaved: pages of another size have another order");
}
