import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CustomerInput } from "../../../src/model/model.ts";
import type { ClientFields, TaxFields } from "../../../src/sandbox/hostedsuite/records.ts";
import { alter, find, letADayPass, present, sendBroken, stepOf, useSuite } from "./find-fixture.ts";
import { noted, run } from "./fixture.ts";

/** Customers and taxes whose answers were lost and that differ from what was sent. */

const address = { lines: ["1 Main St", "Floor 2"], city: "Albany", state: "NY", postalCode: "12207", country: "US" };
const stored = { street1: "1 Main St", street2: "Floor 2", city: "Albany", state: "NY", postalCode: "12207", country: "US" };

describe.each(["v2", "v3"] as const)("a customer of HostedSuite %s whose answer was lost", (generation) => {
  const suite = useSuite(generation);

  async function lostAndAltered(input: CustomerInput, changes: Partial<ClientFields>) {
    const { adapter, state } = suite();
    letADayPass(state);
    const make = () => present(adapter.customers.create)(input);
    const intent = await noted(stepOf(make()), null);
    const before = new Set(state.clients.keys());
    await sendBroken(suite(), stepOf(make()), null, intent, "dropAfter");
    const id = present([...state.clients.keys()].find((each) => !before.has(each)));
    alter(state.clients, id, changes);
    const { ours, candidates } = await find(stepOf(make()), null, intent);
    return {
      id,
      ours: ours.map((trace) => trace.id),
      candidates: candidates.map(({ claim, differs }) => ({ id: claim, differs })),
    };
  }

  test.each<[string, CustomerInput, Partial<ClientFields>]>([
    ["encoded", { name: "Zoë & Sons" }, { name: "Zo&#235; &amp; Sons" }],
    ["composed", { name: "Zoe\u0308" }, { name: "Zo\u00eb" }],
    ["trimmed", { name: " Zoë ", address }, { name: "Zoë", address: { ...stored, city: "Albany" } }],
    ["given a code in capitals", { name: "Zoë", reference: "ac-1b" }, { thirdPartyAccountId: "AC-1B" }],
    ["given parts of an address", { name: "Zoë", address: { city: "Troy" } }, { address: { ...stored, city: "Troy" } }],
  ])("is found although it was %s", async (_name, input, changes) => {
    const { id, ours, candidates } = await lostAndAltered(input, changes);
    expect({ ours, candidates }).toEqual({ ours: [id], candidates: [] });
  });

  test.each<[CustomerInput, Partial<ClientFields>, readonly string[]]>([
    [{ name: "Zoë" }, { name: "Zoë GmbH" }, ["name"]],
    [{ name: "Zoë", reference: "AC-1" }, { thirdPartyAccountId: "AC-2" }, ["reference"]],
    [{ name: "Zoë", reference: "AC-1", address }, { address: null, thirdPartyAccountId: null }, ["reference", "address"]],
  ])("is a candidate if a person corrected it: %j", async (input, changes, differs) => {
    const { id, ours, candidates } = await lostAndAltered(input, changes);
    expect(ours).toEqual([]);
    expect(candidates.map(({ differs: members, ...rest }) => ({ ...rest, differs: [...members].sort() }))).toEqual([
      { id, differs: [...differs].sort() },
    ]);
  });

  test("is always found in some way, whatever was done to it", async () => {
    const changes = fc.record({
      name: fc.string({ unit: "grapheme", minLength: 1 }),
      thirdPartyAccountId: fc.option(fc.string()),
      address: fc.option(fc.record({ street1: fc.string(), city: fc.string() }).map((parts) => ({ ...stored, ...parts }))),
      dateLastModified: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const { id, ours, candidates } = await lostAndAltered({ name: "Zoë", reference: "AC-1", address }, changed);
        expect([...ours, ...candidates.map((candidate) => candidate.id)]).toEqual([id]);
      }),
      { numRuns: 40 },
    );
  });

  test("is not an identical older one, even if that was changed since", async () => {
    const { adapter, state } = suite();
    letADayPass(state);
    const make = () => present(adapter.customers.create)({ name: "Twins", reference: "AC-9" });
    const { id } = await run(make());
    letADayPass(state);
    const intent = await noted(stepOf(make()), null);
    alter(state.clients, id, { location: "2nd floor", dateLastModified: Date.now() + 60_000 } as Partial<ClientFields>);
    expect(await find(stepOf(make()), null, intent)).toEqual({ ours: [], candidates: [] });
  });
});

describe("a tax of HostedSuite v3 whose answer was lost", () => {
  const suite = useSuite("v3");

  test.each<[Partial<TaxFields>, readonly string[] | null]>([
    [{ name: "Levy &amp; toll" }, null],
    [{ name: "Levy and toll" }, ["name"]],
    [{ rate: 3 }, ["rate"]],
    [{ type: "Flat" }, ["rate"]],
    [{ rate: 0, name: "" }, ["name", "rate"]],
  ])("is found, or a candidate, if it was changed to %j", async (changes, differs) => {
    const { adapter, state } = suite();
    letADayPass(state);
    const make = () => present(adapter.taxes?.create)({ name: "Levy & toll", rate: "2.5" });
    const intent = await noted(stepOf(make()), null);
    const { id } = await run(make());
    alter(state.taxes, id, changes);
    const { ours, candidates } = await find(stepOf(make()), null, intent);
    expect({ ours: ours.map((trace) => trace.id), candidates: candidates.map((candidate) => candidate.differs) }).toEqual(
      differs === null ? { ours: [id], candidates: [] } : { ours: [], candidates: [differs] },
    );
  });
});
