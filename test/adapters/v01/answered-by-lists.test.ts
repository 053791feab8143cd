import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Adapter, Intent, WritePlan } from "../../../src/adapter/adapter.ts";
import { scripted } from "./fake-connection.ts";
import { sendNoted } from "./simulated.ts";

/**
 * The answer to a write may be a list, in any order and with other rows. The adapter takes the write's own row, or none: a
 * fan-out that rolls back would void or archive the row taken.
 */

type Row = Readonly<Record<string, unknown>>;
const intent: Intent = { stepId: "0198f2d4-aaaa-7bbb-8ccc-0123456789ab-1", createdAt: "2026-11-21T10:00:00Z", note: null };
const code = "gw-1-0123456789ab-8ccc-7bbb-aaaa-0198f2d4";

interface Write {
  readonly title: string;
  readonly plan: (adapter: Adapter) => WritePlan<unknown> | undefined;
  readonly target: string | null;
  /** Existing rows, including the changed one. */
  readonly before: readonly Row[];
  /** The row after the write, in the ways in which the backend may store it. */
  readonly own: readonly Row[];
  /** Rows made by others meanwhile. */
  readonly strange: readonly Row[];
  readonly id: string;
}

const older = { id: 3, code: "3", accountId: 2001, createDate: "2026-11-20 10:00:00" };
const made = { id: 9, createDate: "2026-11-21 10:00:00", accountId: 2001 };
const later = { ...made, id: 8, code: "8" };
const invoice = { type: "RI", amount: 500, balance: 500, creatorCode: "gateway", note: "Rent" };
const rate = { value: 700, description: "Levy", effectiveDate: "2026-12-01", countryCode: "US", isActive: true };
const person = { firstName: "Ann", lastName: "Lee", email: "ann@example.com" };
const otherPeople = [
  { ...later, ...person, lastName: "Poe" },
  { ...later, id: 10, ...person, code: "gw-1-aaaaaaaaaaaa-8ccc-7bbb-aaaa-0198f2d5" },
  { ...later, id: 11, firstName: "Bo" },
];
const otherEntries = [
  { ...later, ...invoice, amount: 501 },
  { ...later, id: 10, ...invoice, type: "AP" },
  { ...later, id: 11, ...invoice, code: "somebody's" },
  { ...later, id: 12, ...invoice, code: "gw-1-aaaaaaaaaaaa-8ccc-7bbb-aaaa-0198f2d5" },
  { ...later, id: 13, ...invoice, note: "Something else" },
];
const otherRates = [
  { ...later, ...rate, value: 701 },
  { ...later, id: 10, ...rate, countryCode: "DE" },
  { ...later, id: 11, ...rate, description: "Another levy" },
  { ...later, id: 12, ...rate, effectiveDate: "2027-12-01" },
];
const olderRates = [
  { ...older, ...rate },
  { ...older, id: 2, ...rate, value: 1 },
];

