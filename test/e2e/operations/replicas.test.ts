import { afterAll, describe, expect, it, vi } from "vitest";
import { backendKeys } from "../../../src/sandbox/world.ts";
import { startPostgres } from "../../support/postgres.ts";
import {
  type ChargeAnswer,
  type ChargePayload,
  chargeSpecs,
  createCharge,
  eventually,
  type OperationSeen,
  operation,
  operationFields,
} from "./charges.ts";
import { brisk, gatewaysOf } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";
import { type Subscription, subscribe } from "./subscription.ts";

/** Several gateway processes that share one store. */
vi.setConfig({ testTimeout: 240_000 });

const server = await startPostgres();
afterAll(() => server?.stop());
const postgresUrl = async (): Promise<string> => (await server?.createDatabase()) ?? "";

describe.skipIf(server === null)("replicas on one PostgreSQL", () => {
  it("act once for each key, whichever is called and however often at once, and notify each other's callers", async () => {
    await using sandbox = await startSandbox();
    await using gateways = gatewaysOf(sandbox, { storeUrl: await postgresUrl() });
    const [first, second] = await Promise.all([gateways.start(), gateways.start()]);
    const specs = await chargeSpecs(first.origin);
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    await using watched = await watchEverything(first.origin);

    // Ten calls with each key, five to each replica.
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, call) => {
        const key = call % keys.length;
        const { origin } = Math.floor(call / keys.length) % 2 ? first : second;
        const spec = specs(backendKeys[key % backendKeys.length] ?? "pbx", `key-${key}`);
        return { key, payload: await untilAnswered(() => createCharge(origin, spec, `key-${key}`)) };
      }),
    );

    expect(sandbox.chargeTexts("key-").toSorted()).toEqual(keys.toSorted());
    expect(sandbox.creates()).toBe(keys.length);
    const byKey = Map.groupBy(answers, ({ key }) => key);
    for (const [key, group] of byKey) {
      const charges = group.map(({ payload }) => payload.charge?.id);
      expect(charges, `key-${key}`).toHaveLength(10);
      expect(new Set(charges), `key-${key}`).toEqual(new Set([expect.any(String)]));
      const attempts = Math.max(...group.map(({ payload }) => payload.operation.steps[0]?.attempts ?? 0));
      const acted = group.filter(({ payload }) => !payload.operation.replayed).length;
      expect(acted, `key-${key}`).toBeLessThanOrEqual(attempts);
    }
    await eventually("the first replica's caller is told of all, whichever replica worked", () => {
      const ended = watched.events.filter(({ operationUpdated }) => operationUpdated.status === "SUCCEEDED");
      return new Set(ended.map(({ operationUpdated }) => operationUpdated.idempotencyKey)).size === keys.length;
    });
  });

  it("take over from a killed one, once, and never from a live one", async () => {
    await using sandbox = await startSandbox();
    const { operations } = brisk;
    await using gateways = gatewaysOf(sandbox, { operations, storeUrl: await postgresUrl() });
    const [killed, living, other] = await Promise.all([gateways.start(), gateways.start(), gateways.start()]);
    const specs = await chargeSpecs(killed.origin);
    // Longer than a lease: its replica is alive all the time.
    sandbox.setFaults([{ kind: "delay", milliseconds: 2_000 * operations.leaseSeconds, function: "charges/new" }], ["suite"]);
    const slow = createCharge(living.origin, specs("suite", "Slow"), "slow");
    sandbox.setFaults([{ kind: "delay", milliseconds: 60_000, function: "charges/create" }], ["pbx"]);
    const lost = createCharge(killed.origin, specs("pbx", "Orphan"), "orphan").catch(String);
    await eventually("the backends have both", () => sandbox.creates(["pbx", "suite"]) === 2);
    const noted = sandbox.calls("pbx", "charges/list");
    await using watched = await watchEverything(other.origin);
    await killed.stop("SIGKILL");
    await lost;
    sandbox.setFaults([], ["pbx"]);

    const settled = await eventually("it is taken over", () =>
      eventsOf(watched, "orphan").find(({ status }) => status === "SUCCEEDED"),
    );
    expect(settled).toMatchObject({ status: "SUCCEEDED", steps: [{ status: "SUCCEEDED", attempts: 1 }] });
    const repeated = await Promise.all(
      [living, other].map(({ origin }) => createCharge(origin, specs("pbx", "Orphan"), "orphan")),
    );
    for (const { data } of repeated) {
      expect(data?.createCharge).toMatchObject({
        operation: { id: settled.id, replayed: true },
        charge: { id: expect.any(String) },
      });
    }
    expect(sandbox.creates(["pbx"])).toBe(1);
    expect(sandbox.chargeTexts("Orphan")).toEqual(["Orphan"]);
    expect(sandbox.calls("pbx", "charges/list"), "one replica looked for it, once").toBe(noted + 1);

    expect((await slow).data?.createCharge).toMatchObject({
      errors: [],
      operation: { status: "SUCCEEDED", replayed: false, steps: [{ attempts: 1 }] },
    });
    expect(sandbox.calls("suite", "charges/all"), "only its own replica read it, once, to prove its id").toBe(1);
    expect(sandbox.chargeTexts("Slow")).toEqual(["Slow"]);
  });
});

it("one gateway on SQLite reports every change to its callers, and the current state to a late one", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  const { origin } = await gateways.start();
  const specs = await chargeSpecs(origin);
  await using watched = await watchEverything(origin);
  const once = { times: 1, function: "charges/create" };
  // Slow enough to see every state: changes between two looks are combined.
  sandbox.setFaults(
    [
      { kind: "delay", milliseconds: 500, ...once },
      { kind: "dropAfter", ...once },
    ],
    ["pbx"],
  );
  const { data } = await createCharge(origin, specs("pbx", "Watched"), "watched");
  expect(data?.createCharge.operation.status).toBe("UNKNOWN");
  await eventually("it is settled", () => eventsOf(watched, "watched").at(-1)?.status === "SUCCEEDED");
  const statuses = eventsOf(watched, "watched").map(({ status }) => status);
  expect([...new Set(statuses)]).toEqual(["PENDING", "UNKNOWN", "SUCCEEDED"]);

  const id = data?.createCharge.operation.id ?? "";
  const subscription = `subscription ($id: ID!) { operationUpdated(id: $id) { ${operationFields} } }`;
  await using late = await subscribe<Update>(origin, subscription, { id });
  await eventually("it is told how things are", () => late.events.length > 0);
  expect(late.events).toEqual([{ operationUpdated: await operation(origin, id) }]);
});

/** A client repeats its call while the store's queue is full. */
/** On a busy machine a request may wait for its connection until its permit has expired: then it never left, and is repeated. */
function untilAnswered(call: () => Promise<ChargeAnswer>): Promise<ChargePayload> {
  return eventually("the call is answered", async () => {
    const payload = (await call()).data?.createCharge;
    return payload?.operation.status === "FAILED" ? undefined : payload;
  });
}

interface Update {
  readonly operationUpdated: OperationSeen;
}

function watchEverything(origin: string): Promise<Subscription<Update>> {
  return subscribe(origin, `subscription { operationUpdated { ${operationFields} } }`);
}

function eventsOf({ events }: Subscription<Update>, key: string): readonly OperationSeen[] {
  return events.map(({ operationUpdated }) => operationUpdated).filter(({ idempotencyKey }) => idempotencyKey === key);
}
