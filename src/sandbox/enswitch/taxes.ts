import {
  type ApiFunction,
  apiFunction,
  done,
  type FunctionCall,
  invalid,
  notFound,
  type Outcome,
  seesCustomer,
  succeeded,
  wouldSucceed,
} from "./function.ts";
import { applicableTaxes, isLiable, isShared } from "./ledger.ts";
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
  optional,
  optionalColumns,
  required,
  string,
} from "./parameters.ts";
import { liabilityTypes, type TaxColumns, type TaxRow } from "./rows.ts";
import { type LiabilityType, liabilityKey, nextId } from "./state.ts";

/** Before 4.0 `liable` was only 0 or 1 (guide 4.4, taxes/create, change history). */
const formatsOf = (pre40: boolean): Formats<TaxColumns> => ({
  name: nonEmpty,
  rate: decimal,
  amount: decimal,
  currency: nonEmpty,
  description: string,
  accounts: flag,
  calls: flag,
  cardgroups: flag,
  charges: flag,
  features: flag,
  messages: flag,
  numbers: flag,
  products: flag,
  liable: integerFrom(0, pre40 ? 1 : 2),
  shared: flag,
});

export const taxDefaults: Omit<TaxColumns, "name" | "currency" | "liable"> = {
  rate: "0.00",
  amount: "0.00",
  description: "",
  accounts: 1,
  calls: 1,
  cardgroups: 1,
  charges: 1,
  features: 1,
  messages: 1,
  numbers: 1,
  products: 1,
  shared: 0,
};

const createParameters = (pre40: boolean) => ({
  ...optionalColumns(formatsOf(pre40)),
  name: required(nonEmpty),
  customer: optional(integer),
  validation: defaulting(flag, 0),
});

const create = apiFunction({
  access: ["commerce"],
  parameters: createParameters(false),
  before40: createParameters(true),
  run: (call, values) => {
    const { state, pre40, systemCurrency, time } = call;
    const customer = values.customer ?? call.caller.customer;
    if (!seesCustomer(call, customer)) return invalid("customer", "no such customer");
    if (values.validation === 1) return wouldSucceed;
    const id = nextId(state, "taxes");
    const defaults = { ...taxDefaults, currency: systemCurrency, liable: pre40 ? 1 : 2 };
    state.taxes.set(id, { id, name: values.name, customer, ...defaults, ...given(formatsOf(pre40), values) });
    state.taxCreated.set(id, time);
    return succeeded({ id });
  },
});

/** A caller changes the taxes of the customers it sees. */
const findTax = (call: FunctionCall, id: number): TaxRow | undefined => {
  const tax = call.state.taxes.get(id);
  return tax !== undefined && seesCustomer(call, tax.customer) ? tax : undefined;
};

const updateParameters = (pre40: boolean) => ({
  ...optionalColumns(formatsOf(pre40)),
  id: required(integer),
  validation: defaulting(flag, 0),
});

/** Guide 4.4, taxes/update: everything but the owner. */
const update = apiFunction({
  access: ["commerce"],
  parameters: updateParameters(false),
  before40: updateParameters(true),
  run: (call, values) => {
    const tax = findTax(call, values.id);
    if (tax === undefined) return notFound("id");
    if (values.validation === 1) return wouldSucceed;
    call.state.taxes.set(tax.id, { ...tax, ...given(formatsOf(call.pre40), values) });
    return done;
  },
});

/** Guide 4.4, taxes/list. The manual does not define `applicable` together with `available`: the first one counts. */
const list = apiFunction({
  access: (raw) => (raw.get("signup") === "1" ? "open" : ["commerce", "payment"]),
  parameters: {
    customer: optional(integer),
    applicable: defaulting(flag, 0),
    available: defaulting(flag, 0),
    signup: defaulting(flag, 0),
    plan: defaulting(integer, 0),
    type: defaulting(oneOf("", "account", "feature"), ""),
  },
  run: (call, values) => {
    if (values.signup === 1) return signupTaxes(call, values.plan, values.type);
    const customer = values.customer ?? call.caller.customer;
    if (!seesCustomer(call, customer)) return invalid("customer", "no such customer");
    if (values.applicable === 1) return succeeded(applicableTaxes(call.state, customer));
    const taxes = call.state.taxes.listed();
    return succeeded(taxes.filter((tax) => tax.customer === customer || (values.available === 1 && isShared(tax))));
  },
});

