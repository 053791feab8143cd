import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sendProven } from "../../contract/calls.ts";
import { type Answering, failureOf, fakeAdapter, noting, ok, refused } from "./fake-connection.ts";
import { candidate, look, newIntent, nothing, ours, present } from "./finding.ts";

/** Looks at answers that the simulated Enswitch does not give. */

const second = 1795240800;
const createdAt = "2026-11-21T06:00:00.789Z";

describe("the look for a charge", () => {
  const input = { customerId: "5", name: "Fee", amount: "1", currency: "EUR" };
  const row = { id: 7, name: "Fee", amount: "1.00", currency: "EUR", start: second, period: "once", number: 1 };

  /** The records when the step is noted. */
  const search = async (rows: readonly object[], before: readonly object[] = [{ id: 6 }]) => {
    let shown = before;
    const { adapter } = fakeAdapter(() => ok(shown));
    const step = present(adapter.charges.create?.(input).steps[0]);
    const intent = await noting(step, null, { ...newIntent(), createdAt });
    shown = rows;
    return look(step, null, intent);
  };

  it("reads the rows of its owner, each once, including rows without an owner", async () => {
    expect(await search([{ ...row, customer: 5, plan: 0 }])).toEqual(ours("7"));
    expect(await search([row, row])).toEqual(ours("7"));
  });

  it("ignores rows of other owners, or of a plan", async () => {
    expect(await search([{ ...row, customer: 6 }, { id: 1 }])).toEqual(nothing);
    expect(await search([{ ...row, customer: 0, plan: 4 }])).toEqual(nothing);
    expect(await search([{ ...row, plan: 4 }])).toEqual(nothing);
  });

  it("takes any new row for a candidate, whatever it shows", async () => {
    const { start: _start, ...unmarked } = row;
    expect(await search([unmarked])).toEqual(candidate("7", []));
    expect(await search([{ ...row, start: second + 1 }])).toEqual(candidate("7", []));
    expect(await search([{ ...row, start: second + 86_400 }])).toEqual(candidate("7", ["date"]));
    expect(await search([{ ...unmarked, name: "Other" }])).toEqual(candidate("7", ["name"]));
    expect(await search([{ id: 7 }])).toEqual(candidate("7", ["name", "amount", "currency"]));
    expect(await search([{ id: "00000000000000000000012" }])).toEqual(candidate("12", ["name", "amount", "currency"]));
  });

  it("takes no older row, unless it has the mark: then it may be an earlier attempt's", async () => {
    const older = { ...row, id: 5, start: second - 100 };
    expect(await search([older], [older])).toEqual(nothing);
    expect(await search([older], [{ id: 6 }])).toEqual(nothing);
    expect(await search([{ ...row, id: 5 }], [{ id: 6 }])).toEqual(candidate("5", []));
    // Compared as numbers, not as texts.
    expect(await search([{ ...row, id: 10 }], [{ id: 9 }])).toEqual(ours("10"));
    expect(await search([{ ...older, id: "9007199254740993" }], [{ id: "9007199254740994" }])).toEqual(nothing);
  });

  it("treats no row as old if the owner's list could not be read before", async () => {
    let isRefused = true;
    const { adapter } = fakeAdapter(() => (isRefused ? refused("402") : ok([{ ...row, id: 1, start: 1 }, row])));
    const step = present(adapter.charges.create?.(input).steps[0]);
    const intent = await noting(step, null, { ...newIntent(), createdAt });
    isRefused = false;
    expect(await look(step, null, intent)).toEqual({ ...ours("7"), ...candidate("1", ["date"]), ours: ours("7").ours });
  });

  it("never finds nothing, whatever was done to the charge", async () => {
    const values = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant(null), fc.boolean(), fc.constant([]));
    const columns = ["name", "amount", "currency", "start", "period", "number", "description", "end", "buy"] as const;
    const alterations = fc.dictionary(fc.constantFrom(...columns), fc.option(values, { nil: undefined }));
    await fc.assert(
      fc.asyncProperty(alterations, async (altered) => {
        const { ours: sure, candidates } = await search([{ ...row, ...altered }]);
        expect([...sure, ...candidates].map(({ id }) => id)).toEqual(["7"]);
      }),
    );
  });

  it("never takes an older charge for the new one, whatever it shows", async () => {
    const starts = fc.integer({ min: 0, max: 2 * second }).filter((start) => start !== second);
    await fc.assert(
      fc.asyncProperty(starts, fc.string(), async (start, description) => {
        const older = { ...row, id: 6, start, description };
        expect(await search([older], [older])).toEqual(nothing);
      }),
    );
  });
});

