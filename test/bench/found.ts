import { askData } from "./asking.ts";

/** The customers for the scenarios, with global and local id. */
export interface FoundCustomer {
  readonly id: string;
  readonly backendId: string;
  readonly name: string;
  readonly reference: string | null;
}

export interface Found {
  /** All customers of each backend, those with most charges first: the first ten have 100 or more together. */
  readonly customers: Readonly<Record<BackendKey, readonly FoundCustomer[]>>;
  /** With charges and taxes. */
  readonly taxed: FoundCustomer;
}

export type BackendKey = "pbx" | "suite" | "offices" | "recurring";

const someone: FoundCustomer = { id: "", backendId: "", name: "", reference: null };
const several = Array.from({ length: 300 }, () => someone);
/** For the names of the scenarios, which are the same for any customers. */
export const anybody: Found = {
  customers: { pbx: several, suite: several, offices: several, recurring: several },
  taxed: someone,
};

const chargesOfOne = 12;

/** Finds them through a gateway. The sandbox charges customers of pbx little, so this adds the missing charges. */
export async function findCustomers(url: string): Promise<Found> {
  const pbx = await customersOf(url, "pbx");
  await charge(url, pbx);
  const [suite, offices, recurring] = [
    await customersOf(url, "suite"),
    await customersOf(url, "offices"),
    await customersOf(url, "recurring"),
  ];
  return { customers: { pbx, suite, offices, recurring }, taxed: await findTaxed(url) };
}

interface Page {
  readonly customers: {
    readonly nodes: readonly (FoundCustomer & { readonly charges: { readonly nodes: readonly object[] } })[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

async function customersOf(url: string, key: BackendKey): Promise<readonly FoundCustomer[]> {
  const document = `query ($backends: [String!], $charges: Int!, $after: String) {
    customers(backends: $backends, first: 60, after: $after) {
      nodes { id backendId name reference charges(first: $charges) { nodes { id } } }
      pageInfo { hasNextPage endCursor }
    }
  }`;
  const found: Page["customers"]["nodes"][number][] = [];
  for (let after: string | null = null; ; ) {
    const { customers }: Page = await askData<Page>(url, document, { backends: [key], charges: chargesOfOne, after });
    found.push(...customers.nodes);
    after = customers.pageInfo.endCursor;
    if (!customers.pageInfo.hasNextPage || after === null) break;
  }
  const sorted = found.toSorted((left, right) => right.charges.nodes.length - left.charges.nodes.length);
  return sorted.map(({ id, backendId, name, reference }) => ({ id, backendId, name, reference }));
}

const targetsOfOne = 200;

/** As many charges as customers of other backends have. */
async function charge(url: string, customers: readonly FoundCustomer[]): Promise<void> {
  const document = `mutation ($charges: [ChargeSpec!]!) { createCharges(input: { charges: $charges }) { results { status } } }`;
  const charges = customers.flatMap(({ id }, index) =>
    Array.from({ length: 10 }, (_, number) => ({
      customerId: id,
      name: `Line ${index}-${number}`,
      amount: `${number + 1}.50`,
      date: `2026-0${1 + (number % 9)}-1${index % 10}`,
    })),
  );
  for (let start = 0; start < charges.length; start += targetsOfOne) {
    const { createCharges } = await askData<{ createCharges: { results: readonly { status: string }[] } }>(url, document, {
      charges: charges.slice(start, start + targetsOfOne),
    });
    if (createCharges.results.some(({ status }) => status !== "SUCCEEDED")) throw new Error("pbx does not take the charges.");
  }
}

async function findTaxed(url: string): Promise<FoundCustomer> {
  const document = `{ customers(backends: ["pbx"], first: 20) { nodes { id backendId name reference charges(first: 1) { nodes { id } } taxes { id } } } }`;
  const { customers } = await askData<{
    customers: { nodes: readonly (FoundCustomer & { charges: { nodes: readonly object[] }; taxes: readonly object[] })[] };
  }>(url, document);
  const found = customers.nodes.find(({ charges, taxes }) => charges.nodes.length > 0 && taxes.length > 0);
  if (found === undefined) throw new Error("No customer of pbx has both charges and taxes.");
  return found;
}
