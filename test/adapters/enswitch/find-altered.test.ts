import { describe, expect, it } from "vitest";
import type { Finding, Intent, WriteStep } from "../../../src/adapter/adapter.ts";
import type { ChargeInput, CustomerInput, TaxInput } from "../../../src/model/model.ts";
import type { ChargeRow, CustomerRow, TaxRow } from "../../../src/sandbox/enswitch/rows.ts";
import { noting } from "./fake-connection.ts";
import { type Bench, look, newIntent, present, send, sendIntoFault, useBench } from "./finding.ts";
import { perform } from "./sandbox.ts";

/** The record of a create, stored differently than it was sent, or changed by a person before the look. */

type Rows = { readonly customers: CustomerRow; readonly charges: ChargeRow; readonly taxes: TaxRow };

/** Stored rows. Changes them in ways that only the backend itself or a person in its own interface can. */
function stored<Table extends keyof Rows>({ run }: Bench, table: Table) {
  // The simulated Enswitch shows its live state read-only.
  const rows = run.simulated.state[table] as unknown as Map<number, Rows[Table]>;
  return {
    ids: () => [...rows.keys()],
    change: (id: string, change: Partial<Rows[Table]>) => {
      const row = present(rows.get(Number(id)));
      rows.set(Number(id), { ...row, ...change });
    },
  };
}

/** Loses the answer of a create, and returns the id of the record. */
async function lose<T>(bench: Bench, table: keyof Rows, step: WriteStep<T>): Promise<{ id: string; intent: Intent }> {
  const before = new Set(stored(bench, table).ids());
  const intent = await sendIntoFault(bench, step, null, "dropAfter");
  const [id, ...others] = stored(bench, table)
    .ids()
    .filter((each) => !before.has(each));
  expect(others).toEqual([]);
  return { id: String(id), intent };
}

/** The look's opinion of one object. */
function standing({ ours, candidates }: Finding, id: string): string {
  const isIt = (trace: { readonly id: string }) => trace.id === id || trace.id.endsWith(`:${id}`);
  if (ours.some(isIt)) return "ours";
  const candidate = candidates.find(isIt);
  return candidate ? `candidate: ${candidate.differs.join()}` : "nothing";
}

const text = 'Fish & Chips "¿Olé?" \u{1F389} with a rather long name';
const lines = "one <b>\ntwo\nthree, as a description should have";

/** Changes to the texts of a record by backends and people, and what the look makes of each. */
const textAlterations: readonly [string, { name?: string; description?: string }, string][] = [
  ["left as it is", {}, "ours"],
  ["HTML-encoded", { name: text.replace("&", "&amp;").replaceAll('"', "&quot;") }, "ours"],
  ["HTML-encoded twice", { name: text.replace("&", "&amp;amp;") }, "ours"],
  ["truncated", { name: text.slice(0, 32) }, "ours"],
  ["trimmed", { description: `${lines}  ` }, "ours"],
  ["decomposed", { name: text.normalize("NFD") }, "ours"],
  ["without its emoji", { name: text.replace("\u{1F389}", "") }, "ours"],
  ["with a question mark for its emoji", { name: text.replace("\u{1F389}", "�") }, "ours"],
  ["with other line ends", { description: lines.replaceAll("\n", "\r\n") }, "ours"],
  ["with a corrected name", { name: "Corrected" }, "candidate: name"],
  ["in upper case", { name: text.toUpperCase() }, "candidate: name"],
  ["with a corrected description", { description: "" }, "candidate: description"],
];

const minutes = 60_000;