const writes: readonly Write[] = [
  {
    title: "creating a customer",
    plan: ({ customers }) => customers.create?.(person),
    target: null,
    before: [{ ...older, ...person }],
    own: [
      { ...made, ...person, code },
      { ...made, ...person, code: code.toUpperCase(), email: null },
      { ...made, ...person, code: "9" },
    ],
    strange: otherPeople,
    id: "9",
  },
  {
    title: "creating a customer under a reference",
    plan: ({ customers }) => customers.create?.({ ...person, reference: "R-7" }),
    target: null,
    before: [{ ...older, ...person }],
    own: [
      { ...made, ...person, code: "R-7" },
      { ...made, ...person, code: "r-7" },
    ],
    strange: otherPeople,
    id: "9",
  },
  {
    title: "creating a charge",
    plan: ({ charges }) => charges.create?.({ customerId: "8", amount: "5", description: "Rent" }),
    target: null,
    before: [{ ...older, ...invoice }],
    own: [
      { ...made, ...invoice, code },
      { ...made, ...invoice, code: code.slice(0, 22) },
      { ...made, ...invoice, code: "9" },
      { ...made, ...invoice, code, amount: 499 },
    ],
    strange: otherEntries,
    id: "8:9",
  },
  {
    title: "creating a charge under a reference",
    plan: ({ charges }) => charges.create?.({ customerId: "8", amount: "5", description: "Rent", reference: "R-7" }),
    target: null,
    before: [{ ...older, ...invoice }],
    own: [
      { ...made, ...invoice, code: "R-7" },
      { ...made, ...invoice, code: "9" },
    ],
    strange: otherEntries,
    id: "8:9",
  },
  {
    title: "creating a credit",
    plan: ({ charges }) => charges.createCredit?.({ customerId: "8", amount: "5", description: "Rent" }),
    target: null,
    before: [{ ...older, ...invoice, type: "RC" }],
    own: [
      { ...made, ...invoice, type: "RC", code },
      { ...made, ...invoice, type: "RC", code: "9" },
    ],
    strange: otherEntries,
    id: "8:9",
  },
  {
    title: "creating a tax",
    plan: ({ taxes }) => taxes?.create?.({ name: "Levy", rate: "7", effectiveDate: "2026-12-01" }),
    target: null,
    before: olderRates,
    own: [
      { ...made, ...rate },
      { ...made, ...rate, effectiveDate: "2026-12-01 00:00:00" },
    ],
    strange: otherRates,
    id: "US:9",
  },
  {
    title: "changing a customer",
    plan: ({ customers }) => customers.update?.("3", { lastName: "Kay" }),
    target: "3",
    before: [
      { ...older, ...person },
      { ...older, id: 2, ...person },
    ],
    own: [{ ...older, ...person, lastName: "Kay" }],
    strange: otherPeople,
    id: "3",
  },
  {
    title: "changing a tax",
    plan: ({ taxes }) => taxes?.update?.("US:3", { rate: "8" }),
    target: "US:3",
    before: olderRates,
    own: [{ ...older, ...rate, value: 800 }],
    strange: [...otherRates, { ...later, id: 13, ...rate, value: 800 }],
    id: "US:3",
  },
  {
    title: "archiving a tax",
    plan: ({ taxes }) => taxes?.archive?.("US:3"),
    target: "US:3",
    before: olderRates,
    own: [{ ...older, ...rate, isActive: false }],
    strange: otherRates,
    id: "US:3",
  },
  {
    title: "voiding a charge",
    plan: ({ charges }) => charges.void?.("8:3"),
    target: "8:3",
    before: [
      { ...older, ...invoice },
      { ...older, id: 2, ...invoice, type: "RR", balance: 0 },
    ],
    own: [
      { ...older, ...invoice, balance: 0 },
      { ...made, ...invoice, type: "RR", code: "9", balance: 0 },
    ],
    strange: otherEntries,
    id: "8:3",
  },
];

/** A list with one row is not a single record. */
const shapes: Readonly<Record<string, (rows: readonly Row[]) => unknown>> = {
  array: (rows) => rows,
  named: (rows) => ({ rows }),
  mapper: (rows) => ({ rows: rows.length === 0 ? "" : { row: rows.length === 1 ? rows[0] : rows } }),
};

const unknown = "unknown";

async function outcome({ plan, target, before, own }: Write, answer: unknown): Promise<string> {
  let one = before.find(({ id }) => String(id) === target?.split(":").at(-1));
  const { adapter } = scripted(({ effect, path, query }) => {
    if (effect === "write") {
      one = own.find((row) => JSON.stringify(answer).includes(JSON.stringify(row))) ?? one;
      return { json: answer };
    }
    // A record by its id, or the list.
    const isOne = /customers\/\d+$/.test(path) || query?.["id"] !== undefined;
    return { json: isOne ? (one ?? []) : before };
  });
  try {
    return (await sendNoted(plan(adapter), intent, target)).id ?? unknown;
  } catch (error) {
    if (error instanceof TypeError) return unknown;
    throw error;
  }
}

describe.each(writes)("$title", (write) => {
  const others = fc.subarray([
    ...write.before.filter(({ id }) => String(id) !== write.target?.split(":").at(-1)),
    ...write.strange,
  ]);
  const shuffled = (rows: readonly Row[]) => fc.shuffledSubarray([...rows], { minLength: rows.length });

  it.each(Object.entries(shapes))("takes its own row from a list: %s", async (_name, shape) => {
    const rows = fc.tuple(fc.constantFrom(...write.own), others).chain(([own, strangers]) => shuffled([own, ...strangers]));
    await fc.assert(
      fc.asyncProperty(rows, async (answer) => {
        expect(await outcome(write, shape(answer))).toBe(write.id);
      }),
    );
  });

  it.each(Object.entries(shapes))("takes none if its own is missing: %s", async (_name, shape) => {
    await fc.assert(
      fc.asyncProperty(others.chain(shuffled), async (answer) => {
        expect(await outcome(write, shape(answer))).toBe(unknown);
      }),
    );
  });

  it("takes none if the whole answer is others' rows", async () => {
    for (const row of write.strange) {
      // A record of the same kind with another text may or may not be how it was stored.
      if (/else|Another|2027|Poe|Bo/.test(JSON.stringify(row)) && write.target === null) continue;
      expect([row, await outcome(write, row)]).toEqual([row, unknown]);
    }
    for (const row of write.own) expect(await outcome(write, row)).toBe(write.id);
  });
});
