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
  /** Members to clear, by paths of the input: sent as null, or as "" with a "=" behind the path. */
  readonly clears?: readonly string[] | undefined;
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
  "  padded\u00a0",
  "Cafe\u0301 de\u0301compose\u0301",
  "\u202eright to left\u202c \u200bzero\u200dwidth\ufeff",
  "\u{1f469}\u200d\u{1f4bb} \u{10400}\u{2f800}",
  "tab\tand\r\nreturn",
  "&amp; &lt;b&gt; &#39;",
  "line\u2028separators\u2029and\u0085more",
];
const longTexts = [...texts, "x".repeat(1000), `${"word ".repeat(996)}end`];
/** Texts that no backend is sent. */
export const unfit = ["a\u0000b", "lost \ufffd", "half \ud83d", "bell\u0007"];
const names = ["Ada & Sons", "Ünïcode GmbH", "O’Neill", "00123", "Internationalisation Limited of London", "Null"];
const amounts = ["0.01", "19.99", "100", "1000000.1", "21474836.47", "0.1", "7.10"];
/** Numbers in the forms that a caller may write them in. */
const forms = ["1e2", "1E-2", "+5", ".5", "5.", "00012.50", "-0", "0.10000000000000000", "12.300000000000000000000000000000"];
const fine = [
  ...amounts,
  ...forms,
  "123456789012.345",
  "1234567890123456789012345678.9",
  "12.505",
  "0.005",
  "19.994999",
  "0.000001",
];
/** Days on which clocks change, a leap day, ends of years and of 32-bit seconds. */
const days = ["2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2028-02-29", "2026-12-31", "2027-01-01", "2038-01-20"];

const one = (choices: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...choices);
/** Given or not. */
const some = (choices: readonly string[]): fc.Arbitrary<string | null> => fc.option(one(choices), { freq: 2 });
const someText = fc.option(fc.oneof({ weight: 9, arbitrary: one(longTexts) }, { weight: 1, arbitrary: one(unfit) }), { freq: 2 });

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
  notes: someText,
};

const charge = {
  pbx: {
    name: one(texts.filter((text) => !text.includes("\n"))),
    amount: some([...fine, "0"]),
    date: some(days),
    description: someText,
    cost: some(amounts),
  },
  suite: suiteCharge,
  offices: { ...suiteCharge, description: someText },
  recurring: {
    amount: one(amounts),
    taxAmount: some(["0", "0.01", "3.80"]),
    date: some(days),
    description: someText,
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
    createCredit: { amount: one(amounts), description: someText },
    createCustomer: pbxCustomer,
    createTax: { name: one(names), rate: one(["19", "7.7", "0.125"]), description: someText },
    updateCharge: { amount: one([...fine, "0"]), description: someText, date: some(days) },
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
    updateCharge: { amount: some([...fine, "0"]), notes: one(longTexts), date: some(days), quantity: some(["2", "0.5"]) },
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
    createCredit: { amount: one(amounts), description: someText },
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
    clears: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.shuffledSubarray([...(clearable[verb] ?? [])]).map(firstTwo) },
    ),
  });
}

/** No member twice. */
function firstTwo([first, second]: readonly string[]): string[] {
  const paths = [first, second?.split(/[.=]/)[0] === first?.split(/[.=]/)[0] ? undefined : second];
  return paths.filter((path) => path !== undefined);
}

/** Members to clear in changes, known or not, with and without a value at the moment. */
const clearable: Readonly<Partial<Record<Verb, readonly string[]>>> = {
  updateCustomer: [
    "name",
    "firstName",
    "email",
    "phone",
    "reference",
    "address",
    "address.lines",
    "address.city",
    "address.state",
    "planId",
    ...["name=", "firstName=", "email=", "phone=", "reference=", "address.city=", "address.state="],
  ],
  updateCharge: [
    "name",
    "description",
    "notes",
    "amount",
    "date",
    "quantity",
    "cost",
    "recurrence",
    "currency",
    "description=",
    "notes=",
    "name=",
  ],
  updateTax: ["name=", "description=", "name", "description", "rate", "fixedAmount", "appliesTo", "effectiveDate", "active"],
};

export function movesFor(key: Key): fc.Arbitrary<readonly Move[]> {
  const each = Object.entries(verbs[key]).map(([verb, members]) => moveOf(verb as Verb, members));
  return fc.array(fc.oneof(...each), { minLength: 1, maxLength: 5 });
}
