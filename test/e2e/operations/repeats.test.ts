import { afterAll, describe, expect, it, vi } from "vitest";
import type { Fault } from "../../../src/sandbox/simulated.ts";
import { storeDialects } from "../../journal/fixture.ts";
import { startPostgres } from "../../support/postgres.ts";
import { depth } from "../../support/sample.ts";
import { type ChargeAnswer, chargeSpecs, createCharge, eventually } from "./charges.ts";
import { gatewaysOf } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";

/** Many repeats of one key at the same moment, over two processes on one store. */
vi.setConfig({ testTimeout: 240_000, maxConcurrency: 2 });

/** Of each kind. */
const rounds = 3 * depth;
const repeats = 40;

const server = await startPostgres();
afterAll(() => server?.stop());

const create = { times: 1, function: "charges/create" };
const firstEndings: readonly { readonly status: string; readonly fault: Fault; readonly replayed: number }[] = [
  // One of the repeats sends it.
  { status: "FAILED", fault: { kind: "rateLimit", retryAfterSeconds: 0, ...create }, replayed: repeats - 1 },
  { status: "UNKNOWN", fault: { kind: "dropAfter", ...create }, replayed: repeats },
];

describe.concurrent.each(storeDialects(server))("on $name", ({ available, createUrl }) => {
  it("40 simultaneous repeats of FAILED and UNKNOWN operations act once, and all answers agree", async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    await using sandbox = await startSandbox();
    await using gateways = gatewaysOf(sandbox, { storeUrl: await createUrl() });
    const both = await Promise.all([gateways.start(), gateways.start()]);
    const specs = await chargeSpecs(both[0].origin);
    const call = (repeat: number, text: string): Promise<ChargeAnswer> =>
      createCharge(both[repeat % both.length]?.origin ?? "", specs("pbx", text), text);

    for (let round = 0; round < rounds; round += 1) {
      for (const { status, fault, replayed } of firstEndings) {
        const text = `${status} ${round}`;
        sandbox.setFaults([fault], ["pbx"]);
        const first = await call(round, text);
        expect(first.data?.createCharge.operation.status).toBe(status);
        const answers = await Promise.all(Array.from({ length: repeats }, (_, repeat) => call(repeat, text)));
        const payloads = answers.map(({ data }) => data?.createCharge);
        expect(sandbox.chargeTexts(text, ["pbx"]), text).toEqual([text]);
        const told = payloads.map((payload) => [payload?.charge?.id, payload?.operation.id, payload?.operation.status]);
        const agreed = [expect.any(String), first.data?.createCharge.operation.id, "SUCCEEDED"];
        expect(told, text).toEqual(payloads.map(() => agreed));
        expect(new Set(told.map(([id]) => id)).size, text).toBe(1);
        expect(
          payloads.filter((payload) => payload?.operation.replayed),
          text,
        ).toHaveLength(replayed);
      }
    }
    for (const { code } of await gateways.stop()) expect(code).toBe(0);
    expect(sandbox.chargeTexts("FAILED")).toHaveLength(rounds);
    expect(sandbox.chargeTexts("UNKNOWN")).toHaveLength(rounds);
  });
});

describe.skipIf(server === null)("200 repeats at once on PostgreSQL", () => {
  it("wait for the outcome or get it: none fails because of the store", async () => {
    await using sandbox = await startSandbox();
    await using gateways = gatewaysOf(sandbox, { storeUrl: (await server?.createDatabase()) ?? "" });
    const both = await Promise.all([gateways.start(), gateways.start()]);
    const specs = await chargeSpecs(both[0].origin);
    const call = (repeat: number): Promise<ChargeAnswer> =>
      createCharge(both[repeat % both.length]?.origin ?? "", specs("pbx", "Once"), "once");
    const all = (): Promise<ChargeAnswer[]> => Promise.all(Array.from({ length: 200 }, (_, repeat) => call(repeat)));

    // First while the backend takes its time, then when the outcome is known.
    sandbox.setFaults([{ kind: "delay", milliseconds: 3_000, ...create }], ["pbx"]);
    const first = call(0);
    await eventually("the backend has it", () => sandbox.creates(["pbx"]) === 1);
    const waited = await all();
    const answers = [await first, ...waited, ...(await all())];
    for (const { data, errors } of answers) {
      expect(errors).toBeUndefined();
      expect(data?.createCharge).toMatchObject({ errors: [], charge: { id: expect.any(String) } });
      expect(data?.createCharge.operation.status).toBe("SUCCEEDED");
    }
    expect(new Set(answers.map(({ data }) => data?.createCharge.charge?.id)).size).toBe(1);
    expect(sandbox.chargeTexts("Once")).toEqual(["Once"]);
    expect(sandbox.creates()).toBe(1);
  });
});
