import type { Conditions } from "../conditions.ts";
import type { Company, Random, World } from "../world.ts";
import { customerDefaults } from "./customer-writes.ts";
import { formatDecimal } from "./ledger.ts";
import type { CustomerRow, TaxRow } from "./rows.ts";
import { plans, seedCatalogue, seedCharges } from "./seed-charges.ts";
import { createState, liabilityKey, nextId, type Person, type Privilege, type State, systemOwner } from "./state.ts";
import { taxDefaults } from "./taxes.ts";

/** The rights that the contract requires of the gateway's account (guide 4.4, the privilege line of each function). */
const service: readonly Privilege[] = ["administrator", "commerce", "payment", "reports", "user"];

const roles: readonly { readonly id: number; readonly name: string; readonly privileges: readonly Privilege[] }[] = [
  { id: 1, name: "Billing service", privileges: service },
  { id: 2, name: "Reader", privileges: ["reports", "user"] },
  { id: 3, name: "Office manager", privileges: ["commerce", "reports", "user"] },
  { id: 4, name: "Operator", privileges: [...service, "callshop", "settings", "system", "wholesale"] },
];

/**
 * The service account, and people with fewer rights: "reader" gets 402, the first company's "ada" 403 and 404, "reseller" and
 * "dealer" each see only their own tree, "totp" needs a second factor. Each password is "sandbox-" and the user name.
 */
const seedPeople = (state: State, account: { readonly username: string; readonly password: string }): void => {
  for (const { id, name, privileges } of roles) state.roles.set(id, { id, name, privileges: new Set(privileges) });
  const customers = [...state.customers.values()];
  const firstCompany = customers.find((customer) => customer.parent === systemOwner);
  const childrenOf = (reseller: number): number => customers.filter(({ parent }) => parent === reseller).length;
  const [firstReseller, ...otherResellers] = customers.filter(
    ({ id, parent }) => parent === systemOwner && id !== systemOwner && childrenOf(id) > 0,
  );
  const [largestOther] = otherResellers.toSorted((one, other) => childrenOf(other.id) - childrenOf(one.id));
  const add = (username: string, role: number, customer: number | undefined, extra: Partial<Person> = {}): void => {
    if (customer === undefined) return;
    const id = state.people.size + 1;
    const password = `sandbox-${username}`;
    const email = `${username}@sandbox-telecom.example`;
    state.people.set(id, {
      id,
      username,
      password,
      customer,
      role,
      forename: username,
      surname: "",
      email,
      totp: false,
      ...extra,
    });
  };
  add(account.username, 1, systemOwner, { password: account.password, forename: "Billing", surname: "Gateway" });
  add("reader", 2, systemOwner);
  add("operator", 4, systemOwner);
  add("totp", 1, systemOwner, { totp: true });
  add("ada", 3, firstCompany?.id, { forename: "Ada", surname: "Whitfield" });
  add("reseller", 1, firstReseller?.id);
  add("dealer", 1, largestOther?.id);
};

const day = 86_400;

/** The ids of the first two taxes of seedTaxes. */
const vat = 1;
const ukVat = 2;

const addTax = (
  state: State,
  created: number,
  tax: Partial<Omit<TaxRow, "id">> & Pick<TaxRow, "name" | "currency" | "liable" | "customer">,
): void => {
  const id = nextId(state, "taxes");
  state.taxes.set(id, { id, ...taxDefaults, ...tax });
  state.taxCreated.set(id, created);
};

/**
 * Taxes of several kinds: percentage, flat, both; on everything or not on charges; for all, new or no customers; shared or not.
 */
const seedTaxes = (state: State, now: number, currency: string): void => {
  const owner = { customer: systemOwner, currency };
  addTax(state, now - 1800 * day, {
    ...owner,
    name: "VAT",
    rate: "21.00",
    liable: 2,
    shared: 1,
    description: "Standard rate",
  });
  addTax(state, now - 1800 * day, { ...owner, name: "UK VAT", rate: "20.00", currency: "GBP", liable: 0 });
  addTax(state, now - 900 * day, {
    ...owner,
    name: "Regulatory recovery fee",
    amount: "0.35",
    liable: 2,
    features: 0,
    messages: 0,
  });
  addTax(state, now - 300 * day, { ...owner, name: "Digital services levy", rate: "1.50", amount: "0.10", liable: 1 });
  addTax(state, now - 700 * day, {
    ...owner,
    name: "Emergency call surcharge",
    amount: "0.75",
    liable: 2,
    charges: 0,
    products: 0,
  });
  addTax(state, now - 1200 * day, {
    ...owner,
    name: "Reverse charge",
    rate: "0.00",
    liable: 0,
    description: "VAT due by the recipient",
  });
};

/** British customers are liable for British VAT instead of the standard tax. */
const seedLiabilities = (state: State): void => {
  for (const customer of state.customers.values()) {
    if (customer.country !== "GB") continue;
    state.liabilities.set(liabilityKey(vat, "customer", customer.id), 0);
    state.liabilities.set(liabilityKey(ukVat, "customer", customer.id), 1);
  }
};

