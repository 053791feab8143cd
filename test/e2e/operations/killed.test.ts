import { DatabaseSync } from "node:sqlite";
import { expect, it, vi } from "vitest";
import { depth, randomFor } from "../../support/sample.ts";
import type { GatewayProgram } from "../process.ts";
import {
  type ChargeSpec,
  chargeSpecs,
  charges,
  createCharge,
  createCharges,
  credits,
  eventually,
  everythingSettled,
  operations,
  type Posting,
  textOf,
  untilDone,
} from "./charges.ts";
import { brisk, type Gateways, gatewaysOf } from "./gateways.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";

/**
 * Gateways are killed with SIGKILL during their work and started again on the same SQLite file, while the backends continue.
 * Mostly they wait for the lost one's lease, so all of them run at once.
 */
vi.setConfig({ testTimeout: 240_000, maxConcurrency: 10 });

const size = 40;
/**
 * Outcomes of the lost one are concluded after its longest call. Its lease is the usual one: many gateways start at once here.
 */
const backend = { ...brisk.backend, timeoutMs: 12_000 };

it.concurrent.each([charges, credits])(
  "killed while backends work on $what: what happened is found, and what did not is sent again",
  async (posting) => {
    const { functions, keys } = posting;
    await using sandbox = await startSandbox(functions);
    await using gateways = gatewaysOf(sandbox, { ...posting.configuration, backend });
    const gateway = await gateways.start();
    const specs = await posting.specs(gateway.origin);
    const wanted = keys.flatMap((key) => [specs(key, `lost-${key}`), specs(key, `made-${key}`)]);
    const texts = wanted.map((spec) => textOf(spec) ?? "");

    // The first create of each backend never happens, the second does; neither is answered before the gateway dies.
    for (const key of keys) {
      const name = functions[key] ?? "";
      const held = { kind: "delay", milliseconds: 60_000, function: name } as const;
      sandbox.setFaults([held, { kind: "dropBefore", times: 1, function: name }], [key]);
    }
    const answers: Promise<unknown>[] = [];
    for (const prefix of ["lost-", "made-"]) {
      const before = sandbox.creates();
      for (const [index, spec] of wanted.entries()) {
        if (texts[index]?.startsWith(prefix))
          answers.push(createCharge(gateway.origin, spec, texts[index] ?? "", posting).catch(String));
      }
      await eventually("each backend has the request", () => sandbox.creates() === before + keys.length);
    }
    await gateway.stop("SIGKILL");
    await Promise.all(answers);
    sandbox.setFaults([]);
    expect(sandbox.chargeTexts("lost-")).toEqual([]);
    expect(sandbox.chargeTexts("made-")).toHaveLength(keys.length);

    const again = await gateways.start();
    await everythingSettled(again.origin);
    const status = (await operations(again.origin)).map(({ idempotencyKey, status }) => [idempotencyKey, status]);
    expect(Object.fromEntries(status)).toEqual(
      Object.fromEntries(texts.map((text) => [text, text.startsWith("made-") ? "SUCCEEDED" : "FAILED"])),
    );
    const repeated = await Promise.all(
      wanted.map((spec, index) => createCharge(again.origin, spec, texts[index] ?? "", posting)),
    );
    for (const [index, { data }] of repeated.entries()) {
      const made = texts[index]?.startsWith("made-") ?? false;
      expect(data?.createCharge, texts[index]).toMatchObject({
        charge: { id: expect.any(String) },
        errors: [],
        operation: { status: "SUCCEEDED", replayed: made, steps: [{ status: "SUCCEEDED", attempts: made ? 1 : 2 }] },
      });
    }
    expect(
      sandbox
        .chargeTexts("")
        .filter((text) => texts.includes(text))
        .toSorted(),
    ).toEqual(texts.toSorted());
  },
);

it.concurrent("killed after the backend has answered and before the gateway has: the same call returns the charge", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox, { backend });
  const gateway = await gateways.start();
  const specs = await chargeSpecs(gateway.origin);
  const spec = specs("pbx", "Set-up of a line");
  // Enswitch answers a create with an id; the gateway answers with the charge, which it reads.
  sandbox.setFaults([{ kind: "delay", milliseconds: 60_000, function: "charges/get" }]);
  const lost = createCharge(gateway.origin, spec, "key").catch(String);
  await eventually("the charge is read back", () => sandbox.calls("pbx", "charges/get") > 0);
  await gateway.stop("SIGKILL");
  await lost;
  sandbox.setFaults([]);

  // A client does not know of leases: it repeats its call at once, and gets its charge.
  const again = await gateways.start();
  const { data } = await createCharge(again.origin, spec, "key");
  expect(data?.createCharge).toMatchObject({
    charge: { id: expect.any(String) },
    errors: [],
    operation: { status: "SUCCEEDED", replayed: true, steps: [{ status: "SUCCEEDED", attempts: 1 }] },
  });
  expect(sandbox.chargeTexts("Set-up of a line")).toEqual(["Set-up of a line"]);
});

