import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { launchPostgres, type PostgresServer, withoutDisk } from "../../support/postgres-server.ts";
import { depth } from "../../support/sample.ts";
import { busyTexts, keepBusy } from "./busy.ts";
import { eventually } from "./charges.ts";
import { gatewaysOf, hasty } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";

/** PostgreSQL has no connection left, or crashes and recovers, again and again, while a run and single mutations are under way. */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

const rounds = 2 * depth;
const rows = 100 * depth;
/** Two gateways take 24. */
const mostConnections = 24;

let server: PostgresServer | null;
beforeAll(async () => {
  const few = ["-c", `max_connections=${mostConnections}`, "-c", "superuser_reserved_connections=0"];
  const postgresFlags = [...(withoutDisk.postgresFlags ?? []), ...few];
  server = await launchPostgres({ ...withoutDisk, postgresFlags }).catch(() => null);
});
afterAll(() => server?.stop());

it("each charge happens once, and all goes on by itself", async ({ skip }) => {
  if (server === null) return skip("PostgreSQL could not be started");
  const url = await server.createDatabase();
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox, { ...hasty, storeUrl: url });
  const both = [await gateways.start(), await gateways.start()];
  const busy = await keepBusy(both, sandbox, rows);
  for (let round = 0; round < rounds; round += 1) {
    await busy.goesOn();
    const others = [await connected(url)];
    await others[0]?.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'billing-gateway'");
    for (let more = 0; more < mostConnections; more += 1) {
      const another = await connect(url);
      if (another) others.push(another);
    }
    await pause(2_000);
    for (const each of others) await each.end();

    await busy.goesOn();
    const witness = await connected(url);
    const { rows: found } = await witness.query<{ pid: number }>("select pg_backend_pid() as pid");
    // The server takes this for damaged memory: it ends all connections and recovers from its log.
    process.kill(found[0]?.pid ?? Number.NaN, "SIGKILL");
    await witness.end().catch(() => undefined);
  }
  const told = await busy.ended();
  expect([...told.difference(new Set(["UNAVAILABLE", "OUTCOME_UNKNOWN"]))]).toEqual([]);
  for (const gateway of both) expect((await gateway.stop()).code).toBe(0);
  expect(busyTexts(sandbox)).toEqual(busy.texts());
});

/** Null if there is no connection left. */
async function connect(url: string): Promise<Client | null> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  return client.connect().then(
    () => client,
    () => null,
  );
}

const connected = (url: string): Promise<Client> => eventually("there is a connection", () => connect(url), { everyMs: 20 });