describe.each([
  ["the gateway's time", 0],
  ["a clock that is 3 minutes slow", -3 * minutes],
  ["a clock that is 3 minutes fast", 3 * minutes],
])("with Enswitch at %s", (_title, offset) => {
  const bench = useBench({
    functions: { chargesDelete: true, taxesGet: true, taxesDelete: true },
    now: () => new Date(Date.now() + offset),
  });
  const customer = async () =>
    present((await bench().adapter.customers.list({ status: "ACTIVE" }, { first: 1, after: null }, {})).items[0]).value;

  describe("a charge whose answer was lost", () => {
    const creating = async (input: Partial<ChargeInput> = {}) => {
      const full = { customerId: (await customer()).id, name: text, description: lines, amount: "19.999", ...input };
      return present(present(bench().adapter.charges.create)(full).steps[0]);
    };
    const alterations: readonly [string, Partial<ChargeRow>, string][] = [
      ...textAlterations,
      ["rounded to cents", { amount: "20.00" }, "ours"],
      ["cut to cents", { amount: "19.99" }, "ours"],
      ["with a corrected amount", { amount: "25.00" }, "candidate: amount"],
      ["with a corrected currency", { currency: "CHF" }, "candidate: currency"],
      ["with a corrected start", { start: 1_900_000_000 }, "candidate: date"],
      ["that recurs now", { period: "monthly", number: 12 }, "candidate: recurrence"],
      [
        "corrected throughout",
        { name: "x", description: "y", amount: "1.00", currency: "CHF", start: 1_900_000_000 },
        "candidate: name,description,amount,currency,date",
      ],
    ];

    // Each has a day of its own: two similar charges of one day have equal marks once in 86,400 times.
    let days = 0;
    const nextDay = (): string => Temporal.PlainDate.from("2027-01-01").add({ days: days++ }).toString();

    describe.each<[string, () => Partial<ChargeInput>]>([
      ["without a date", () => ({})],
      ["with date and currency", () => ({ date: nextDay(), currency: "EUR" })],
    ])("%s", (_dated, inputOf) => {
      it.each(alterations)("%s is found, and the identical one made 100 s earlier is not", async (_altered, change, expected) => {
        const step = await creating(inputOf());
        const older = await send(step, null, newIntent(100));
        const { id, intent } = await lose(bench(), "charges", step);
        stored(bench(), "charges").change(id, change);
        const finding = await look(step, null, intent);
        expect(standing(finding, id)).toBe(expected);
        expect(standing(finding, older.id)).toBe("nothing");
        expect(finding.ours.length + finding.candidates.length).toBe(1);
      });

      it("that never arrived is not found, whatever existed before", async () => {
        const step = await creating(inputOf());
        await send(step, null, newIntent(100));
        const intent = await sendIntoFault(bench(), step, null, "dropBefore");
        expect(await look(step, null, intent)).toEqual({ ours: [], candidates: [] });
      });
    });

    it("is found although its customer has another currency now", async () => {
      const { id: customerId, currency } = await customer();
      const step = await creating();
      const { id, intent } = await lose(bench(), "charges", step);
      stored(bench(), "customers").change(customerId, { currency: "CHF" });
      const finding = await look(step, null, intent);
      stored(bench(), "customers").change(customerId, { currency });
      expect(standing(finding, id)).toBe("ours");
    });

    it("counts for an earlier attempt if it appeared late, and the next attempt may find it", async () => {
      const step = await creating();
      const { id, intent } = await lose(bench(), "charges", step);
      // Other records were made and seen meanwhile.
      await send(await creating(), null);
      const again = await noting(step, null, { ...intent, note: null });
      expect(standing(await look(step, null, again), id)).toBe("candidate: ");
    });
  });

  describe("a customer whose answer was lost", () => {
    const creating = async (input: Partial<CustomerInput> = {}) => {
      const planId = present((await customer()).plan).id;
      const full = { name: text, email: "a@example.com", reference: "R & D", planId, ...input };
      return present(present(bench().adapter.customers.create)(full).steps[0]);
    };
    /** Only its literal name shows that a customer is not an older one. */
    const alterations: readonly [string, Partial<CustomerRow>, string][] = [
      ["left as it is", {}, "ours"],
      ["with an address in other case", { email: "A@Example.com" }, "ours"],
      ["with an encoded reference", { bill_ref: "R &amp; D" }, "ours"],
      ["HTML-encoded", { name: text.replace("&", "&amp;") }, "candidate: "],
      ["truncated", { name: text.slice(0, 32) }, "candidate: "],
      ["decomposed", { name: text.normalize("NFD") }, "candidate: "],
      ["without its emoji", { name: text.replace("\u{1F389}", "") }, "candidate: "],
      ["with a corrected name", { name: "Corrected" }, "candidate: name"],
      ["with a corrected address", { email: "b@example.com" }, "candidate: email"],
      ["archived", { deleted: 1 }, "ours"],
    ];
    it.each(alterations)("%s is found, and the identical older one is not", async (_altered, change, expected) => {
      const step = await creating();
      const older = await send(step, null);
      const { id, intent } = await lose(bench(), "customers", step);
      stored(bench(), "customers").change(id, change);
      const finding = await look(step, null, intent);
      expect(standing(finding, id)).toBe(expected);
      expect(standing(finding, older.id)).toBe("nothing");
    });

    it("that never arrived is not found, whatever existed before", async () => {
      const step = await creating();
      await send(step, null);
      const intent = await sendIntoFault(bench(), step, null, "dropBefore");
      expect(await look(step, null, intent)).toEqual({ ours: [], candidates: [] });
    });
  });

  describe("a tax whose answer was lost", () => {
    const creating = (input: Partial<TaxInput> = {}) => {
      const full: TaxInput = { name: text, description: lines, rate: "7.125", fixedAmount: "0.105", shared: true, ...input };
      return present(present(bench().adapter.taxes?.create)(full).steps[0]);
    };
    const alterations: readonly [string, Partial<TaxRow>, string][] = [
      ...textAlterations,
      ["with a rounded rate", { rate: "7.13" }, "ours"],
      ["with a cut amount", { amount: "0.10" }, "ours"],
      ["that is not shared", { shared: 0 }, "ours"],
      ["with a corrected rate", { rate: "8.00" }, "candidate: rate"],
      ["with a corrected amount", { amount: "1.00" }, "candidate: fixedAmount"],
    ];
    it.each(alterations)("%s is found, and the identical older one is not", async (_altered, change, expected) => {
      const step = creating();
      const older = await perform(present(bench().adapter.taxes?.create)({ name: text, description: lines, rate: "7.125" }));
      const { id, intent } = await lose(bench(), "taxes", step);
      stored(bench(), "taxes").change(id, change);
      const finding = await look(step, null, intent);
      expect(standing(finding, id)).toBe(expected);
      expect(standing(finding, older.id)).toBe("nothing");
      expect(finding.ours.length + finding.candidates.length).toBe(1);
    });
  });

  describe("an execution whose answer was lost", () => {
    const executing = async () => {
      const input = { customerId: (await customer()).id, name: "Setup fee", amount: "12.50" };
      const { id } = await perform(bench().adapter.charges.create?.(input));
      return { id, step: present(bench().adapter.charges.execute?.(id).steps[0]) };
    };

    it.each(["dropBefore", "dropAfter"] as const)("differs from a person's, made 100 s earlier: %s", async (kind) => {
      const { id, step } = await executing();
      await send(step, id);
      const byHand = present(bench().run.simulated.state.transactions.at(-1));
      bench().run.server.editByHand("transactions", String(byHand.id), { time: byHand.time - 100 });
      const finding = await look(step, id, await sendIntoFault(bench(), step, id, kind));
      const expected = kind === "dropAfter" ? [{ id, claim: `transaction:${byHand.id + 1}` }] : [];
      expect(finding).toEqual({ ours: expected, candidates: [] });
    });

    it("may be one that appears late, with an earlier time", async () => {
      const { id, step } = await executing();
      const intent = await sendIntoFault(bench(), step, id, "dropAfter");
      const late = present(bench().run.simulated.state.transactions.at(-1));
      bench().run.server.editByHand("transactions", String(late.id), { time: late.time - 100 });
      const candidates = [{ id, claim: `transaction:${late.id}`, differs: [] }];
      expect(await look(step, id, intent)).toEqual({ ours: [], candidates });
    });
  });
});