/** When to kill: once this many have arrived. One moment in each phase of a fan-out. */
function momentsOf({ what }: Posting, phases: number) {
  const random = randomFor(`killed, ${what}`);
  return Array.from({ length: phases }, (_, phase) => 1 + Math.floor(((phase + random.next()) / phases) * (size - 2)));
}

it.concurrent.each([charges, credits])("killed when a fan-out of $what was just recorded", (posting) =>
  killFanOut(posting, ({ configuration }) =>
    eventually("it is in the journal", () => isRecorded(configuration.storeUrl), { everyMs: 1 }),
  ),
);

const arriving = [
  ...momentsOf(charges, 2 * depth).map((moment) => ({ moment, posting: charges, what: charges.what })),
  ...momentsOf(credits, depth).map((moment) => ({ moment, posting: credits, what: credits.what })),
];
it.concurrent.each(arriving)("killed when $moment $what of a fan-out have arrived at the backends", ({ moment, posting }) =>
  killFanOut(posting, (_, sandbox) => eventually("they have arrived", () => sandbox.creates() >= moment, { everyMs: 1 })),
);

/** Some answers are lost, some calls are not carried out, and the rest is slow. */
const troublesOf = ({ functions }: Posting) =>
  Object.values(functions).flatMap((name) => [
    { kind: "delay", milliseconds: 100, function: name } as const,
    { kind: "dropAfter", probability: 0.1, function: name } as const,
    { kind: "dropBefore", probability: 0.1, function: name } as const,
  ]);

async function killFanOut(posting: Posting, moment: (gateways: Gateways, sandbox: Sandbox) => Promise<unknown>): Promise<void> {
  const { functions, keys } = posting;
  await using sandbox = await startSandbox(functions);
  await using gateways = gatewaysOf(sandbox, { ...posting.configuration, backend });
  const gateway = await gateways.start();
  const specs = await posting.specs(gateway.origin);
  const wanted = Array.from({ length: size }, (_, index) => specs(keys[index % keys.length] ?? "pbx", `Rent ${index}`, index));
  sandbox.setFaults(troublesOf(posting));
  const lost = createCharges(gateway.origin, wanted, "rent", posting).catch(String);
  await moment(gateways, sandbox);
  await gateway.stop("SIGKILL");
  expect(await lost, "the client has lost its answer").toBeTypeOf("string");
  sandbox.setFaults([]);

  const again = await gateways.start();
  await everythingSettled(again.origin);
  // The journal's SUCCEEDED steps are exactly the effects.
  const [settled] = await operations(again.origin);
  const done = settled?.steps.flatMap(({ status }, index) => (status === "SUCCEEDED" ? [`Rent ${index}`] : []));
  expect(done?.toSorted()).toEqual(sandbox.chargeTexts("Rent").toSorted());
  expect(settled?.steps.filter(({ status }) => status !== "SUCCEEDED").every(({ status }) => status === "FAILED")).toBe(true);
  await finish(again, sandbox, wanted, posting);
}

async function finish(
  { origin }: GatewayProgram,
  sandbox: Sandbox,
  wanted: readonly ChargeSpec[],
  posting: Posting,
): Promise<void> {
  const texts = wanted.map(textOf);
  const { results, operation } = await untilDone(() => createCharges(origin, wanted, "rent", posting));
  // A charge that could not be read just now is missing.
  expect(results.map(({ charge }, target) => (charge ? textOf(charge) : texts[target]))).toEqual(texts);
  expect(operation.steps.map(({ status }) => status)).toEqual(texts.map(() => "SUCCEEDED"));
  expect(sandbox.chargeTexts("Rent").toSorted()).toEqual(texts.toSorted());
}

function isRecorded(storeUrl: string): boolean {
  const journal = new DatabaseSync(storeUrl.slice("sqlite:".length), { readOnly: true });
  try {
    return journal.prepare("select 1 from operations").get() !== undefined;
  } finally {
    journal.close();
  }
}
