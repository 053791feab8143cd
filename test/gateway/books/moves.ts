import fc from "fast-check";
import { type Alteration, alterations, type Values } from "./book.ts";
import { type TroubleName, troubles } from "./serving.ts";

/** Draws what callers ask for, and what becomes of it. */

export type Verb =
  | "createCharge"
  | "createCredit"
  | "createCustomer"
  | "createTax"
  | "updateCharge"
  | "updateCustomer"
  | "updateTax"
  | "voidCharge"
  | "executeCharge"
  | "archiveCustomer"
  | "restoreCustomer"
  | "archiveTax";

export interface Move {
  readonly verb: Verb;
  /** The sent members, under the unified names; "line1" and "address.city" stand for an address. */
  readonly given: Values;
  readonly trouble: TroubleName;
  readonly alteration: Alteration | null;
  /** Chooses the object among those that there are. */
  readonly pick: number;
}

type Members = Readonly<Record<string, fc.Arbitrary<string | null>>>;

const texts = [
  "Setup fee",
  "R&D <b> 100%; a=b & more",
  "Café Ωmega 🎉",
  "two\nlines",
  "Internationalisation-consultancy services of the month",
  "0",
  'Say "hi" \\ there',
];
const names = ["Ada & Sons", "Ünïcode GmbH", "O’Neill", "00123", "Internationalisation Limited of London", "Null"];
const amounts = ["0.01", "19.99", "100", "1000000.1", "21474836.47", "0.1", "7.10"];
const fine = [...amounts, "12.505", "0.005", "19.994999", "0.000001"];
/** Days on which clocks change, a leap day, ends of years and of 32-bit seconds. */
const days = ["2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2028-02-29", "2026-12-31", "2027-01-01", "2038-01-20"];

const one = (choices: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...choices);
/** Given or not. */
const some = (choices: readonly string[]): fc.Arbitrary<string | null> => fc.option(one(choices), { freq: 2 });

const customer = {
  email: one(["ada@example.com", "Ada.B@Example.com"]),
  "address.city": some(["Łódź", "Zürich"]),
  line1: some(["1 Main St.", "Straße 5"]),
};
const suiteCustomer = {
  ...customer,
  name: one(names),
  email: some(["ada@example.com", "Ada.B@Example.com"]),
  phone: some(["+49 30 123"]),
  reference: some(["A-17", "0007"]),
};
const suiteCharge = {
  amount: fc.option(one([...fine, "0"])),
  quantity: some(["1", "2", "0.5", "3"]),
  date: some(days),
  notes: some(texts),
};

const charge = {
  pbx: {
    name: one(texts.filter((text) => !text.includes("\n"))),
    amount: some([...fine, "0"]),
    date: some(days),
    description: some(texts),
    cost: some(amounts),
  },
  suite: suiteCharge,
  offices: { ...suiteCharge, description: some(texts) },
  recurring: {
    amount: one(amounts),
    taxAmount: some(["0", "0.01", "3.80"]),
    date: some(days),
    description: some(texts),
    kind: some(["ONE_OFF", "FEE"]),
    reference: fc.option(fc.uuid(), { freq: 4 }),
  },
  tally: {
    amount: one(["0.01", "19.99", "100", "0.1"]),
    date: some(days),
    description: one(texts.filter(({ length }) => length < 60)),
    kind: some(["ONE_OFF", "FEE"]),
  },
} satisfies Record<string, Members>;

export type Key = keyof typeof charge;
export const keys = Object.keys(charge) as readonly Key[];

const pbxCustomer = { ...customer, name: one(names), reference: some(["A-17", "0007"]) };
const recurringCustomer = {
  ...customer,
  firstName: one(["Ada"]),
  lastName: one(["Łovelace"]),
  name: some(names),
  phone: some(["+49 30 123"]),
};
const suiteTax = { name: one(names), rate: one(["19", "7.7", "0.125", "100"]) };

const verbs: Readonly<Record<Key, Readonly<Partial<Record<Verb, Members>>>>> = {
  pbx: {
    createCharge: charge.pbx,
    createCredit: { amount: one(amounts), description: some(texts) },
    createCustomer: pbxCustomer,
    createTax: { name: one(names), rate: one(["19", "7.7", "0.125"]), description: some(texts) },
    updateCharge: { amount: one([...fine, "0"]), description: some(texts), date: some(days) },
    updateCustomer: { name: one(names), reference: some(["B-18"]), "address.city": some(["Łódź"]) },
    updateTax: { rate: one(["5", "7.775"]), name: some(names) },
    voidCharge: {},
    executeCharge: {},
    archiveCustomer: {},
    restoreCustomer: {},
  },
  suite: {
    createCharge: charge.suite,
    createCustomer: suiteCustomer,
    updateCustomer: {
      name: some(names),
      reference: one(["B-18"]),
      email: some(["new@example.com"]),
      "address.city": some(["Łódź"]),
    },
    archiveCustomer: {},
    restoreCustomer: {},
  },
  offices: {
    createCharge: charge.offices,
    createCustomer: suiteCustomer,
    createTax: suiteTax,
    updateCharge: { amount: some([...fine, "0"]), notes: one(texts), date: some(days), quantity: some(["2", "0.5"]) },
    updateCustomer: {
      name: some(names),
      reference: one(["B-18"]),
      email: some(["new@example.com"]),
      phone: some(["555 1"]),
      "address.city": some(["Łódź"]),
    },
    updateTax: { rate: one(["5", "7.775"]), name: some(names) },
    voidCharge: {},
    archiveCustomer: {},
    restoreCustomer: {},
    archiveTax: {},
  },
  recurring: {
    createCharge: charge.recurring,
    createCredit: { amount: one(amounts), description: some(texts) },
    createCustomer: recurringCustomer,
    createTax: { name: one(names), rate: one(["19", "7.7", "0.25"]), effectiveDate: one(days) },
    updateCustomer: {
      lastName: one(["Łovelace", "Hopper"]),
      email: some(["new@example.com"]),
      phone: some(["555 1"]),
      "address.city": some(["Łódź"]),
    },
    updateTax: { rate: one(["5", "7.75"]), name: some(names) },
    voidCharge: {},
    archiveTax: {},
  },
  tally: { createCharge: charge.tally },
};

const calm: readonly TroubleName[] = ["none", "none", "gzip", "brotli", "byte order mark", "cookies", "in pieces"];

/** A move of one verb: calm or troubled, and stored as sent or not. */
function moveOf(verb: Verb, members: Members): fc.Arbitrary<Move> {
  const names = Object.keys(members);
  const alteration = fc.record({
    member: fc.constantFrom(...(names.length === 0 ? ["none"] : names)),
    how: fc.constantFrom(...(Object.keys(alterations) as Alteration["how"][])),
  });
  return fc.record({
    verb: fc.constant(verb),
    given: fc.record(members) as fc.Arbitrary<Values>,
    trouble: fc.oneof(fc.constantFrom(...calm), fc.constantFrom(...(Object.keys(troubles) as TroubleName[]))),
    alteration: fc.option(alteration, { freq: 1 }),
    pick: fc.nat(100),
  });
}

export function movesFor(key: Key): fc.Arbitrary<readonly Move[]> {
  const each = Object.entries(verbs[key]).map(([verb, members]) => moveOf(verb as Verb, members));
  return fc.array(fc.oneof(...each), { minLength: 1, maxLength: 5 });
}
