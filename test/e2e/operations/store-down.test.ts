import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { openStore } from "../../../src/journal/store.ts";
import { startProxy } from "../../store/proxy.ts";
import { startPostgres } from "../../support/postgres.ts";
import { ask } from "../ask.ts";
import { run } from "../process.ts";
import { chargeSpecs, createCharge, eventually } from "./charges.ts";
import { gatewaysOf } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";

/** The store fails and comes back while the gateway runs; or it is missing or foreign at the start. */

const server = await startPostgres();
afterAll(() => server?.stop());
const postgresUrl = async (): Promise<string> => (await server?.createDatabase()) ?? "";

describe.skipIf(server === null)("while PostgreSQL is away", () => {
  it("reads continue, mutations are UNAVAILABLE and send nothing; once it is back they are carried out", async () => {
    const database = await startProxy(await postgresUrl());
    await using sandbox = await startSandbox();
    await using gateways = gatewaysOf(sandbox, { storeUrl: database.url });
    const { origin } = await gateways.start();
    const specs = await chargeSpecs(origin);
    // In flight when the store fails: the backend makes the charge, and nobody can record that.
    sandbox.setFaults([{ kind: "delay", milliseconds: 3_000, times: 1, function: "charges/create" }], ["pbx"]);
    const underWay = createCharge(origin, specs("pbx", "Under way"), "under-way");
    await eventually("the backend has it", () => sandbox.creates() === 1);
    await database.interrupt();

    const { data, errors } = await ask<{ readonly customers: { readonly nodes: readonly object[] } }>(
      origin,
      "{ customers(first: 50) { nodes { id name } } }",
    );
    expect(errors).toBeUndefined();
    expect(data.customers.nodes).toHaveLength(50);
    const refused = await createCharge(origin, specs("pbx", "Refused"), "refused");
    expect(refused).toMatchObject({ data: null, errors: [{ extensions: { code: "UNAVAILABLE", retryable: true } }] });
    expect((await underWay).errors).toMatchObject([{ extensions: { code: "OUTCOME_UNKNOWN", retryable: false } }]);
    expect(sandbox.creates()).toBe(1);

    await database.resume();
    const accepted = await eventually("mutations are accepted", async () => {
      const answer = await createCharge(origin, specs("pbx", "Refused"), "refused");
      return answer.data?.createCharge;
    });
    expect(accepted).toMatchObject({ errors: [], operation: { status: "SUCCEEDED", steps: [{ attempts: 1 }] } });
    const repeated = await createCharge(origin, specs("pbx", "Under way"), "under-way");
    expect(repeated.data?.createCharge).toMatchObject({
      charge: { id: expect.any(String) },
      errors: [],
      operation: { status: "SUCCEEDED", replayed: true, steps: [{ attempts: 1 }] },
    });
    expect(sandbox.chargeTexts("Refused")).toEqual(["Refused"]);
    expect(sandbox.chargeTexts("Under way")).toEqual(["Under way"]);
    await database.close();
  });
});

describe("a gateway whose store cannot be used", () => {
  /** Starts it, and returns the one line with which it ends. */
  async function refusal(storeUrl: string): Promise<string> {
    await using sandbox = await startSandbox();
    await using gateways = gatewaysOf(sandbox, { storeUrl });
    const { file, environment } = gateways.configuration;
    await using gateway = run("src/main.ts", ["--config", file], environment);
    const { code, stdout, stderr } = await gateway.ended();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^.+\n$/);
    return stderr.trimEnd();
  }
  const later = "insert into kysely_migration (name, timestamp) values ('0099-later', '2099-01-01T00:00:00.000Z')";
  const newer = "belongs to a newer version of the gateway: this one does not know 0099-later.";

  it("says that its SQLite file cannot be opened", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gateway-store-"));
    expect(await refusal(`sqlite:${folder}`)).toBe(
      `The store of operations (SQLite, ${folder}) cannot be opened: unable to open database file.`,
    );
  });

  it("says that its SQLite file is from a newer version", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "gateway-store-")), "gateway.db");
    await (await openStore(`sqlite:${file}`)).close();
    const database = new DatabaseSync(file);
    database.exec(later);
    database.close();
    expect(await refusal(`sqlite:${file}`)).toBe(`The store of operations (SQLite, ${file}) ${newer}`);
  });

  it("says that PostgreSQL does not answer, without its password", async () => {
    expect(await refusal("postgres://gateway:canary-7f3a@127.0.0.1:1/journal")).toBe(
      "The store of operations (PostgreSQL, 127.0.0.1:1/journal) cannot be opened: connect ECONNREFUSED 127.0.0.1:1.",
    );
  });

  it.skipIf(server === null)("says that its PostgreSQL database is from a newer version, without its password", async () => {
    const url = await postgresUrl();
    await (await openStore(url)).close();
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(later);
    await client.end();
    const { host, pathname, password } = new URL(url);
    const line = await refusal(url);
    expect(line).toBe(`The store of operations (PostgreSQL, ${host}${pathname}) ${newer}`);
    expect(line).not.toContain(decodeURIComponent(password));
  });
});