describe("the look for a customer or a tax", () => {
  const customer = { id: 7, name: "Acme", email: "a@acme.example", plan: 4 };
  const tax = { id: 7, name: "Levy", customer: 5 };

  it("treats none as old or surely new if the list could not be read before", async () => {
    let answer: unknown = refused("402");
    const { adapter } = fakeAdapter(() => answer);
    const steps = [
      present(adapter.customers.create?.({ name: "Acme", email: "a@acme.example", planId: "4" }).steps[0]),
      present(adapter.taxes?.create?.({ name: "Levy", ownerId: "5" }).steps[0]),
    ];
    const notes = await Promise.all(steps.map((step) => noting<unknown>(step, null, newIntent())));
    const findings = [];
    for (const [index, step] of steps.entries()) {
      answer = ok([[customer], [tax, { ...tax, id: 8, customer: 6 }]][index]);
      findings.push(await look<unknown>(step, null, present(notes[index])));
    }
    expect(findings).toEqual([candidate("7", []), candidate("5:7", [])]);
  });
});

describe("the note of a new charge", () => {
  const input = { customerId: "5", name: "Fee", amount: "1" };
  const answering: Answering = ({ function: name }) => {
    if (name === "charges/create") return ok({ id: 70 });
    if (name === "charges/get") return ok({ id: 70, name: "Fee", amount: "1", start: second });
    return name === "customers/get" ? ok({ id: 5, currency: "SEK" }) : ok([{ id: 6 }]);
  };

  it("takes no call once a charge was made here, if its currency is given", async () => {
    const { adapter, functions } = fakeAdapter(answering);
    const step = present(adapter.charges.create?.({ ...input, currency: "EUR" }).steps[0]);
    const intent = { ...newIntent(), createdAt };
    expect(step.noteAtOnce?.(intent)).toBeNull();
    const first = JSON.parse(await present(step.note)(null, intent, {}));
    expect(first).toMatchObject({ highest: "6", parameters: { customer: "5", currency: "EUR", start: String(second) } });
    // The id that was read is not known to be the highest of all.
    expect(step.noteAtOnce?.(intent)).toBeNull();
    await sendProven(step, null, await noting(step, null, intent));
    const before = functions().length;
    expect(JSON.parse(step.noteAtOnce?.(intent) ?? "{}")).toEqual({ ...first, highest: "70" });
    const open = present(adapter.charges.create?.(input).steps[0]);
    expect(open.noteAtOnce?.(intent)).toBeNull();
    expect(functions()).toHaveLength(before);
    expect(JSON.parse(await present(open.note)(null, intent, {})).parameters.currency).toBe("SEK");
    expect(functions().slice(before)).toEqual(["customers/get"]);
  });

  it("has the sent parameters without credentials", async () => {
    const { adapter, sent } = fakeAdapter(answering);
    const step = present(adapter.charges.create?.(input).steps[0]);
    const intent = await noting(step, null, newIntent());
    await step.send(null, intent, {});
    expect(sent.at(-1)?.parameters).toEqual(JSON.parse(intent.note ?? "").parameters);
    expect(intent.note).not.toMatch(/s3cret|auth_|gateway@/);
  });
});

