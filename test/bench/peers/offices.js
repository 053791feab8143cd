// Code that the peers share: the slice of the schema, and the mapping of HostedSuite v3's records.

export const typeDefs = /* GraphQL */ `
  type Query {
    charges(customerIds: [ID!]!, first: Int = 20): ChargeConnection!
  }
  type BackendFailure {
    code: String!
  }
  type Money {
    amount: String!
    currency: String!
  }
  type Customer {
    id: ID!
    name: String!
    reference: String
    currency: String!
  }
  type Charge {
    id: ID!
    name: String!
    date: String
    amount: Money
    customer: Customer
  }
  type ChargeConnection {
    nodes: [Charge!]!
    unavailable: [BackendFailure!]!
  }
`;

const backend = "offices";
const currency = "USD";

export const authorization = (password) => `acme ${Buffer.from(`api:${password}`).toString("base64")}`;

/** Query of a list: all rows, including archived ones. */
export const everything = { page: "0", countPerPage: "1000", archived: "true" };

const encode = (type, id) => Buffer.from(`${type}:${backend}:${id}`).toString("base64url");
export const localId = (globalId) => Buffer.from(globalId, "base64url").toString().split(":")[2];

export function customerOf(client) {
  return {
    id: encode("Customer", client.id),
    name: client.name,
    reference: client.thirdPartyInfo?.thirdPartyAccountId || client.referenceId || null,
    currency,
  };
}

/** As many decimals as dollars have. The backend computes with doubles, whose noise begins after their 15th digit. */
function dollars(cost) {
  const exact = Number(cost.toPrecision(15)).toString();
  return (exact.split(".")[1] ?? "").length > 2 ? exact : cost.toFixed(2);
}

function chargeOf(charge) {
  return {
    id: encode("Charge", charge.id),
    localId: charge.id,
    customerId: charge.clientId,
    name: charge.description || charge.serviceName,
    date: charge.dateOfCharge.slice(0, 10),
    amount: typeof charge.cost === "number" ? { amount: dollars(charge.cost), currency } : null,
  };
}

/** The newest charges of several customers, from the lists that the backend gave for each. */
export function newestCharges(lists, first) {
  const charges = lists.flatMap(({ items }) => items.map(chargeOf));
  charges.sort((left, right) =>
    left.date === right.date ? (left.localId < right.localId ? -1 : 1) : left.date < right.date ? 1 : -1,
  );
  return { nodes: charges.slice(0, first), unavailable: [] };
}
