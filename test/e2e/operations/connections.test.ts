import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, describe, expect, it, vi } from "vitest";
import { startProxy } from "../../store/proxy.ts";
import { startPostgres } from "../../support/postgres.ts";
import { depth } from "../../support/sample.ts";
import type { GatewayProgram } from "../process.ts";
import { type ChargeSpecs, chargeSpecs, createCharge, eventually, openKeys, textOf } from "./charges.ts";
import { gatewaysOf, hasty } from "./gateways.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";

/** Connections to PostgreSQL break at the worst moments. */
vi.setConfig({ testTimeout: 240_000, maxConcurrency: 4 });

/** Of each kind. */
const rounds = 3 * depth;
const callsAtOnce = 10;
const everyMs = 200;

const server = await startPostgres();
afterAll(() => server?.stop());

describe.skipIf(server === null)("on PostgreSQL", () => {
  it.concurrent("the server ends all connections during mutations, again and again", async () => {
    const url = (await server?.createDatabase()) ?? "";
    await using sandbox = await startSandbox();
    await using gateways = gatewaysOf(sandbox, { ...hasty, storeUrl: url });
    const both = await Promise.all([gateways.start(), gateways.start()]);
    const specs = await chargeSpecs(both[0].origin);
    sandbox.setFaults([{ kind: "delay", milliseconds: 30, function: "charges/create" }], ["pbx"]);
    const client = new Client({ connectionString: url });
    await client.connect();
    let isOver = false;
    let ended = 0;
    const charging = keepCharging(both, specs, () => isOver);
    try {
      for (let round = 0; round < rounds; round += 1) {
        const before = sandbox.creates(["pbx"]);
        await eventually("charges go on", () => sandbox.creates(["pbx"]) > before);
        await pause(Math.random() * 50);
        const { rowCount } = await client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'billing-gateway' and datname = current_database()",
        );
        ended += rowCount ?? 0;
      }
    } finally {
      isOver = true;
      await client.end();
    }
    expect(ended).toBeGreaterThanOrEqual(rounds);
    await expectEachOnce(sandbox, both, await charging);
  });

  // How the server shows the journal's statements: see src/journal/postgres-recorder.ts and postgres-changes.ts, where combined
  // changes name the epoch by which each is held; a claim ends with a commit.
  it.concurrent.each(["record", "change ", "held_epoch", "commit"])(
    "the server's answers to '%s' are lost, again and again",
    async (text) => {
      await using sandbox = await startSandbox();
      const proxy = await startProxy((await server?.createDatabase()) ?? "");
      try {
        await using gateways = gatewaysOf(sandbox, { ...hasty, storeUrl: proxy.url });
        const both = await Promise.all([gateways.start(), gateways.start()]);
        const specs = await chargeSpecs(both[0].origin);
        // Some have to be claimed again.
        sandbox.setFaults([{ kind: "rateLimit", retryAfterSeconds: 0, probability: 0.2, function: "charges/create" }], ["pbx"]);
        let isOver = false;
        const charging = keepCharging(both, specs, () => isOver);
        try {
          for (let round = 0; round < rounds; round += 1) {
            const before = sandbox.creates(["pbx"]);
            await eventually("charges go on", () => sandbox.creates(["pbx"]) > before);
            proxy.loseAnswers(text, 1);
            await eventually("it is lost", () => proxy.toLose() === 0);
          }
        } finally {
          isOver = true;
        }
        await expectEachOnce(sandbox, both, await charging);
      } finally {
        await proxy.close();
      }
    },
  );
});

/** Makes charges until the test stops it, repeating each call at one of both until it has succeeded. Resolves with the texts. */
async function keepCharging(both: readonly GatewayProgram[], specs: ChargeSpecs, isOver: () => boolean): Promise<string[]> {
  const texts: string[] = [];
  const one = async (lane: number): Promise<void> => {
    for (let count = 0; !isOver(); count += 1) {
      const spec = specs("pbx", `Rent ${lane}.${count}`, lane);
      const text = String(textOf(spec));
      texts.push(text);
      let tries = lane;
      const done = async (): Promise<boolean> => {
        const { origin = "" } = both[tries++ % both.length] ?? {};
        const { data } = await createCharge(origin, spec, text);
        return data?.createCharge.operation.status === "SUCCEEDED";
      };
      await eventually(`${text} has happened`, done, { everyMs: 100, withinMs: 120_000 });
      // All together, so that they meet; between that, nobody has to be busy.
      await pause(everyMs - (Date.now() % everyMs));
    }
  };
  await Promise.all(Array.from({ length: callsAtOnce }, (_, lane) => one(lane)));
  return texts;
}

async function expectEachOnce(sandbox: Sandbox, both: readonly GatewayProgram[], texts: readonly string[]): Promise<void> {
  for (const { origin } of both) await eventually("nothing stays open", async () => (await openKeys(origin)).length === 0);
  for (const { code } of await Promise.all(both.map((each) => each.stop()))) expect(code).toBe(0);
  expect(sandbox.chargeTexts("Rent").toSorted()).toEqual(texts.toSorted());
}
