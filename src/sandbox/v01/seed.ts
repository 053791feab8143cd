import type { Conditions } from "../conditions.ts";
import type { Company, Random, World } from "../world.ts";
import { dateTimeOf, dayOf, millisecondsPerDay } from "./dates.ts";
import type { V01Settings } from "./options.ts";
import { seedPlans, seedTaxRates } from "./seed-catalogue.ts";
import { seedLedger } from "./seed-ledger.ts";
import { type Customer, emptyState, type PaymentOption, takeId, type V01State } from "./state.ts";

/** USPS codes by the state's name: the API keeps at most three characters of a state (section 10.1). */
const unitedStates =
  "Alabama AL,Alaska AK,Arizona AZ,Arkansas AR,California CA,Colorado CO,Connecticut CT,Delaware DE,Florida FL,Georgia GA," +
  "Hawaii HI,Idaho ID,Illinois IL,Indiana IN,Iowa IA,Kansas KS,Kentucky KY,Louisiana LA,Maine ME,Maryland MD,Massachusetts MA," +
  "Michigan MI,Minnesota MN,Mississippi MS,Missouri MO,Montana MT,Nebraska NE,Nevada NV,New Hampshire NH,New Jersey NJ," +
  "New Mexico NM,New York NY,North Carolina NC,North Dakota ND,Ohio OH,Oklahoma OK,Oregon OR,Pennsylvania PA,Rhode Island RI," +
  "South Carolina SC,South Dakota SD,Tennessee TN,Texas TX,Utah UT,Vermont VT,Virginia VA,Washington WA,West Virginia WV," +
  "Wisconsin WI,Wyoming WY";

/** ISO 3166-2:DE codes by the Land's name. */
const germany =
  "Baden-Württemberg BW,Bayern BY,Berlin BE,Brandenburg BB,Bremen HB,Hamburg HH,Hessen HE,Mecklenburg-Vorpommern MV," +
  "Niedersachsen NI,Nordrhein-Westfalen NW,Rheinland-Pfalz RP,Saarland SL,Sachsen SN,Sachsen-Anhalt ST," +
  "Schleswig-Holstein SH,Thüringen TH";

const codes: ReadonlyMap<string, string> = new Map(
  `${unitedStates},${germany}`.split(",").map((entry) => [entry.slice(0, -3), entry.slice(-2)] as const),
);

/** The state as the API can keep it: a code, a name of up to three characters, or undefined. */
const stateCodeOf = (name: string): string | undefined => {
  if (name === "") return undefined;
  return codes.get(name) ?? ([...name].length <= 3 ? name : undefined);
};

/**
 * The first id after a move of the database to another id range a year ago. Records since then have ids beyond 2^53, where
 * doubles begin to miss integers.
 */
const firstLargeId = 2n ** 53n + 1n;
const daysSinceMove = 365;

/** Above this number of customers, ledgers are short, so that large worlds start quickly. */
const fewCustomers = 1_000;

/** The second merchant account gets every twelfth customer, up to eight. */
const secondAccountStep = 12;
const secondAccountSize = 8;

/** All records that the installation starts with: the same for the same world. */
export const seed = (world: World, settings: V01Settings, conditions: Conditions): V01State => {
  const state = emptyState(conditions);
  const random = world.random("v01");
  const moved = new Date(world.now.getTime() - daysSinceMove * millisecondsPerDay);
  seedPlans(state, settings, world.now);
  seedTaxRates(state, settings);
  const companies = world
    .knownTo("recurring")
    .toSorted((one, other) => one.since.getTime() - other.since.getTime() || one.number - other.number);
  const takeTransactionId = idsByAge(state, moved);
  const codes = new Set<string>();
  for (const [index, company] of companies.entries()) {
    if (company.since >= moved && state.nextIds.customer < firstLargeId) state.nextIds.customer = firstLargeId;
    const isSecond = index % secondAccountStep === 5 && index < secondAccountStep * secondAccountSize;
    const accountId = isSecond ? settings.secondAccountId : settings.accountId;
    const code = codes.has(company.reference) ? "" : company.reference;
    codes.add(code);
    const customer = seedCustomer(company, { state, random, accountId, code });
    const paymentOption = seedPaymentOption(customer, company.since, state, random);
    const size = companies.length > fewCustomers ? "short" : "full";
    seedLedger({
      state,
      settings,
      random,
      customer,
      paymentOption,
      now: world.now,
      since: company.since,
      size,
      takeTransactionId,
    });
  }
  return state;
};

/**
 * Takes transaction ids from two ranges by the entry's date, since ledgers are seeded one after the other. Later requests
 * continue the larger range.
 */
const idsByAge = (state: V01State, moved: Date): ((date: Date) => bigint) => {
  let nextSmall = state.nextIds.transaction;
  state.nextIds.transaction = firstLargeId;
  return (date) => (date < moved ? nextSmall++ : takeId(state, "transaction"));
};

interface CustomerSeed {
  readonly state: V01State;
  readonly random: Random;
  readonly accountId: number;
  /** Empty if it has none of its own. */
  readonly code: string;
}

const seedCustomer = (company: Company, { state, random, accountId, code }: CustomerSeed): Customer => {
  const { contact, address, since } = company;
  const id = takeId(state, "customer");
  const phone = compactPhone(company.phone);
  const customer: Customer = {
    id,
    code: code === "" ? String(id) : code,
    accountId,
    createDate: dateTimeOf(since),
    firstName: contact.firstName,
    lastName: contact.lastName,
    organizationName: cut(company.name, 255),
    email: cut(company.email, 100),
    homePhone: random.next() < 0.1 ? phone : undefined,
    workPhone: phone,
    cellPhone: random.next() < 0.3 ? phone?.replace(/\d\d$/, String(random.integer(10, 99))) : undefined,
    street1: cut(address.street, 128),
    street2: cut(address.street2, 128),
    city: cut(address.city, 50),
    state: stateCodeOf(address.state),
    zipCode: cut(address.postalCode, 10),
    countryCode: address.country,
    birthDate:
      random.next() < 0.15 ? dayOf(new Date(Date.UTC(random.integer(1948, 2001), random.integer(0, 11), 17))) : undefined,
    isActive: !company.archived,
  };
  state.customers.set(id, customer);
  state.ledgers.set(id, { transactions: [], allocations: [] });
  return customer;
};

/** The number without spaces: the API keeps 15 characters (section 10.1). */
const compactPhone = (phone: string): string | undefined => cut(phone.replaceAll(" ", ""), 15);

/** The first `maximum` characters; undefined for an empty text, which the API omits (A13). */
const cut = (text: string, maximum: number): string | undefined =>
  text === "" ? undefined : [...text].slice(0, maximum).join("").trim();

const seedPaymentOption = (customer: Customer, since: Date, state: V01State, random: Random): PaymentOption => {
  const id = takeId(state, "paymentOption");
  const { street1, street2, city, zipCode, countryCode } = customer;
  const option: PaymentOption = {
    id,
    code: String(id),
    customerId: customer.id,
    createDate: dateTimeOf(since),
    isActive: customer.isActive,
    accountNumber: `************${random.integer(1000, 9999)}`,
    accountAccessory: `${String(random.integer(1, 12)).padStart(2, "0")}${random.integer(28, 33)}`,
    holderName: `${customer.firstName ?? ""} ${customer.lastName ?? ""}`.trim(),
    token: `tok-${customer.accountId}-${id}`,
    street1,
    street2,
    city,
    state: customer.state,
    zipCode,
    countryCode,
  };
  state.paymentOptions.set(id, option);
  return option;
};
