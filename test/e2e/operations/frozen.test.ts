import { setInterval as ticks } from "node:timers/promises";
import { afterAll, describe, expect, it, vi } from "vitest";
import { storeDialects } from "../../journal/fixture.ts";
import { startPostgres } from "../../support/postgres.ts";
import { depth, oneIn, randomFor } from "../../support/sample.ts";
import { ask } from "../ask.ts";
import type { GatewayProgram } from "../process.ts";
import { connectTo, type WorkerConnection } from "../processes.ts";
import {
  type ChargeSpec,
  type ChargeSpecs,
  type ChargesAnswer,
  type ChargesPayload,
  chargeSpecs,
  charges,
  createCharges,
  credits,
  eventually,
  type Posting,
  textOf,
  untilDone,
} from "./charges.ts";
import { freezeAt } from "./freezing.ts";
import { brisk, type Gateways, gatewaysOf, hasty } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";

/**
 * A process freezes during fan-outs, another one finishes them, and the first continues where it was: with operations that it
 * believes to hold, and requests that it was about to send. Nothing is charged twice.
 */
vi.setConfig({ testTimeout: 300_000, maxConcurrency: 3 });

/** In each setting. */
const freezes = depth;
/** Number of fan-outs that each freeze hits. */
const fanOuts = 4;
/** Number of charges and of credits in each. A credit takes more calls: some reads come first. */
const targets = { charges: 30, credits: 15 };

const server = await startPostgres();
afterAll(() => server?.stop());

type Call = (specs: readonly ChargeSpec[], key: string, posting: Posting) => Promise<ChargesAnswer>;

interface World extends Disposable {
  /** The process that freezes, or a group (negative number). */
  readonly pid: number;
  /** For each fan-out: which gateway the frozen part belongs to, and which one continues. */
  readonly calls: readonly { readonly frozen: Call; readonly other: Call }[];
  /** The origin of a gateway with a process that continues. */
  readonly origin: string;
}

function oneOfTwo(frozen: GatewayProgram, other: GatewayProgram): Omit<World, "pid"> {
  const to = ({ origin }: GatewayProgram): Call => {
    return (specs, key, posting) => createCharges(origin, specs, key, posting);
  };
  const calls = Array.from({ length: fanOuts }, () => ({ frozen: to(frozen), other: to(other) }));
  return { calls, origin: other.origin, [Symbol.dispose]: () => {} };
}

async function oneReplicaOfTwo(gateways: Gateways): Promise<World> {
  const [frozen, other] = await Promise.all([gateways.start(), gateways.start()]);
  return { ...oneOfTwo(frozen, other), pid: frozen.pid };
}

async function oneGroupOfTwo(gateways: Gateways): Promise<World> {
  const [frozen, other] = await Promise.all([gateways.start({ group: true }), gateways.start({ group: true })]);
  return { ...oneOfTwo(frozen, other), pid: -frozen.pid };
}

async function oneWorkerOfTwo(gateways: Gateways): Promise<World> {
  const gateway = await gateways.start({ group: true });
  const connections: WorkerConnection[] = [];
  const [frozen = [], other = []] = await eventually("both workers have been reached often enough", async () => {
    connections.push(await connectTo(gateway));
    const groups = [...Map.groupBy(connections, ({ pid }) => pid).values()];
    return groups.length === 2 && groups.every(({ length }) => length >= fanOuts) && groups;
  });
  // An idle connection is closed after a while, and the next one may lead to the frozen worker.
  const ending = new AbortController();
  const keepWarm = async (): Promise<void> => {
    for await (const _ of ticks(2_000, null, { signal: ending.signal })) {
      for (const { send } of connections) send("{ __typename }").catch(() => {});
    }
  };
  keepWarm().catch(() => {});
  const over = (connection: WorkerConnection | undefined): Call => {
    return (specs, key, { several }) => connection?.send(several, { charges: specs, key }) as Promise<ChargesAnswer>;
  };
  return {
    pid: frozen[0]?.pid ?? Number.NaN,
    calls: Array.from({ length: fanOuts }, (_, index) => ({ frozen: over(frozen[index]), other: over(other[index]) })),
    origin: gateway.origin,
    [Symbol.dispose]: () => {
      ending.abort();
      for (const connection of connections) connection[Symbol.dispose]();
    },
  };
}

const worlds = [
  { name: "one worker of two", start: oneWorkerOfTwo, workers: 2, posting: charges },
  { name: "one replica of two", start: oneReplicaOfTwo, workers: 1, posting: charges },
  { name: "a process with all its workers", start: oneGroupOfTwo, workers: 2, posting: charges },
  { name: "one replica of two that give credits", start: oneReplicaOfTwo, workers: 1, posting: credits },
];