describe("the look for a transaction", () => {
  const now = Math.floor(Date.now() / 1000);
  const charge = { id: 7, name: "Fee", amount: "1", period: "once" };
  const transaction = { id: 11, description: "Fee", amount_excluding_tax: "-1", time: now };

  const searching = (owner: object, transactions: Answering, others: Answering = () => ok([])) => {
    const { adapter, sent, functions } = fakeAdapter((call) => {
      if (call.function === "charges/get") return ok({ ...charge, ...owner });
      return call.function === "transactions/list" ? transactions(call) : others(call);
    });
    const step = present(adapter.charges.execute?.("7").steps[0]);
    const note = (highest: string | null, customers: readonly string[] | null = ["5"], certain = true) =>
      JSON.stringify({
        charge: { name: "Fee", amount: "1.00", isWhole: true },
        customers,
        highest,
        at: { at: now * 1000, certain },
      });
    const search = (noted = note("10")) => look(step, "7", { ...newIntent(), note: noted });
    return { step, sent, functions, search, note };
  };
  const found = ours("7", "transaction:11");

  it("reads the requested time and customer, without older transactions", async () => {
    const rows = [
      { ...transaction, id: 12, time: now - 90_000 },
      { ...transaction, id: 13, time: now + 90_000 },
      { ...transaction, id: 14, customer: 6 },
      { ...transaction, id: 9 },
      { ...transaction, id: 10, time: now + 1 },
    ];
    expect(await searching({ customer: 5 }, () => ok(rows)).search()).toEqual(nothing);
    const { search, sent } = searching({ customer: 5 }, () => ok([...rows, transaction]));
    expect(await search()).toEqual(found);
    const window = { start: String(now - 86_400), end: String(now + 86_400) };
    expect(sent.at(-1)?.parameters).toEqual({ customer: "5", ...window, archive: "1" });
  });

  it.each([
    ["a person's of 100 s before, which was shown late", { time: now - 100 }, "10", true, "candidate"],
    ["a person's of 100 s before, told by its time alone", { time: now - 100 }, null, true, "nothing"],
    ["one without a time", { time: 0 }, "10", true, "ours"],
    ["one without a time, when nothing could be looked at before", { time: 0 }, null, true, "candidate"],
    ["one by a clock that is not known", {}, "10", false, "ours"],
    ["one by a clock that is not known, when nothing could be looked at before", {}, null, false, "candidate"],
  ] as const)("%s is %4$s", async (_title, difference, highest, certain, expected) => {
    const { search, note } = searching({ customer: 5 }, () => ok([{ ...transaction, ...difference }]));
    const expectations = { ours: found, nothing, candidate: candidate("7", [], "transaction:11") };
    expect(await search(note(highest, ["5"], certain))).toEqual(expectations[expected]);
  });

  it("reads the first customers on a plan, if one customer's transactions show how often it was executed", async () => {
    const customers = Array.from({ length: 30 }, (_, index) => ({ id: 30 - index, name: "c", plan: index === 29 ? 8 : 4 }));
    const { search, functions, step } = searching(
      { plan: 4 },
      ({ parameters }) => ok([{ ...transaction, id: Number(parameters["customer"]) + 100 }]),
      ({ parameters }) => ok(customers.slice(Number(parameters["offset"] ?? 0))),
    );
    const noted = JSON.parse(await present(step.note)("7", newIntent(), {}));
    expect(noted.customers).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 2)));
    expect(noted.highest).toBe("121");
    const before = functions().length;
    expect(await search(JSON.stringify({ ...noted, highest: "10", at: { at: now * 1000, certain: true } }))).toEqual(
      ours("7", "transaction:102"),
    );
    expect(functions().slice(before)).toEqual(Array(20).fill("transactions/list"));
  });

  it("chooses the customer with most possible transactions", async () => {
    const { search, note } = searching({ plan: 4 }, ({ parameters }) =>
      ok(parameters["customer"] === "6" ? [{ ...transaction, description: "Surcharge" }] : []),
    );
    expect(await search(note("10", ["5", "6", "7"]))).toEqual(candidate("7", ["name"], "transaction:11"));
    expect(await search(note("10", []))).toEqual(nothing);
  });

  it("has no result if the charge has no owner", async () => {
    const { search, step } = searching({}, () => ok([]));
    const noted = await present(step.note)("7", newIntent(), {});
    expect(JSON.parse(noted)).toMatchObject({ customers: null });
    expect(await failureOf(() => search(noted))).toMatchObject({ code: "BAD_RESPONSE", backend: "pbx", retryable: false });
  });

  it("notes older transactions, unless the role forbids it", async () => {
    const noted = async (answer: Answering) =>
      JSON.parse(await present(searching({ customer: 5 }, answer).step.note)("7", newIntent(), {}));
    expect(await noted(() => ok([transaction, { id: "4" }]))).toEqual({
      charge: { name: "Fee", amount: "1.00", isWhole: true },
      customers: ["5"],
      highest: "11",
      at: { at: expect.any(Number), certain: true },
    });
    expect(await noted(() => refused("402"))).toMatchObject({ highest: null });
    expect(await failureOf(() => noted(() => refused("500")))).toMatchObject({ code: "UNAVAILABLE" });
    expect(await failureOf(searching({ customer: 5 }, () => refused("402")).search)).toMatchObject({
      code: "FORBIDDEN",
      message: expect.stringContaining("reports"),
    });
  });
});
