import type { FoundCustomer } from "./found.ts";
import type { RecordedCall } from "./recording.ts";
import type { Template } from "./templates.ts";

/** A write: different values in every request, and a pattern for the text of every answer. */
export interface Write {
  readonly body: Template;
  readonly pattern: string;
  /** A call as it was recorded, with gaps where it is another one every time. */
  readonly callWithGaps: (call: RecordedCall) => RecordedCall;
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Spread over many customers: the sandbox looks through a customer's ledger before it adds to it, so one of them would slow down. */
export function createCharge(customers: readonly FoundCustomer[]): Write {
  const document = `mutation Create($customerId: ID!, $idempotencyKey: String!) {
  createCharge(input: { charge: { customerId: $customerId, amount: "19.99", description: "Setup" }, idempotencyKey: $idempotencyKey }) {
    charge { id amount { amount currency } }
    errors { code }
    operation { id status replayed }
  }
}`;
  const variables = `{"customerId":"«customerId»","idempotencyKey":"«uuid»"}`;
  const charge = `\\{"id":"[\\w-]+","amount":\\{"amount":"19\\.99","currency":"USD"\\}\\}`;
  const operation = `\\{"id":"[\\w-]+","status":"SUCCEEDED","replayed":false\\}`;
  return {
    body: {
      text: `{"query":${JSON.stringify(document)},"variables":${variables}}`,
      values: { customerId: customers.map(({ id }) => id) },
    },
    pattern: `\\{"data":\\{"createCharge":\\{"charge":${charge},"errors":\\[\\],"operation":${operation}\\}\\}\\}`,
    // What proves the new record's id reads the recorded one every time: a read of the same size.
    callWithGaps: (call) =>
      call.body === null
        ? call
        : { ...withNewCode(call), path: call.path.replace(/\/customers\/\d+\//, "/customers/«backendId»/") },
    values: { backendId: customers.map(({ backendId }) => backendId) },
  };
}

/** Number of charges of one createCharges. */
export const targets = 200;

/** One charge for each of so many customers, the same every time. */
export function createCharges(customers: readonly FoundCustomer[]): Write {
  const document = `mutation CreateMany($charges: [ChargeSpec!]!, $idempotencyKey: String!) {
  createCharges(input: { charges: $charges, idempotencyKey: $idempotencyKey }) {
    results { status errors { code } }
    operation { status replayed }
  }
}`;
  const charges = customers.slice(0, targets).map(({ id }) => ({ customerId: id, amount: "4.20", description: "Fee" }));
  if (charges.length < targets) throw new Error(`recurring has fewer than ${targets} customers to be charged.`);
  const result = `\\{"status":"SUCCEEDED","errors":\\[\\]\\}`;
  return {
    body: {
      text: `{"query":${JSON.stringify(document)},"variables":{"charges":${JSON.stringify(charges)},"idempotencyKey":"«uuid»"}}`,
    },
    pattern: `\\{"data":\\{"createCharges":\\{"results":\\[${result}(,${result}){${targets - 1}}\\],"operation":\\{"status":"SUCCEEDED","replayed":false\\}\\}\\}\\}`,
    callWithGaps: withNewCode,
    values: {},
  };
}

/** No two charges of a customer have the same code (v01 contract, A9): the gateway makes a new one for every charge. */
function withNewCode(call: RecordedCall): RecordedCall {
  if (call.body === null) return call;
  return { ...call, body: JSON.stringify({ ...JSON.parse(call.body), code: "gw-«uuid»" }) };
}