/** Taxes of resellers for their own customers: rates of several countries, and a fraction of a percent. */
const resellerRates = ["19.00", "20.00", "8.875", "21.00"] as const;

const seedResellerTax = (state: State, reseller: number, created: number): void => {
  const rate = resellerRates[state.taxes.size % resellerRates.length] ?? resellerRates[0];
  const currency = state.customers.get(reseller)?.currency ?? "";
  addTax(state, created, { name: `Reseller VAT ${Number(rate)} %`, rate, currency, liable: 2, customer: reseller });
};

interface SeedOptions {
  readonly username: string;
  readonly password: string;
  readonly currency: string;
}

/** Companies' ids start here, so that a company keeps its id in a world of any size. */
const firstCompany = 100;

/** An operator in business: the system owner, its customers, resellers with theirs, prices, taxes, and two years of charges. */
export const seedState = (world: World, options: SeedOptions, conditions: Conditions): State => {
  const state = createState(conditions);
  state.customers.set(systemOwner, {
    id: systemOwner,
    name: "Sandbox Telecom",
    plan: plans.system,
    parent: 0,
    ...customerDefaults,
    email: "noc@sandbox-telecom.example",
    currency: options.currency,
    country: "IE",
    deleted: 0,
  });
  state.customerCreated.set(systemOwner, unixSeconds(world.now) - 6 * 365 * 86_400);
  seedCatalogue(state, options.currency);
  seedTaxes(state, unixSeconds(world.now), options.currency);
  seedCustomers(state, world);
  seedLiabilities(state);
  seedCharges(state, world);
  seedPeople(state, options);
  return state;
};

const unixSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);

/**
 * Makes every fifteenth company a reseller below the system owner, and every fortieth a reseller below another reseller. So the
 * tree has three levels below the owner, and more in a large world.
 */
const seedCustomers = (state: State, world: World): void => {
  const random = world.random("enswitch/resellers");
  const resellers: number[] = [];
  const companies = world.knownTo("pbx");
  for (const [position, company] of companies.entries()) {
    const id = firstCompany + company.number;
    const isReseller = !company.archived && (position % 15 === 5 || position % 40 === 18);
    const belowReseller = resellers.length > 0 && (position % 40 === 18 || (!isReseller && random.next() < 0.3));
    const parent = belowReseller ? random.pick(resellers) : systemOwner;
    state.customers.set(id, customerOf(state, company, { id, parent, isReseller }, world.random(`enswitch/customer/${id}`)));
    state.customerCreated.set(id, unixSeconds(company.since));
    state.lastIds.customers = Math.max(state.lastIds.customers, id);
    if (isReseller) {
      resellers.push(id);
      seedResellerTax(state, id, unixSeconds(company.since));
    }
  }
};

interface Place {
  readonly id: number;
  readonly parent: number;
  readonly isReseller: boolean;
}

const customerOf = (state: State, company: Company, { id, parent, isReseller }: Place, random: Random): CustomerRow => {
  const plan = planOf(company, isReseller, random);
  const isPrepaid = plan === plans.prepaid;
  const { address } = company;
  return {
    id,
    name: company.name,
    plan,
    parent,
    ...customerDefaults,
    ...(random.next() < 0.6 && bankData(company)),
    email: company.email,
    description: `${company.contact.firstName} ${company.contact.lastName}`,
    account: company.reference,
    bill_ref: company.reference,
    bill_type: isPrepaid ? "prepaid" : "postpaid",
    balance: balanceOf(isPrepaid, random),
    auto_topup: isPrepaid ? "10.00" : "0.00",
    email_low_balance: isPrepaid ? 1 : 0,
    call_maximum: random.next() < 0.2 ? "250.00" : "-2.00",
    directory: random.next() < 0.5 ? 1 : 0,
    address1: address.street,
    address2: address.street2,
    address_city: address.city,
    address_code: address.postalCode,
    address_state: address.state,
    country: address.country,
    phone: company.phone,
    callerid: company.phone.replace(/\D/g, ""),
    currency: state.plans.get(plan)?.currency ?? "",
    deleted: company.archived ? 1 : 0,
  };
};

/** The first company's plan allows no history, so that its person gets code 403. */
const planOf = (company: Company, isReseller: boolean, random: Random): number => {
  if (company.number === 1) return plans.starter;
  if (isReseller) return plans.wholesale;
  if (company.address.country === "GB") return plans.businessPounds;
  if (company.address.country === "US" || company.address.country === "CA") return plans.businessDollars;
  return random.next() < 0.25 ? plans.prepaid : plans.business;
};

/** Post-paid customers are at or below zero, prepaid ones count down to it (user guide, How Enswitch billing works). */
const balanceOf = (isPrepaid: boolean, random: Random): string => {
  if (random.next() < 0.3) return "0.00";
  const cents = BigInt(random.integer(1, 250_000));
  return formatDecimal((isPrepaid || random.next() < 0.1 ? cents : -cents) * 100n);
};

const bankData = (company: Company) => ({
  bank_account_name: company.name,
  bank_account_number: `${company.address.country}00SANDBOX${String(company.number).padStart(10, "0")}`,
  bank_code: `SNDB${company.address.country}00`,
  bank_name: "Sandbox Savings Bank",
});
