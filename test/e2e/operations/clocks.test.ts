import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it, vi } from "vitest";
import { storeDialects } from "../../journal/fixture.ts";
import { startPostgres } from "../../support/postgres.ts";
import { oneIn } from "../../support/sample.ts";
import { logOf } from "../processes.ts";
import {
  type ChargeAnswer,
  type ChargeSpec,
  chargeSpecs,
  createCharge,
  createCharges,
  eventually,
  everythingSettled,
  untilDone,
} from "./charges.ts";
import { brisk, gatewaysOf } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";

/** Two processes on one store; one has a wrong clock. */
vi.setConfig({ testTimeout: 180_000, maxConcurrency: 4 });

const server = await startPostgres();
afterAll(() => server?.stop());

const preload = fileURLToPath(new URL("shifted-clock.ts", import.meta.url));
const clockShiftedBy = (milliseconds: number) => ({
  environment: { NODE_OPTIONS: `--import=${preload}`, CLOCK_SHIFT_MS: String(milliseconds) },
});
const targets = 60;

const clocks = [
  { name: "15 s fast", shiftMs: 15_000 },
  { name: "an hour slow", shiftMs: -3_600_000 },
];

describe.concurrent.each(storeDialects(server))("on $name", ({ name: store, available, createUrl }) => {
  it.for(oneIn(2, clocks, `clocks, ${store}`))(
    "a clock that is $name: live processes keep their operations, lost ones are taken over, nothing is done twice",
    async ({ shiftMs }, { skip }) => {
      skip(!available, "PostgreSQL could not be started");
      await using sandbox = await startSandbox();
      // Longer than a lease, so that a call can be.
      const leaseMs = 1_000 * brisk.operations.leaseSeconds;
      const backend = { ...brisk.backend, timeoutMs: 3 * leaseMs };
      await using gateways = gatewaysOf(sandbox, { ...brisk, backend, storeUrl: await createUrl() });
      const [right, wrong] = await Promise.all([gateways.start(), gateways.start(clockShiftedBy(shiftMs))]);
      const both = [right, wrong];
      const specs = await chargeSpecs(wrong.origin);
      await expectShift(wrong, shiftMs);
      const wanted: string[] = [];
      const spec = (text: string) => {
        wanted.push(text);
        return specs("pbx", text);
      };

      // Each has a call in flight for much longer than its lease, and the other one does not take it over.
      sandbox.setFaults([{ kind: "delay", milliseconds: 2 * leaseMs, function: "charges/create" }], ["pbx"]);
      const slow = both.map(({ origin }, index) => sent(origin, spec(`Slow ${index}`), `slow-${index}`));
      await eventually("the backend has both", () => sandbox.creates(["pbx"]) === 2);
      const looks = sandbox.calls("pbx", "charges/list");
      for (const { data } of await Promise.all(slow)) {
        expect(data?.createCharge).toMatchObject({
          errors: [],
          operation: { status: "SUCCEEDED", replayed: false, steps: [{ attempts: 1 }] },
        });
      }
      expect(sandbox.calls("pbx", "charges/list"), "nobody looked for them").toBe(looks);

      // The same keys at both at once; some answers are lost.
      sandbox.setFaults(
        [
          { kind: "delay", milliseconds: 50, function: "charges/create" },
          { kind: "dropAfter", probability: 0.2, function: "charges/create" },
          { kind: "dropBefore", probability: 0.2, function: "charges/create" },
        ],
        ["pbx"],
      );
      const keys = Array.from({ length: 20 }, (_, index) => ({ key: `key-${index}`, charge: spec(`Key ${index}`) }));
      await Promise.all(both.flatMap(({ origin }) => keys.map(({ key, charge }) => createCharge(origin, charge, key))));
      await everythingSettled(right.origin);
      sandbox.setFaults([], ["pbx"]);
      const ids = await Promise.all(
        both.map(({ origin }) =>
          Promise.all(
            keys.map(({ key, charge }) =>
              eventually("it has happened", async () => (await createCharge(origin, charge, key)).data?.createCharge.charge?.id),
            ),
          ),
        ),
      );
      expect(ids[1]).toEqual(ids[0]);

      // One dies during a fan-out, and the other takes over.
      const charges = Array.from({ length: targets }, (_, target) => spec(`Rent ${target}`));
      sandbox.setFaults([{ kind: "delay", milliseconds: 50, function: "charges/create" }], ["pbx"]);
      const before = sandbox.creates();
      const [dead, living] = shiftMs > 0 ? [right, wrong] : [wrong, right];
      const lost = createCharges(dead.origin, charges, "rent").catch(String);
      await eventually("it is in the middle", () => sandbox.creates() >= before + 30, { everyMs: 1 });
      await dead.stop("SIGKILL");
      await lost;
      const finished = await untilDone(() => createCharges(living.origin, charges, "rent"));
      expect(finished.operation.steps.map(({ status }) => status)).toEqual(charges.map(() => "SUCCEEDED"));
      expect((await living.stop()).code).toBe(0);
      const texts = ["Slow ", "Key ", "Rent "].flatMap((prefix) => sandbox.chargeTexts(prefix));
      expect(texts.toSorted()).toEqual(wanted.toSorted());
    },
  );
});

/** Repeats a call until it was sent: on a busy machine a process may be away for half of its lease, and then sends nothing. */
async function sent(origin: string, charge: ChargeSpec, key: string): Promise<ChargeAnswer> {
  const wasSent = ({ data }: ChargeAnswer): boolean => data?.createCharge.operation.steps[0]?.attempts !== 0;
  const call = async (): Promise<ChargeAnswer | null> => {
    const answer = await createCharge(origin, charge, key);
    return wasSent(answer) ? answer : null;
  };
  return eventually("the call is sent", call);
}

/** Checks in its log that the clock really is wrong. */
async function expectShift(program: Parameters<typeof logOf>[0], shiftMs: number): Promise<void> {
  const line = await eventually("it has logged something", () => logOf(program).at(-1) as { time?: number | string } | undefined);
  const shift = new Date(line.time ?? 0).getTime() - Date.now();
  expect(Math.abs(shift - shiftMs)).toBeLessThan(10_000);
}