describe.concurrent.each(storeDialects(server))("on $name", ({ name: store, available, createUrl }) => {
  it.for(oneIn(2, worlds, `frozen, ${store}`))(
    "$name freezes during fan-outs: others finish them, and nothing is done twice",
    async (kind, { skip }) => {
      skip(!available, "PostgreSQL could not be started");
      const { workers, start, name, posting } = kind;
      const random = randomFor(`frozen, ${store}, ${name}`);
      await using sandbox = await startSandbox(posting.functions);
      await using gateways = gatewaysOf(sandbox, {
        ...hasty,
        ...posting.configuration,
        operations: brisk.operations,
        storeUrl: await createUrl(),
        workers,
      });
      using world = await start(gateways);
      const specs = await posting.specs(world.origin);
      const { creates } = sandbox;
      sandbox.setFaults(Object.values(posting.functions).map((name) => ({ kind: "delay", milliseconds: 200, function: name })));
      const wanted: string[] = [];

      for (let freeze = 0; freeze < freezes; freeze += 1) {
        const orders = world.calls.map((calls, index) => {
          const key = `${freeze}.${index}`;
          const wishes = specsOf(posting, specs, key);
          return { ...calls, key, wishes, texts: wishes.map(textOf) };
        });
        wanted.push(...orders.flatMap(({ texts }) => texts.map(String)));
        const moment = creates() + random.integer(1, 0.8 * fanOuts * targets[posting.what]);
        const interrupted = over(orders.map(({ frozen, wishes, key }) => untilDone(() => frozen(wishes, key, posting))));
        await eventually("they are in the middle", () => interrupted.isOver() || creates() >= moment, { everyMs: 1, withinMs });
        let finishing: ReturnType<typeof over<ChargesPayload>>;
        {
          using _ = await freezeAt(world.pid, gateways.configuration.storeUrl, false);
          // The next one thaws during the others' work, or after it.
          const untilThen = random.next() < 0.5 ? creates() + random.integer(5, 30) : Number.POSITIVE_INFINITY;
          finishing = over(orders.map(({ other, wishes, key }) => untilDone(() => other(wishes, key, posting))));
          const goOn = (): boolean => finishing.isOver() || creates() > untilThen;
          await eventually("others go on", goOn, { everyMs: 5, withinMs });
        }
        const answers = [await finishing.all, await interrupted.all];
        for (const [index, { texts }] of orders.entries()) {
          for (const [target, text] of texts.entries()) {
            // A charge that could not be read just now is missing; both answers mean the same.
            const made = answers.flatMap((payloads) => payloads[index]?.results[target]?.charge ?? []);
            expect(made.map(textOf)).toEqual(made.map(() => text));
            expect(new Set(made.map(({ id }) => id)).size).toBeLessThanOrEqual(1);
          }
        }
        expect(sandbox.chargeTexts("Rent").toSorted()).toEqual(wanted.toSorted());
      }

      // Nothing is in flight any more in processes that have ended in good order.
      for (const { code } of await gateways.stop()) expect(code).toBe(0);
      expect(sandbox.chargeTexts("Rent").toSorted()).toEqual(wanted.toSorted());
    },
  );
});

it.concurrent("frozen while it writes to SQLite's file, it blocks the others' writes but not their reads; nothing is done twice", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox, hasty);
  const [frozen, other] = await Promise.all([gateways.start(), gateways.start()]);
  const specs = await chargeSpecs(other.origin);
  const orders: { readonly key: string; readonly wishes: readonly ChargeSpec[] }[] = [];
  const interrupted: Promise<unknown>[] = [];
  let isCaught = false;
  const keepWriting = async (): Promise<void> => {
    while (!isCaught) {
      const key = `${orders.length}`;
      const wishes = specsOf(charges, specs, key);
      orders.push({ key, wishes });
      interrupted.push(createCharges(frozen.origin, wishes, key).catch(() => null));
      await interrupted.at(-1);
    }
  };
  let writing: Promise<void>;
  {
    writing = keepWriting();
    using _ = await freezeAt(frozen.pid, gateways.configuration.storeUrl, true).finally(() => {
      isCaught = true;
    });
    const refused = await createCharges(other.origin, [specs("pbx", "Refused")], "refused");
    expect(refused).toMatchObject({ data: null, errors: [{ extensions: { code: "UNAVAILABLE", retryable: true } }] });
    expect(await ask(other.origin, "{ operations(first: 1) { nodes { status } } }")).toMatchObject({ data: expect.anything() });
  }
  await writing;
  await Promise.all(interrupted);
  for (const { key, wishes } of orders) {
    for (const { origin } of [other, frozen]) await untilDone(() => createCharges(origin, wishes, key));
  }
  const texts = orders.flatMap(({ wishes }) => wishes.map((charge) => String(textOf(charge))));
  expect(sandbox.chargeTexts("Rent").toSorted()).toEqual(texts.toSorted());
  expect(sandbox.chargeTexts("Refused")).toEqual([]);
});

const withinMs = 120_000;

/** In all of its backends in turn. */
function specsOf({ keys, what }: Posting, specs: ChargeSpecs, key: string): readonly ChargeSpec[] {
  return Array.from({ length: targets[what] }, (_, target) =>
    specs(keys[target % keys.length] ?? "pbx", `Rent ${key} ${target}`, target),
  );
}

/** Waits for all of them, and rejects if one fails. */
function over<T>(tasks: readonly Promise<T>[]) {
  const all = Promise.all(tasks);
  let isOver = false;
  all
    .catch(() => {})
    .then(() => {
      isOver = true;
    });
  return { all, isOver: () => isOver };
}
