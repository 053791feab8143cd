import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Adapter, WritePlan } from "../../../src/adapter/adapter.ts";
import type { ChargeInput, CustomerInput, TaxInput } from "../../../src/model/model.ts";
import { scope } from "./fake-connection.ts";
import { findingOf, lose, noted, nothing, type Simulated, simulated, written } from "./simulated.ts";

const customer: CustomerInput = {
  name: "Müller & Söhne",
  firstName: "Jürgen",
  lastName: "O'Müller",
  email: "find@example.com",
  phone: "+4930231250",
  address: { lines: ["Schönhauser Straße 48a", "2nd floor"], city: "Berlin", state: "BE", postalCode: "10437", country: "de" },
};
const charge: ChargeInput = { amount: "50.00", taxAmount: "4.00", description: " ¡Olé!\nJune ", date: "2026-12-01" };
const tax: TaxInput = { name: "Test levy", rate: "7.25", effectiveDate: "2026-12-01", country: "US" };

/** Ids for a step to write to, made by the preparation. */
interface Prepared {
  readonly customerId: string;
  readonly chargeId: string;
  readonly taxId: string;
}

interface Case {
  readonly title: string;
  /** The sandbox's name of the call whose answer is lost. */
  readonly function: string;
  readonly plan: (adapter: Adapter, prepared: Prepared) => WritePlan<unknown> | undefined;
  /** The object to change; null if one is created. */
  readonly changed: (prepared: Prepared) => string | null;
  /** The part of the object that shows the requested values. */
  readonly shows: object;
}

const made = () => null;
const cases: readonly Case[] = [
  {
    title: "a customer under a code of our own",
    function: "customers/~create",
    plan: ({ customers }) => customers.create?.(customer),
    changed: made,
    shows: { lastName: "O'Müller", email: "find@example.com", reference: null },
  },
  {
    title: "a customer under the caller's reference",
    function: "customers/~create",
    plan: ({ customers }) => customers.create?.({ ...customer, reference: "ref-1" }),
    changed: made,
    shows: { lastName: "O'Müller", reference: "ref-1" },
  },
  {
    title: "a customer's changes",
    function: "customers/~modify",
    plan: ({ customers }, { customerId }) =>
      customers.update?.(customerId, { phone: "1", address: { lines: ["c", "d"], country: "us" } }),
    changed: ({ customerId }) => customerId,
    shows: { phone: "1", address: { lines: ["c", "d"], country: "US" } },
  },
  {
    title: "a charge under a code of our own",
    function: "transactions/~create",
    plan: ({ charges }, { customerId }) => charges.create?.({ ...charge, customerId }),
    changed: made,
    shows: { status: "OPEN", total: { amount: "54.00" }, reference: null },
  },
  {
    title: "a charge under the caller's reference",
    function: "transactions/~create",
    plan: ({ charges }, { customerId }) => charges.create?.({ ...charge, customerId, reference: "inv-1" }),
    changed: made,
    shows: { status: "OPEN", total: { amount: "54.00" }, reference: "inv-1" },
  },
  {
    title: "a credit",
    function: "transactions/~create",
    plan: ({ charges }, { customerId }) => charges.createCredit?.({ amount: "3", customerId, description: "Goodwill" }),
    changed: made,
    shows: { kind: "CREDIT", amount: { amount: "-3.00" }, description: "Goodwill", reference: null },
  },
  {
    title: "a void",
    function: "transactions/~reverse",
    plan: ({ charges }, { chargeId }) => charges.void?.(chargeId),
    changed: ({ chargeId }) => chargeId,
    shows: { status: "VOIDED" },
  },
  {
    title: "a tax",
    function: "taxes/~modify",
    plan: ({ taxes }) => taxes?.create?.(tax),
    changed: made,
    shows: { name: "Test levy", rate: "7.25", effectiveDate: "2026-12-01" },
  },
  {
    title: "a tax's changes",
    function: "taxes/~modify",
    plan: ({ taxes }, { taxId }) => taxes?.update?.(taxId, { rate: "9", name: "Renamed" }),
    changed: ({ taxId }) => taxId,
    shows: { name: "Renamed", rate: "9", active: true },
  },
  {
    title: "an archived tax",
    function: "taxes/~modify",
    plan: ({ taxes }, { taxId }) => taxes?.archive?.(taxId),
    changed: ({ taxId }) => taxId,
    shows: { active: false },
  },
];

let running: Simulated;
let prepared: Prepared;

