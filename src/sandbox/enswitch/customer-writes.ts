import {
  type ApiFunction,
  apiFunction,
  done,
  type FunctionCall,
  invalid,
  notFound,
  type Outcome,
  roleForbids,
  seesCustomer,
  seesPlan,
  succeeded,
  wouldSucceed,
} from "./function.ts";
import { credit, scaled } from "./ledger.ts";
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
import { billTypes, type CustomerColumns } from "./rows.ts";
import { nextId } from "./state.ts";

const formats: Formats<CustomerColumns> = {
  name: nonEmpty,
  plan: integerFrom(1),
  email: string,
  description: string,
  account: string,
  directory: flag,
  bill_type: oneOf(...billTypes),
  bill_ref: string,
  balance: decimal,
  auto_topup: decimal,
  email_low_balance: flag,
  call_maximum: decimal,
  bulk_calls: integerFrom(-2),
  address1: string,
  address2: string,
  address3: string,
  address_city: string,
  address_code: string,
  address_other: string,
  address_state: string,
  affiliate_customer: integerFrom(0),
  affiliate_percentage: integerFrom(0, 100),
  affiliate_type: oneOf("", "revenue", "profit"),
  bank_account_name: string,
  bank_account_number: string,
  bank_code: string,
  bank_name: string,
  callerid: string,
  callerid_in_external: flag,
  country: string,
  phone: string,
  fax: string,
};

/** Defaults of guide 4.4, customers/create. The system's default bill type is not documented: postpaid here. */
export const customerDefaults: Omit<CustomerColumns, "name" | "plan" | "email"> = {
  description: "",
  account: "",
  directory: 0,
  bill_type: "postpaid",
  bill_ref: "",
  balance: "0.00",
  auto_topup: "0.00",
  email_low_balance: 0,
  call_maximum: "-2.00",
  bulk_calls: -2,
  address1: "",
  address2: "",
  address3: "",
  address_city: "",
  address_code: "",
  address_other: "",
  address_state: "",
  affiliate_customer: 0,
  affiliate_percentage: 0,
  affiliate_type: "",
  bank_account_name: "",
  bank_account_number: "",
  bank_code: "",
  bank_name: "",
  callerid: "",
  callerid_in_external: 0,
  country: "",
  phone: "",
  fax: "",
};

const columns = optionalColumns(formats);

/** The error of a sent plan or affiliate; undefined if there is none. */
const refusedReferences = (call: FunctionCall, sent: Partial<CustomerColumns>): Outcome | undefined => {
  if (sent.plan !== undefined && !seesPlan(call, sent.plan)) return notFound("plan");
  const affiliate = sent.affiliate_customer ?? 0;
  return affiliate === 0 || seesCustomer(call, affiliate) ? undefined : invalid("affiliate_customer", "no such customer");
};

/**
 * Guide 4.4, customers/create. The manual's parameter table is cut off after `callerid`. `parent`, `currency` and the names
 * known from user/signup are read in the obvious way. The currency defaults to the plan's (user guide 3.7, Rate plans).
 */
export const createCustomer = apiFunction({
  access: ["commerce"],
  parameters: {
    ...columns,
    name: required(nonEmpty),
    plan: required(integerFrom(1)),
    email: required(nonEmpty),
    parent: optional(integer),
    currency: optional(nonEmpty),
    validation: defaulting(flag, 0),
  },
  run: (call, values) => {
    const { state } = call;
    const parent = values.parent ?? call.caller.customer;
    if (!seesCustomer(call, parent)) return notFound("parent");
    const sent = given(formats, values);
    const refused = refusedReferences(call, sent);
    if (refused !== undefined) return refused;
    if (values.validation === 1) return wouldSucceed;
    const id = nextId(state, "customers");
    const currency = values.currency ?? state.plans.get(values.plan)?.currency ?? call.systemCurrency;
    const { name, plan, email } = values;
    state.customers.set(id, { id, name, plan, parent, email, currency, deleted: 0, ...customerDefaults, ...sent });
    state.customerCreated.set(id, call.time);
    return succeeded({ id });
  },
});

/** Guide 4.4, customers/update: every parameter of create, each with the current value as default. */
const update = apiFunction({
  access: ["administrator", "commerce", "wholesale"],
  parameters: { ...columns, id: required(integer), validation: defaulting(flag, 0) },
  run: (call, values) => {
    const { caller, state } = call;
    if (!caller.privileges.has("commerce") && values.id !== caller.customer) return roleForbids;
    const customer = state.customers.get(values.id);
    if (customer === undefined || !seesCustomer(call, values.id)) return notFound("id");
    const sent = given(formats, values);
    const refused = refusedReferences(call, sent);
    if (refused !== undefined) return refused;
    if (values.validation === 1) return wouldSucceed;
    state.customers.set(customer.id, { ...customer, ...sent });
    return done;
  },
});

/**
 * Guide 4.2, customers/balance/add. The conversion of an amount in another currency than the customer's is not documented: it
 * is refused.
 */
const addBalance = apiFunction({
  access: ["commerce"],
  parameters: {
    id: required(integer),
    amount: required(decimal),
    currency: optional(nonEmpty),
    transaction: defaulting(oneOf("", "credit", "topup"), ""),
    description: defaulting(string, ""),
  },
  run: (call, { id, amount, currency, transaction, description }) => {
    const customer = call.state.customers.get(id);
    if (customer === undefined || !seesCustomer(call, id)) return notFound("id");
    if (currency !== undefined && currency !== customer.currency) return invalid("currency", "no conversion rate is known");
    credit(call, { customer: id, amount: scaled(amount), type: transaction, description });
    return done;
  },
});

/** Guide 4.4, customers/topup/request: without a card integration, the request goes to the reseller and moves no money. */
const requestTopup = apiFunction({
  access: ["payment"],
  parameters: { amount: required(decimal), id: optional(integer), invoice: defaulting(integer, 0) },
  run: (call, { amount, id = call.caller.customer }) => {
    if (scaled(amount) <= 0n) return invalid("amount", "amount must be more than zero");
    return seesCustomer(call, id) ? succeeded({ status: "accepted", error: "", message: "" }) : notFound("id");
  },
});

export const customerWriteFunctions: Readonly<Record<string, ApiFunction>> = {
  "customers/create": createCustomer,
  "customers/update": update,
  "customers/balance/add": addBalance,
  "customers/topup/request": requestTopup,
};
