import type { Random, World } from "../world.ts";
import { chargeMovement, record } from "./ledger.ts";
import type { ChargeColumns, ChargeRow, PlanRow } from "./rows.ts";
import { nextId, type State, systemOwner } from "./state.ts";

/** Ids of the rate plans. */
export const plans = {
  system: 1,
  business: 2,
  businessPounds: 3,
  businessDollars: 4,
  prepaid: 5,
  starter: 6,
  wholesale: 7,
} as const;

const plan = (id: number, name: string, currency: string, outcost: string, description = ""): PlanRow => ({
  id,
  name,
  description,
  customer: systemOwner,
  currency,
  period: "monthly",
  inconnect_markup: "0.00",
  incost_markup: "0.00",
  inmessage_markup: "0.00",
  outconnect_markup: "0.0125",
  outcost_markup: outcost,
  outmessage_markup: "0.05",
});

const product = (id: number, name: string, amount: string, currency: string, period: string) => ({
  id,
  name,
  customer: systemOwner,
  description: "",
  amount,
  currency,
  period,
  shared: 1,
});

export const seedCatalogue = (state: State, currency: string): void => {
  const rows = [
    plan(plans.system, "System", currency, "0.00", "The system owner's own"),
    plan(plans.business, "Business", currency, "0.0189", "Two seats and more, billed afterwards"),
    plan(plans.businessPounds, "Business UK", "GBP", "0.0165", "Business, in pounds"),
    plan(plans.businessDollars, "Business US", "USD", "0.0211", "Business, in dollars"),
    plan(plans.prepaid, "Prepaid", currency, "0.0249"),
    plan(plans.starter, "Starter", currency, "0.0299", "One line, no call history"),
    plan(plans.wholesale, "Wholesale", currency, "0.0098", "For resellers"),
  ];
  for (const row of rows) state.plans.set(row.id, row);
  state.plansWithoutHistory.add(plans.starter);
  const products = [
    product(1, "Desk telephone", "119.00", currency, ""),
    product(2, "Conference bridge", "14.90", currency, "monthly"),
    product(3, "Fax line", "29.97", currency, "quarterly"),
  ];
  for (const row of products) state.products.set(row.id, row);
};

type Offer = Pick<ChargeColumns, "name" | "amount" | "buy" | "period" | "number">;

const lineRental: Offer = { name: "Line rental", amount: "12.50", buy: "8.00", period: "monthly", number: 0 };
const numberRental: Offer = { name: "Number rental", amount: "0.10", buy: "0.03", period: "monthly", number: 0 };
const installation: Offer = { name: "Installation", amount: "350.00", buy: "199.50", period: "once", number: 1 };

/** Amounts that are awkward on purpose: sums of tenths, four decimals, credits. */
const offers: readonly Offer[] = [
  lineRental,
  numberRental,
  installation,
  { name: "SIP trunk, 10 channels", amount: "149.90", buy: "92.35", period: "monthly", number: 12 },
  { name: "Recording storage per GB", amount: "0.0425", buy: "0.0199", period: "monthly", number: 0 },
  { name: "Number range 100", amount: "19.99", buy: "7.77", period: "quarterly", number: 0 },
  { name: "Support contract", amount: "1199.99", buy: "640.00", period: "annually", number: 3 },
  { name: "Number porting", amount: "8.10", buy: "4.35", period: "", number: 1 },
  { name: "Desk telephones, leased", amount: "4.35", buy: "2.90", period: "monthly", number: 24 },
  { name: "Goodwill credit", amount: "-25.00", buy: "0.00", period: "once", number: 1 },
  { name: "Free trial", amount: "0.00", buy: "0.00", period: "monthly", number: 1 },
];

/** More than a double holds to the cent. */
const settlement: Offer = {
  name: "Interconnect settlement",
  amount: "90071992547409.93",
  buy: "0.00",
  period: "once",
  number: 1,
};

const day = 86_400;

/** Charges on customers and plans over the last two years, and the transactions of the latest ones. */
export const seedCharges = (state: State, world: World): void => {
  const now = Math.floor(world.now.getTime() / 1000);
  const customers = [...state.customers.values()].filter((customer) => customer.id !== systemOwner);
  for (const [position, { id, currency }] of customers.entries()) {
    const random = world.random(`enswitch/charges/${id}`);
    const earliest = Math.max(state.customerCreated.get(id) ?? now, now - 730 * day);
    for (const offer of offersTo(position, random)) {
      addCharge(state, { ...chargeOf(offer, random, earliest, now), customer: id, plan: 0, currency });
    }
  }
  for (const plan of [plans.business, plans.businessPounds, plans.businessDollars]) {
    const currency = state.plans.get(plan)?.currency ?? "";
    const fee = { name: "Platform fee", amount: "2.95", buy: "0.00", description: "Per customer", period: "monthly", number: 0 };
    addCharge(state, { ...fee, currency, start: now - 730 * day, end: 0, customer: 0, plan });
  }
  recordHistory(state, now);
};

/** The first customers have fixed charges that examples and tests rely on. */
const offersTo = (position: number, random: Random): Offer[] => {
  const drawn = Array.from({ length: random.integer(0, 5) }, () => random.pick(offers));
  if (position === 0) return [lineRental, numberRental, installation];
  return position === 1 ? [settlement, ...drawn] : drawn;
};

const addCharge = (state: State, charge: Omit<ChargeRow, "id">): void => {
  const id = nextId(state, "charges");
  state.charges.set(id, { id, ...charge });
};

const chargeOf = (offer: Offer, random: Random, earliest: number, now: number) => {
  const start = random.integer(earliest, now);
  const hasEnded = random.next() < 0.2;
  return {
    ...offer,
    description: random.next() < 0.3 ? `Order ${random.integer(1000, 9999)}` : "",
    start,
    end: hasEnded ? random.integer(start, now + 180 * day) : 0,
  };
};

const periodMonths: Readonly<Record<string, number>> = { monthly: 1, quarterly: 3, annually: 12 };

/** When the scheduler last took a charge: once at its start, or at the last three starts of a calendar period while it ran. */
const executions = ({ start, end, period }: ChargeRow, now: number): number[] => {
  const months = periodMonths[period];
  if (months === undefined) return [start];
  const today = new Date(now * 1000);
  const current = today.getUTCMonth() - (today.getUTCMonth() % months);
  return [0, 1, 2]
    .map((back) => Date.UTC(today.getUTCFullYear(), current - back * months) / 1000)
    .filter((time) => time >= start && (end === 0 || time < end));
};

/** Past transactions, oldest first. They do not change the seeded balances: what came before them is unknown. */
const recordHistory = (state: State, now: number): void => {
  const past = [...state.charges.values()].flatMap((charge) => {
    const customer = state.customers.get(charge.customer);
    if (customer === undefined) return [];
    return executions(charge, now).map((time) => ({ charge, customer, time }));
  });
  past.sort((a, b) => a.time - b.time);
  // Person 0: the scheduler, not a person.
  for (const { charge, customer, time } of past) record(state, chargeMovement(state, charge, customer, time), time, 0);
};