async function prepare(changed: Parameters<typeof simulated>): Promise<void> {
  running = await simulated(...changed);
  const { adapter, intent, pass } = running;
  const customerId = await written(adapter.customers.create?.({ firstName: "Ann", lastName: "Lee" }), intent());
  const chargeId = await written(adapter.charges.create?.({ customerId, amount: "7" }), intent());
  const taxId = await written(adapter.taxes?.create?.({ name: "Old", rate: "7", effectiveDate: "2026-01-01" }), intent());
  prepared = { customerId, chargeId, taxId };
  pass(600);
}

afterEach(() => running.close());

/** Choices that the contract leaves to the installation, and that a look must cope with. */
const installations: readonly [string, ...Parameters<typeof simulated>][] = [
  ["the defaults"],
  [
    "wrapped lists, text scalars and reversals answered with the original",
    { listShape: "object", scalars: "text", reverseReturns: "original" },
  ],
  ["failures with status 200", { failureStatus: 200, unknownIdStatus: 200 }],
  ["the oldest edition", { edition: "E1", maximumLimit: 100 }],
  ["taxes on top", { taxIncluded: false }, { taxIncludedInAmount: false }],
];

describe.each(installations)("the look after a lost answer, with %s", (_name, ...changed) => {
  beforeEach(() => prepare(changed));

  it.each(cases)("finds $title if it was carried out", async ({ plan, function: lost, changed: object, shows }) => {
    const { adapter, intent, pass } = running;
    const id = object(prepared);
    const step = await lose(running, { kind: "dropAfter", function: lost }, plan(adapter, prepared), intent(), id);
    pass(180);
    // A new plan from the same input, as after a restart.
    const again = plan(running.another(), prepared);
    const { ours, candidates } = await findingOf(again, step, id);
    expect(candidates).toEqual([]);
    expect(ours).toHaveLength(1);
    const [trace] = ours;
    if (id !== null) expect(trace?.id).toBe(id);
    else expect(trace?.claim).toBe(trace?.id);
    expect(await again?.read(trace?.id ?? "", scope)).toMatchObject({ id: trace?.id, ...shows });
  });

  it.each(cases)("does not find $title if it was not", async ({ plan, function: lost, changed: object }) => {
    const { adapter, intent } = running;
    const id = object(prepared);
    const step = await lose(running, { kind: "dropBefore", function: lost }, plan(adapter, prepared), intent(), id);
    expect(await findingOf(plan(running.another(), prepared), step, id)).toEqual(nothing);
  });

  it.each(cases)("notes $title with at most one call", async ({ plan, changed: object }) => {
    const { adapter, backend, intent } = running;
    // Reads once beyond the end of the longest list of its kind so far.
    await noted(plan(adapter, prepared), intent(), object(prepared));
    backend.clearCalls();
    await noted(plan(adapter, prepared), intent(), object(prepared));
    const isChange = object(prepared) !== null;
    const listsItsTable = plan(adapter, prepared)?.steps[0]?.noteAtOnce === undefined;
    expect(backend.calls.length).toBe(isChange || listsItsTable ? 1 : 0);
  });
});

describe("a look without a reliable answer", () => {
  beforeEach(() => prepare([]));

  it.each(cases)("for $title concludes nothing while the backend is down", async ({ plan, changed: object }) => {
    const { adapter, backend, intent } = running;
    const step = await noted(plan(adapter, prepared), intent(), object(prepared));
    await backend.close();
    await expect(findingOf(plan(adapter, prepared), step, object(prepared))).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it.each(cases)("for $title is not misled by broken answers", async ({ plan, changed: object }) => {
    const { adapter, backend, intent } = running;
    const step = await noted(plan(adapter, prepared), intent(), object(prepared));
    for (const kind of ["dropAfter", "truncate", "html502", "emptyEnvelope", "rateLimit", "echo"] as const) {
      backend.setFaults([{ kind }]);
      await expect(findingOf(plan(adapter, prepared), step, object(prepared)), kind).rejects.toMatchObject({
        code: expect.stringMatching(/^(UNAVAILABLE|BAD_RESPONSE|RATE_LIMITED)$/),
      });
    }
  });

  it.each(cases)("for $title sends reads only", async ({ plan, changed: object }) => {
    const { adapter, backend, intent } = running;
    backend.clearCalls();
    const step = await noted(plan(adapter, prepared), intent(), object(prepared));
    await findingOf(plan(adapter, prepared), step, object(prepared));
    expect(backend.calls.length).toBeGreaterThan(0);
    expect(backend.calls.filter(({ function: called }) => !/~(find|load)$/.test(called))).toEqual([]);
  });
});
