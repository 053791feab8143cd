import type { Conditions } from "../conditions.ts";
import type { Company, Random, World } from "../world.ts";
import { customerDefaults } from "./customer-writes.ts";
import { formatDecimal } from "./decimal.ts";
import type { CustomerRow } from "./rows.ts";
import { plans, seedCatalogue } from "./seed-catalogue.ts";
import { seedCharges } from "./seed-charges.ts";
import { seedPeople } from "./seed-people.ts";
import { seedLiabilities, seedResellerTax, seedTaxes } from "./seed-taxes.ts";
import { createState, type State, systemOwner } from "./state.ts";

export interface SeedOptions {
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
