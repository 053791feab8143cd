import { askData } from "./asking.ts";

/** The customers that the scenarios ask for, by their global and their local id. */
export interface FoundCustomer {
  readonly id: string;
  readonly backendId: string;
}

export interface Found {
  /** Of each backend, ten with 100 charges or more between them. */
  readonly ten: Readonly<Record<string, readonly FoundCustomer[]>>;
  /** With charges and taxes. */
  readonly taxed: FoundCustomer;
  /** Groups of ten of offices: no customer is in two. */
  readonly groups: readonly (readonly FoundCustomer[])[];
  /** Of recurring, for writes: none of the ten. */
  readonly charged: readonly FoundCustomer[];
}

const groupSize = 10;
const chargesOfOne = 12;
const enough = 100;

/** Looks for them through a gateway, and gives the customers of pbx, of whom the sandbox charges little, the charges that they lack. */
export async function findCustomers(url: string): Promise<Found> {
  const [pbx, suite] = [await customersOf(url, "pbx", groupSize), await customersOf(url, "suite", groupSize)];
  const [offices, recurring] = [await customersOf(url, "offices"), await customersOf(url, "recurring")];
  const ten = Object.fromEntries(
    Object.entries({ pbx, suite, offices, recurring }).map(([key, customers]) => [key, customers.slice(0, groupSize)]),
  );
  await charge(url, ten["pbx"] ?? []);
  const groups = Array.from({ length: Math.floor(offices.length / groupSize) }, (_, index) =>
    offices.slice(index * groupSize, (index + 1) * groupSize),
  );
  return { ten, taxed: await findTaxed(url), groups, charged: recurring.slice(groupSize) };
}

interface Page {
  readonly customers: {
    readonly nodes: readonly (FoundCustomer & { readonly charges: { readonly nodes: readonly object[] } })[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** At least so many, where there are; those with most charges first. */
async function customersOf(url: string, key: string, count = Number.POSITIVE_INFINITY): Promise<readonly FoundCustomer[]> {
  const document = `query ($backends: [String!], $charges: Int!, $after: String) {
    customers(backends: $backends, first: 60, after: $after) {
      nodes { id backendId charges(first: $charges) { nodes { id } } }
      pageInfo { hasNextPage endCursor }
    }
  }`;
  const found: Page["customers"]["nodes"][number][] = [];
  for (let after: string | null = null; found.length < count; ) {
    const { customers }: Page = await askData<Page>(url, document, { backends: [key], charges: chargesOfOne, after });
    found.push(...customers.nodes);
    after = customers.pageInfo.endCursor;
    if (!customers.pageInfo.hasNextPage || after === null) break;
  }
  const sorted = found.toSorted((left, right) => right.charges.nodes.length - left.charges.nodes.length);
  return sorted.map(({ id, backendId }) => ({ id, backendId }));
}

async function charge(url: string, customers: readonly FoundCustomer[]): Promise<void> {
  const document = `mutation ($charges: [ChargeSpec!]!) { createCharges(input: { charges: $charges }) { results { status } } }`;
  const each = enough / groupSize;
  const charges = customers.flatMap(({ id }, index) =>
    Array.from({ length: each }, (_, number) => ({
      customerId: id,
      name: `Line ${index}-${number}`,
      amount: `${number + 1}.50`,
      date: `2026-0${1 + (number % 9)}-1${index}`,
    })),
  );
  const { createCharges } = await askData<{ createCharges: { results: readonly { status: string }[] } }>(url, document, {
    charges,
  });
  if (createCharges.results.some(({ status }) => status !== "SUCCEEDED")) throw new Error("pbx does not take the charges.");
}

async function findTaxed(url: string): Promise<FoundCustomer> {
  const document = `{ customers(backends: ["pbx"], first: 20) { nodes { id backendId charges(first: 1) { nodes { id } } taxes { id } } } }`;
  const { customers } = await askData<{
    customers: { nodes: readonly (FoundCustomer & { charges: { nodes: readonly object[] }; taxes: readonly object[] })[] };
  }>(url, document);
  const found = customers.nodes.find(({ charges, taxes }) => charges.nodes.length > 0 && taxes.length > 0);
  if (found === undefined) throw new Error("No customer of pbx has both charges and taxes.");
  return { id: found.id, backendId: found.backendId };
}
