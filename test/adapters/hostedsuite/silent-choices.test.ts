import { expect, test } from "vitest";
import { createHostedSuiteV2, createHostedSuiteV3 } from "../../../src/sandbox/hostedsuite/index.ts";
import { serveSimulated } from "../../../src/sandbox/server.ts";
import { adapterAt, failure, run, scope } from "./fixture.ts";
import { anyService, chargesOf, everything, world } from "./sandbox.ts";

/** Where the contract is silent, the adapter works with either behaviour of the backend. */

const v2Choices: readonly Parameters<typeof createHostedSuiteV2>[1][] = [
  { datesOut: "american", archivedClients: "listed" },
  { datesOut: "dotnet", bareEndDate: "wholeDay", withoutRate: "zero" },
  { datesOut: "iso", timeZone: "Pacific/Auckland", listOrder: "creation" },
  { badCredentials: "401", authenticateRefusal: "authenticatedFalse", missingMember: "500", unknownId: "404" },
  { chargeDescription: "none", archivedClients: "hidden", lists: "append", nameFilter: "exact" },
];
const v3Choices: readonly Parameters<typeof createHostedSuiteV3>[1][] = [
  { datesOut: "american", timeZone: "Pacific/Auckland" },
  { datesOut: "plain", zeroCost: "omitted", deleteAnswer: 200, badCredentials: "500", unknownId: "500", bareEndDate: "wholeDay" },
];

test.each([
  ...v2Choices.map((choices) => ["v2", choices, createHostedSuiteV2(world, choices)] as const),
  ...v3Choices.map((choices) => ["v3", choices, createHostedSuiteV3(world, choices)] as const),
])("%s with %j", async (generation, choices, backend) => {
  const server = await serveSimulated(backend);
  const password = generation === "v2" ? "sandbox-suite" : "sandbox-offices";
  const { adapter, close } = adapterAt(server.url, generation, { password, timeZone: choices?.timeZone ?? "UTC" });
  const stranger = adapterAt(server.url, generation, { password: "wrong" });
  try {
    expect(await failure(() => stranger.adapter.probe(scope))).toMatchObject({ code: "UNAUTHENTICATED" });

    const customers = (await adapter.customers.list({}, everything, scope)).items.map(({ value }) => value.id);
    const charges = await chargesOf(adapter, ...customers.slice(0, 3));
    expect(charges.length).toBeGreaterThan(5);
    expect(charges.every(({ date, createdAt }) => date !== null && createdAt !== null)).toBe(true);
    const ids = charges.map(({ id }) => id);
    expect(await adapter.charges.getMany(ids, scope)).toEqual(charges);

    const { create, update, archive, restore } = adapter.customers;
    if (!create || !update || !archive || !restore || !adapter.charges.create) throw new Error("a verb is missing");
    const input = { customerId: customers[0], serviceId: await anyService(adapter), amount: "12.5" };
    const charge = await run(adapter.charges.create(input));
    expect(charge).toMatchObject({ amount: { amount: "12.50" } });
    expect(await adapter.charges.getMany([charge.id], scope)).toEqual([charge]);

    const { id } = await run(create({ name: "Zoë & Sons", email: "zoe@example.com" }));
    expect(await run(archive(id), id)).toMatchObject({ status: "ARCHIVED" });
    expect(await run(restore(id), id)).toMatchObject({ id, status: "ACTIVE" });
    expect(await run(update(id, { name: "Zoë GmbH" }), id)).toMatchObject({ name: "Zoë GmbH" });
  } finally {
    await Promise.all([stranger.close(), close(), server.close()]);
  }
});