const signupTaxes = ({ state }: FunctionCall, plan: number, type: "" | "account" | "feature"): Outcome => {
  const owner = state.plans.get(plan)?.customer;
  if (owner === undefined) return invalid("plan", "no such plan");
  if (type === "") return invalid("type", "type is required");
  const covers = type === "account" ? "accounts" : "features";
  const taxes = [...state.taxes.values()];
  return succeeded(taxes.filter((tax) => (tax.customer === owner || isShared(tax)) && tax.liable > 0 && tax[covers] === 1));
};

const liabilityOf = {
  tax: required(integer),
  type: required(oneOf(...liabilityTypes)),
  number: required(integer),
};

/** Whether the caller sees the object of a liability. Card groups are not simulated: any number is accepted. */
const seesObject = (call: FunctionCall, type: LiabilityType, number: number): boolean => {
  const { state } = call;
  if (type === "customer") return seesCustomer(call, number);
  if (type === "product") return state.products.has(number);
  if (type === "cardgroup") return true;
  const charge = state.charges.get(number);
  return charge !== undefined && (charge.customer === 0 || seesCustomer(call, charge.customer));
};

/** Guide 4.4, taxes/liable/set: 404 is not among its codes, so unknown ids are invalid input. */
const setLiable = apiFunction({
  access: ["commerce"],
  parameters: { ...liabilityOf, liable: required(flag) },
  run: (call, { tax, type, number, liable }) => {
    if (findTax(call, tax) === undefined) return invalid("tax", "no such tax");
    if (!seesObject(call, type, number)) return invalid("number", `no such ${type}`);
    call.state.liabilities.set(liabilityKey(tax, type, number), liable);
    return done;
  },
});

const liabilityFlags = { cardgroup: "cardgroups", charge: "charges", product: "products" } as const;

const effectiveLiability = (call: FunctionCall, tax: TaxRow, type: LiabilityType, number: number): number => {
  if (type === "customer") return isLiable(call.state, tax, number) ? 1 : 0;
  return call.state.liabilities.get(liabilityKey(tax.id, type, number)) ?? tax[liabilityFlags[type]];
};

/** Guide 4.4, taxes/liable/get: since 4.0 it can answer "not liable"; before, that was a 404. */
const getLiable = apiFunction({
  access: ["commerce"],
  parameters: liabilityOf,
  run: (call, { tax: id, type, number }) => {
    const tax = findTax(call, id);
    if (tax === undefined) return notFound("tax");
    if (!seesObject(call, type, number)) return notFound("number");
    const liable = effectiveLiability(call, tax, type, number);
    return call.pre40 && liable === 0 ? notFound("number") : succeeded({ tax: id, type, number, liable });
  },
});

const byId = { id: required(integer) };

const get = apiFunction({
  access: ["commerce", "payment"],
  parameters: byId,
  run: (call, { id }) => {
    const tax = findTax(call, id);
    return tax === undefined ? notFound("id") : succeeded(tax);
  },
});

const remove = apiFunction({
  access: ["commerce"],
  parameters: byId,
  run: (call, { id }) => {
    if (findTax(call, id) === undefined) return notFound("id");
    call.state.taxes.delete(id);
    call.state.taxCreated.delete(id);
    return done;
  },
});

/** taxes/get and taxes/delete are behind switches: the manual's pages were not obtained, and they are inferred by pattern. */
export const taxFunctions = (switches: {
  readonly taxesGet: boolean;
  readonly taxesDelete: boolean;
}): Readonly<Record<string, ApiFunction>> => ({
  "taxes/create": create,
  "taxes/update": update,
  "taxes/list": list,
  "taxes/liable/set": setLiable,
  "taxes/liable/get": getLiable,
  ...(switches.taxesGet && { "taxes/get": get }),
  ...(switches.taxesDelete && { "taxes/delete": remove }),
});
