import type { TakesOf } from "../../src/adapter/inputs.ts";
import type { RefusedMembers } from "./memory-connection.ts";

/** Inputs of a memory backend: everything, except the members that it is told to refuse. */
export function memoryTakes({ customer, charge, tax }: RefusedMembers) {
  return {
    customer: without({ ...customerTakes, name: { use: "required" } } as TakesOf<"customer">, customer),
    customerChange: without<TakesOf<"customerChange">>(customerChangeTakes, customer),
    charge: without<TakesOf<"charge">>(chargeTakes, charge),
    credit: creditTakes,
    chargeChange: without<TakesOf<"chargeChange">>(chargeChangeTakes, charge),
    tax: without<TakesOf<"tax">>({ ...taxTakes, ...taxOwner }, tax),
    taxChange: without<TakesOf<"taxChange">>(taxChangeTakes, tax),
    liability: liabilityTakes,
  };
}

const text = { use: "optional", blank: true, clearable: true } as const;
const clearable = { use: "optional", clearable: true } as const;
const optional = { use: "optional" } as const;

const { parentId, ...customerChangeTakes } = {
  name: text,
  firstName: { ...text, insteadOf: "name", alsoBeside: true },
  lastName: { ...text, insteadOf: "name", alsoBeside: true },
  email: { ...clearable, pattern: { form: /^[^\s@]+@[^\s@]+$/, means: "an e-mail address" } },
  phone: text,
  address: { ...clearable, parts: { lines: text, city: text, state: text, postalCode: text, country: text } },
  reference: text,
  planId: clearable,
  parentId: clearable,
} as const;
const customerTakes = { ...customerChangeTakes, parentId };

const chargeChangeTakes = {
  name: optional,
  description: text,
  notes: text,
  amount: clearable,
  currency: clearable,
  cost: clearable,
  quantity: { ...clearable, least: "0" },
  date: clearable,
  recurrence: {
    ...clearable,
    parts: {
      interval: { use: "required" },
      occurrences: { ...clearable, least: 1 },
      startsOn: clearable,
      endsOn: clearable,
    },
  },
} as const;

const chargeTakes = {
  ...chargeChangeTakes,
  name: { use: "required" },
  customerId: { use: "required" },
  planId: { use: "optional", insteadOf: "customerId" },
  serviceId: optional,
  kind: { use: "refused", because: "tells kinds by the recurrence" },
  taxAmount: optional,
  reference: text,
  taxIds: optional,
  executeNow: optional,
} as const;

const creditTakes: TakesOf<"credit"> = {
  customerId: { use: "required" },
  amount: { use: "required" },
  currency: optional,
  description: text,
};

const { active, ...taxTakes } = {
  name: optional,
  description: text,
  rate: { ...clearable, least: "0" },
  fixedAmount: clearable,
  currency: clearable,
  appliesTo: optional,
  defaultLiability: clearable,
  shared: optional,
  effectiveDate: clearable,
  active: optional,
} as const;
const taxOwner = { name: { use: "required" }, ownerId: optional, country: text } as const;
const taxChangeTakes = { ...taxTakes, active };

const liabilityTakes = {
  customerId: { use: "required" },
  chargeId: { use: "optional", insteadOf: "customerId" },
  productId: { use: "refused", because: "has no products" },
  liable: { use: "required" },
} as const;

function without<Takes extends object>(takes: Takes, refused: readonly string[]): Takes {
  const refusals = refused
    .filter((member) => member in takes)
    .map((member) => [member, { use: "refused", because: `keeps no ${member}` }]);
  return { ...takes, ...Object.fromEntries(refusals) };
}
