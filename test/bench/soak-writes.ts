import { randomUUID } from "node:crypto";
import { askData } from "./asking.ts";
import type { FoundCustomer } from "./found.ts";
import type { Client } from "./plain/client.ts";

/** Charges of the soak, with what the gateway and the backends report about each. */

/** The gateway's status; null = not reported yet, or there was no valid answer. */
export type Told = "SUCCEEDED" | "FAILED" | "UNKNOWN" | "PENDING" | null;

export interface AskedCharge {
  /** A text that only this charge has, also in the backend. */
  readonly marker: string;
  readonly key: string;
  readonly backend: string;
  readonly customer: FoundCustomer;
  told: Told;
  operationId: string | null;
}

export const newCharge = (backend: string, customer: FoundCustomer): AskedCharge => ({
  marker: `soak ${randomUUID()}`,
  key: randomUUID(),
  backend,
  customer,
  told: null,
  operationId: null,
});

const document = `mutation Soak($charge: ChargeSpec!, $key: String!) {
  createCharge(input: { charge: $charge, idempotencyKey: $key }) {
    charge { id }
    errors { code }
    operation { id status }
  }
}`;

/** Enswitch shows a charge's name, v01 the first line of its note as such; both are the marker. */
export function bodyOf({ backend, customer, marker, key }: AskedCharge): string {
  const text = backend === "pbx" ? { name: marker } : { description: marker };
  return JSON.stringify({ query: document, variables: { charge: { customerId: customer.id, amount: "1.25", ...text }, key } });
}

export interface CreateAnswer {
  readonly data?: {
    readonly createCharge?: {
      readonly operation: { readonly id: string; readonly status: Told };
      readonly errors: readonly { readonly code: string }[];
    } | null;
  } | null;
}

/** Notes an answer about a charge. SUCCEEDED is final. */
export function note(charge: AskedCharge, { data }: CreateAnswer): void {
  const operation = data?.createCharge?.operation;
  if (operation === undefined) return;
  charge.operationId = operation.id;
  if (charge.told !== "SUCCEEDED") charge.told = operation.status;
}

/** Asks the gateway again about charges that it has not reported as SUCCEEDED. */
export async function askAgain(url: string, charges: readonly AskedCharge[]): Promise<void> {
  for (const charge of charges) {
    if (charge.operationId === null) continue;
    const { node } = await askData<{ node: { status: Told } | null }>(url, operationDocument, { id: charge.operationId });
    if (node !== null) charge.told = node.status;
  }
}

const operationDocument = `query ($id: ID!) { node(id: $id) { ... on Operation { status } } }`;

export interface Discrepancy {
  readonly marker: string;
  readonly told: Told;
  readonly found: number;
}

/**
 * Compares with the backends' own lists: SUCCEEDED exists once, FAILED does not exist, and nothing exists twice.
 *
 * @param clients read the simulated backends without the gateway
 */
export async function compareWithBackends(
  charges: readonly AskedCharge[],
  clients: readonly Client[],
): Promise<readonly Discrepancy[]> {
  const discrepancies: Discrepancy[] = [];
  for (const group of Map.groupBy(charges, ({ backend, customer }) => `${backend} ${customer.backendId}`).values()) {
    const [first] = group;
    const client = clients.find(({ key }) => key === first?.backend);
    if (first === undefined || client === undefined) continue;
    // Read after the statuses: a charge without a status may appear meanwhile.
    const told = group.map((charge) => ({ charge, told: charge.told }));
    const counts = new Map<string, number>();
    for (const { name } of await client.chargesOf(first.customer.backendId)) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const { charge, told: status } of told) {
      const found = counts.get(charge.marker) ?? 0;
      const isRight = status === "SUCCEEDED" ? found === 1 : status === "FAILED" ? found === 0 : found <= 1;
      // A charge that failed may be asked for again under its key, and succeed meanwhile.
      if (!isRight && status === charge.told) discrepancies.push({ marker: charge.marker, told: status, found });
    }
  }
  return discrepancies;
}
