import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { afterAll, describe, expect, it, vi } from "vitest";
import { storeDialects } from "../../journal/fixture.ts";
import { startPostgres } from "../../support/postgres.ts";
import { chargeSpecs, createCharge, eventually, openKeys } from "./charges.ts";
import { gatewaysOf, hasty } from "./gateways.ts";
import { createFunctions, startSandbox } from "./sandbox.ts";

/** A backend accepts calls and does not answer: that delays only its own operations. */
vi.setConfig({ testTimeout: 240_000, maxConcurrency: 2 });

const server = await startPostgres();
afterAll(() => server?.stop());

/** As by default: who stands still for about half of it gives up what it holds, and so does a process on a busy machine. */
const leaseSeconds = 12;
/** More than are settled at once in one backend. */
const unknowns = 30;

describe.concurrent.each(storeDialects(server))("on $name", ({ available, createUrl }) => {
  it("heartbeats continue, nobody takes over, and the other backends' steps are settled", async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    await using sandbox = await startSandbox();
    const backend = { ...hasty.backend, timeoutMs: 600_000 };
    const operations = { ...hasty.operations, leaseSeconds };
    await using gateways = gatewaysOf(sandbox, { backend, operations, storeUrl: await createUrl() });
    const both = await Promise.all([gateways.start(), gateways.start()]);
    const specs = await chargeSpecs(both[0].origin);
    const { storeUrl } = gateways.configuration;
    const charge = (key: "pbx" | "suite" | "recurring", index: number) =>
      createCharge(both[index % 2]?.origin ?? "", specs(key, `Owed ${key} ${index}`, index), `${key} ${index}`);
    const indexes = Array.from({ length: unknowns }, (_, index) => index);

    // All of pbx's answers are lost, and then it answers nothing any more, neither looks nor charges.
    sandbox.setFaults([{ kind: "dropAfter", function: "charges/create" }], ["pbx"]);
    const lost = await Promise.all(indexes.map((index) => charge("pbx", index)));
    expect(new Set(lost.map(({ data }) => data?.createCharge.operation.status))).toEqual(new Set(["UNKNOWN"]));
    sandbox.setFaults([{ kind: "delay", milliseconds: 600_000 }], ["pbx"]);
    const looks = sandbox.calls("pbx", "charges/list");
    await eventually("looks hang", () => sandbox.calls("pbx", "charges/list") >= looks + 10);
    const hanging = charge("pbx", unknowns).catch(String);

    // Afterwards so are those of the others, which answer.
    const others = ["suite", "recurring"] as const;
    for (const key of others) sandbox.setFaults([{ kind: "dropAfter", times: 5, function: createFunctions[key] }], [key]);
    await Promise.all(others.flatMap((key) => indexes.map((index) => charge(key, index))));
    await eventually("those of the others are settled", async () =>
      (await openKeys(both[0].origin)).every((key) => key.startsWith("pbx")),
    );
    for (const key of others) {
      expect(sandbox.chargeTexts(`Owed ${key}`).toSorted()).toEqual(indexes.map((index) => `Owed ${key} ${index}`).toSorted());
    }

    // For longer than a lease, both keep their heartbeats and what they hold.
    const heldBefore = await rowsOf(storeUrl, held);
    expect(heldBefore.length).toBeGreaterThanOrEqual(10);
    const [firstSeen = "", ...second] = (await rowsOf(storeUrl, owners)).map(({ seen_at: seenAt }) => String(seenAt)).toSorted();
    expect(second).toHaveLength(1);
    const seenUntil = Date.parse(firstSeen) + 2_000 * leaseSeconds;
    await eventually("both are seen for two leases", async () => {
      const seen = (await rowsOf(storeUrl, owners)).map(({ seen_at: seenAt }) => Date.parse(String(seenAt)));
      return seen.length === 2 && seen.every((time) => time > seenUntil);
    });
    // In addition to what was claimed meanwhile.
    expect(await rowsOf(storeUrl, held)).toEqual(expect.arrayContaining([...heldBefore]));

    // It answers again: everything is settled, and nothing was done twice.
    await Promise.all(both.map((each) => each.stop("SIGKILL")));
    await hanging;
    sandbox.setFaults([], ["pbx"]);
    const { origin } = await gateways.start();
    await eventually("all is settled", async () => (await openKeys(origin)).length === 0, { withinMs: 150_000 });
    const texts = sandbox.chargeTexts("Owed pbx");
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.length).toBeGreaterThanOrEqual(unknowns);
  });
});

const owners = "select id, seen_at from owners order by id";
const held = "select id, owner, epoch from operations where owner is not null order by id";

async function rowsOf(storeUrl: string, query: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  if (storeUrl.startsWith("sqlite:")) {
    const database = new DatabaseSync(storeUrl.slice("sqlite:".length), { readOnly: true });
    try {
      return database.prepare(query).all();
    } finally {
      database.close();
    }
  }
  const client = new Client({ connectionString: storeUrl });
  await client.connect();
  try {
    return (await client.query(query)).rows;
  } finally {
    await client.end();
  }
}
