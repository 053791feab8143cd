import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { patience } from "../../support/patience.ts";
import { startPostgres } from "../../support/postgres.ts";
import { samplesOf, sumOf } from "./scrape.ts";
import { type Served, serve } from "./served.ts";

/** What operators learn of a store that answers but accepts no writes: from /ready, from the metric, and from the log. */

const server = await startPostgres();
afterAll(() => server?.stop());

const mutation = `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { operation { status } results { errors { code } } } }`;
const input = { backends: ["suite"], firstName: "Grace", lastName: "Hopper" };

const oftenAsked = { sections: { limits: { requestsPerMinute: 0 } } };

const readiness = async (served: Served): Promise<[number, unknown]> => {
  const response = await served.get("/ready");
  return [response.status, ((await response.json()) as { store: unknown }).store];
};

const storeUp = async (served: Served): Promise<number | undefined> =>
  sumOf(samplesOf(await (await served.get("/metrics")).text()), "billing_gateway_store_up");

/** Expects that a mutation is refused and sends nothing, and checks all that operators see of it. */
async function expectToldOf(served: Served, code: string): Promise<void> {
  const backend = served.sandbox.backends.suite;
  await expect
    .poll(async () => {
      backend.clearCalls();
      const answer = (await (await served.post(mutation, { input }, { "x-request-id": "refused" })).json()) as {
        errors: unknown;
      };
      expect(answer.errors).toMatchObject([{ extensions: { code: "UNAVAILABLE", retryable: true } }]);
      expect(backend.calls.filter((call) => call.function.includes("save"))).toEqual([]);
      return served.lines().findLast(({ msg, requestId }) => msg === "the store failed" && requestId === "refused");
    })
    .toMatchObject({ level: "error", error: { code } });
  await expect.poll(() => readiness(served)).toEqual([503, "down"]);
  await expect.poll(() => storeUp(served)).toBe(0);
  expect(served.lines().filter(({ msg }) => String(msg).startsWith("the store fails"))).toMatchObject([{ level: "error" }]);
}

async function expectRecovered(served: Served): Promise<void> {
  await expect.poll(() => readiness(served)).toEqual([200, "up"]);
  await expect.poll(() => storeUp(served)).toBe(1);
  await expect
    .poll(() => served.lines().filter(({ msg }) => msg === "the store works again"), patience)
    .toMatchObject([{ failures: expect.any(Number) }]);
  const answer = await (await served.post(mutation, { input })).json();
  expect(answer).toMatchObject({ data: { createCustomer: { operation: { status: "SUCCEEDED" }, results: [{ errors: [] }] } } });
}

/** A small disk; null where this process may not mount one. */
function mountSmallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), "gateway-small-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

describe("a full disk", () => {
  it("is reported as SQLITE_FULL with the request's id, by /ready and by the metric, until there is room", async ({ skip }) => {
    const disk = mountSmallDisk();
    if (disk === null) return skip("no disk can be mounted here");
    await using served = await serve({ store: `sqlite:${join(disk, "gateway.db")}`, ...oftenAsked });
    expect(await readiness(served)).toEqual([200, "up"]);
    const ballast = join(disk, "ballast");
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    await expectToldOf(served, "SQLITE_FULL");
    rmSync(ballast);
    await expectRecovered(served);
  });
});

describe.skipIf(server === null)("a PostgreSQL server that has become read-only", () => {
  it("is reported by its SQLSTATE with the request's id, by /ready and by the metric, until it accepts writes", async () => {
    const url = (await server?.createDatabase()) ?? "";
    const name = new URL(url).pathname.slice(1);
    const readOnly = async (value: "on" | "off"): Promise<void> => {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query("set default_transaction_read_only = off");
      await client.query(`alter database "${name}" set default_transaction_read_only = ${value}`);
      await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
      );
      await client.end();
    };
    await using served = await serve({ store: url, ...oftenAsked });
    await readOnly("on");
    await expectToldOf(served, "25006");
    await readOnly("off");
    await expectRecovered(served);
  });
});
