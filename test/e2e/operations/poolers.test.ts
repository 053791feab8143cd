import { afterAll, describe, expect, it } from "vitest";
import { pgbouncerMissing, startPgBouncer } from "../../store/pgbouncer.ts";
import { startPostgres } from "../../support/postgres.ts";
import { run } from "../process.ts";
import { chargeSpecs, createCharge, eventually, type OperationSeen, operationFields } from "./charges.ts";
import { gatewaysOf } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";
import { subscribe } from "./subscription.ts";

/** Gateways as processes whose PostgreSQL is behind PgBouncer. */

const server = await startPostgres();
afterAll(() => server?.stop());
const databaseUrl = async (): Promise<string> => (await server?.createDatabase()) ?? "";

describe.skipIf(server === null || pgbouncerMissing)("behind PgBouncer", () => {
  it("in session mode, two gateways carry out simultaneous calls, and notify each other's callers", async () => {
    // As docs/operating.md says: 12 connections for each process.
    await using pooler = await startPgBouncer(await databaseUrl(), { pool_mode: "session", default_pool_size: 24 });
    await using sandbox = await startSandbox();
    await using gateways = gatewaysOf(sandbox, { storeUrl: pooler.url });
    const [first, second] = await Promise.all([gateways.start(), gateways.start()]);
    const specs = await chargeSpecs(first.origin);
    await using watched = await subscribe<{ readonly operationUpdated: OperationSeen }>(
      first.origin,
      `subscription { operationUpdated { ${operationFields} } }`,
    );
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    const answers = await Promise.all(
      keys.map((key, index) => createCharge(index % 2 ? first.origin : second.origin, specs("pbx", key, index), key)),
    );
    for (const { data, errors } of answers) {
      expect(errors).toBeUndefined();
      expect(data?.createCharge).toMatchObject({ errors: [], operation: { status: "SUCCEEDED" } });
    }
    expect(sandbox.chargeTexts("key-").toSorted()).toEqual(keys.toSorted());
    await eventually("the first gateway's caller is told of all", () => {
      const ended = watched.events.filter(({ operationUpdated }) => operationUpdated.status === "SUCCEEDED");
      return new Set(ended.map(({ operationUpdated }) => operationUpdated.idempotencyKey)).size === keys.length;
    });
  });

  it.each(["transaction", "statement"])("in %s mode, the gateway does not start, and says what to do", async (mode) => {
    await using pooler = await startPgBouncer(await databaseUrl(), { pool_mode: mode });
    await using sandbox = await startSandbox();
    await using gateways = gatewaysOf(sandbox, { storeUrl: pooler.url });
    const { file, environment } = gateways.configuration;
    await using gateway = run("src/main.ts", ["--config", file], environment);
    const { host, pathname } = new URL(pooler.url);
    expect(await gateway.ended()).toEqual({
      code: 1,
      stdout: "",
      stderr: `The store of operations (PostgreSQL, ${host}${pathname}) cannot be used: a pooler in transaction or statement mode is between it and the gateway, which prepares statements and listens for changes on connections that must stay its own; use session mode (PgBouncer: pool_mode = session) or connect to PostgreSQL directly.\n`,
    });
  });
});
