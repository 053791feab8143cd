import {
  type ApiFunction,
  apiFunction,
  done,
  type FunctionCall,
  invalid,
  notFound,
  type Outcome,
  seesCustomer,
  seesPlan,
  succeeded,
  wouldSucceed,
} from "./function.ts";
import { chargeMovement, credit } from "./ledger.ts";
import {
  decimal,
  defaulting,
  type Formats,
  flag,
  given,
  integer,
  integerFrom,
  nonEmpty,
  oneOf,
  optionalColumns,
  required,
  string,
} from "./parameters.ts";
import { type ChargeColumns, type ChargeRow, type CustomerRow, periods } from "./rows.ts";
import { nextId } from "./state.ts";

const formats: Formats<ChargeColumns> = {
  name: nonEmpty,
  amount: decimal,
  buy: decimal,
  currency: nonEmpty,
  description: string,
  start: integerFrom(0),
  end: integerFrom(0),
  number: integerFrom(0),
  period: oneOf(...periods),
};

const columns = optionalColumns(formats);

const seesCharge = (call: FunctionCall, charge: ChargeRow): boolean =>
  charge.customer === 0 ? seesPlan(call, charge.plan) : seesCustomer(call, charge.customer);

const findCharge = (call: FunctionCall, id: number): ChargeRow | undefined => {
  const charge = call.state.charges.get(id);
  return charge !== undefined && seesCharge(call, charge) ? charge : undefined;
};

const endsTooEarly = ({ start, end }: Pick<ChargeRow, "start" | "end">): boolean => end !== 0 && end < start;

const onlyOneOwner = invalid("plan", "customer and plan exclude each other");

/** The currency of the customer or plan that a charge is for; undefined when the caller may not see it. */
const ownerCurrency = (call: FunctionCall, customer: number, plan: number): string | undefined => {
  if (customer !== 0) return seesCustomer(call, customer) ? call.state.customers.get(customer)?.currency : undefined;
  return seesPlan(call, plan) ? call.state.plans.get(plan)?.currency : undefined;
};

/**
 * Guide 4.4, charges/create. The manual's default is "current value", which a new charge does not have: the defaults are chosen
 * here.
 */
const create = apiFunction({
  access: ["administrator", "wholesale"],
  parameters: {
    ...columns,
    name: required(nonEmpty),
    customer: defaulting(integer, 0),
    plan: defaulting(integer, 0),
    validation: defaulting(flag, 0),
  },
  run: (call, values) => {
    const { state } = call;
    const { customer, plan, name } = values;
    if (customer !== 0 && plan !== 0) return onlyOneOwner;
    if (customer === 0 && plan === 0) return invalid("customer", "customer or plan is required");
    const currency = ownerCurrency(call, customer, plan);
    if (currency === undefined) return notFound(customer === 0 ? "plan" : "customer");
    const defaults = { amount: "0.00", buy: "0.00", currency, description: "", start: call.time, end: 0, period: "" };
    const { absentNumber, zeroNumber } = call.numbers;
    if (values.number === 0 && zeroNumber === "refused") return invalid("number", "number must be at least 1");
    const charge = { name, customer, plan, ...defaults, number: absentNumber, ...given(formats, values) };
    if (endsTooEarly(charge)) return invalid("end", "end is before start");
    if (values.validation === 1) return wouldSucceed;
    const id = nextId(state, "charges");
    state.charges.set(id, { id, ...charge });
    return succeeded({ id });
  },
});

/** Guide 4.4, charges/update: customer and plan cannot be changed. */
const update = apiFunction({
  access: ["administrator", "wholesale"],
  parameters: { ...columns, id: required(integer), validation: defaulting(flag, 0) },
  run: (call, values) => {
    const charge = findCharge(call, values.id);
    if (charge === undefined) return notFound("id");
    const changed = { ...charge, ...given(formats, values) };
    if (endsTooEarly(changed)) return invalid("end", "end is before start");
    if (values.validation === 1) return wouldSucceed;
    call.state.charges.set(charge.id, changed);
    return done;
  },
});

const byId = { id: required(integer) };

const get = apiFunction({
  access: ["commerce"],
  parameters: byId,
  run: (call, { id }) => {
    const charge = findCharge(call, id);
    return charge === undefined ? notFound("id") : succeeded(charge);
  },
});

/**
 * Guide 4.4, charges/list: the charges of one customer or one plan, all at once. A plan's charges are not in its customers'
 * lists.
 */
const list = apiFunction({
  access: ["commerce"],
  parameters: { customer: defaulting(integer, 0), plan: defaulting(integer, 0) },
  run: (call, values) => {
    if (values.customer !== 0 && values.plan !== 0) return onlyOneOwner;
    if (values.plan !== 0) {
      if (!seesPlan(call, values.plan)) return invalid("plan", "no such plan");
      return succeeded(chargesWith(call, "plan", values.plan));
    }
    const customer = values.customer === 0 ? call.caller.customer : values.customer;
    if (!seesCustomer(call, customer)) return invalid("customer", "no such customer");
    return succeeded(chargesWith(call, "customer", customer));
  },
});

const chargesWith = ({ state }: FunctionCall, owner: "customer" | "plan", id: number): ChargeRow[] =>
  state.charges.listed().filter((charge) => charge[owner] === id);

const isConcerned = (call: FunctionCall, charge: ChargeRow, customer: CustomerRow): boolean =>
  charge.customer === 0
    ? customer.plan === charge.plan && customer.deleted === 0 && seesCustomer(call, customer.id)
    : customer.id === charge.customer;

/** Guide 4.4, charges/charge: takes the money now, at every call. A plan's charge is taken from each live customer on it. */
const charge = apiFunction({
  access: ["commerce"],
  parameters: byId,
  run: (call, { id }): Outcome => {
    const { state } = call;
    const found = findCharge(call, id);
    if (found === undefined) return notFound("id");
    for (const customer of state.customers.values()) {
      if (isConcerned(call, found, customer)) credit(call, chargeMovement(state, found, customer, call.time));
    }
    return done;
  },
});

const remove = apiFunction({
  access: ["administrator", "wholesale"],
  parameters: byId,
  run: (call, { id }) => {
    if (findCharge(call, id) === undefined) return notFound("id");
    call.state.charges.delete(id);
    return done;
  },
});

/** charges/delete is behind a switch: the manual's page was not obtained, and its existence is inferred by pattern. */
export const chargeFunctions = (switches: { readonly chargesDelete: boolean }): Readonly<Record<string, ApiFunction>> => ({
  "charges/create": create,
  "charges/update": update,
  "charges/get": get,
  "charges/list": list,
  "charges/charge": charge,
  ...(switches.chargesDelete && { "charges/delete": remove }),
});
