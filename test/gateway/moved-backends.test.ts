import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { backendSettings, registry } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import { systemOf } from "../../src/gateway/configuration.ts";
import { startGateway } from "../../src/gateway/start.ts";
import { openStore } from "../../src/journal/store.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import type { Fault } from "../../src/sandbox/simulated.ts";
import { sqliteFile } from "../journal/fixture.ts";
import { letTimePass } from "../support/let-time-pass.ts";

/** A backend's key stands for another system, by a restart or a reload, while nobody knows what a charge did in the old one. */

let before: Sandbox;
let after: Sandbox;

beforeAll(async () => {
  // The same customers with the same ids, as in a production system and its copy for tests.
  [before, after] = await Promise.all([startSandbox({ customers: 30 }), startSandbox({ customers: 30 })]);
});
afterAll(async () => {
  await before?.close();
  await after?.close();
});
afterEach(() => {
  for (const backend of [...Object.values(before.backends), ...Object.values(after.backends)]) {
    backend.setFaults([]);
    backend.clearCalls();
  }
});

const creates = { pbx: "charges/create", suite: "charges/new", offices: "POST /charges", recurring: "transactions/~create" };
const textMember = { pbx: "name", suite: "notes", offices: "description", recurring: "description" } as const;
type Key = keyof typeof creates;
const keys = Object.keys(creates) as Key[];

const sentTo = (sandbox: Sandbox, key: Key): number =>
  sandbox.backends[key].calls.filter((call) => call.function.includes(creates[key])).length;

/** @param section merged over the backend's own */
function configurationOn(sandbox: Sandbox, key: Key, url: string, section: Readonly<Record<string, unknown>> = {}) {
  const document = {
    server: { port: 0 },
    limits: { requestsPerMinute: 0 },
    store: { url },
    directory: { refreshMinutes: 0 },
    telemetry: { logLevel: "error" },
    // Nobody looks by itself: the tests do.
    operations: { settleSeconds: 0, reconcileSeconds: [3600] },
    backends: { [key]: { ...sandbox.configuration[key], ...section } },
  };
  return parseConfiguration(document, { backendSettings, environment: {} });
}

type Configured = ReturnType<typeof configurationOn>;

const document = `mutation ($input: CreateChargeInput!) {
  createCharge(input: $input) { errors { code message } operation { id status steps { status attempts error { message } } } }
}`;

/** A gateway that moves from one configuration to the next, with one store. */
async function moving(first: Configured, by: "restart" | "reload") {
  const start = (configuration: Configured) => startGateway(configuration, { logger: pino({ level: "silent" }) });
  let gateway = await start(first);
  onTestFinished(async () => gateway.close());

  async function ask(query: string, variables: Readonly<Record<string, unknown>> = {}) {
    const response = await fetch(`${gateway.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: the shape is the document's
    const { data, errors } = (await response.json()) as any;
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  return {
    ask,
    create: async (input: unknown) => (await ask(document, { input })).createCharge,
    move: async (configuration: Configured) => {
      if (by === "reload") return gateway.reload(configuration);
      await gateway.close();
      gateway = await start(configuration);
    },
    /** By then, no request can be in flight any more. */
    letTimePass: async () => {
      const store = await openStore(first.store.url);
      await letTimePass(store);
      await store.close();
    },
  };
}

let lostCharges = 0;

/** A charge, of a customer of its own, that was sent to the sandbox `before`, and whose answer was lost. */
async function lost(key: Key, kind: Fault["kind"], by: "restart" | "reload") {
  const url = `sqlite:${sqliteFile()}`;
  const there = configurationOn(before, key, url);
  const gateway = await moving(there, by);
  const found = await gateway.ask(
    `query ($key: String!) { customers(first: 20) { nodes { id } } backend(key: $key) { services(first: 1) { nodes { id } } } }`,
    { key },
  );
  const [service] = found.backend.services.nodes;
  const charge = {
    customerId: found.customers.nodes[lostCharges++].id,
    amount: "19.90",
    [textMember[key]]: `${kind} by ${by}`,
    ...(service && { serviceId: service.id }),
  };
  const input = { charge, idempotencyKey: "key", allowDuplicate: true };
  before.backends[key].setFaults([{ kind, function: creates[key], times: 1 }]);
  const { operation } = await gateway.create(input);
  expect(operation.status).toBe("UNKNOWN");
  await gateway.letTimePass();
  return { gateway, input, there, url, id: operation.id as string };
}

describe.each(keys)("%s", (key) => {
  it.each([
    { by: "restart", kind: "dropAfter" },
    { by: "reload", kind: "dropAfter" },
    { by: "restart", kind: "dropBefore" },
  ] as const)("is charged once, whatever its key stands for meanwhile ($kind, $by)", async ({ by, kind }) => {
    const { gateway, input, there, url, id } = await lost(key, kind, by);
    await gateway.move(configurationOn(after, key, url));
    await gateway.ask(`mutation { reconcileOperation(input: { id: "${id}" }) { errors { code } } }`);
    const elsewhere = await gateway.create(input);
    expect(elsewhere).toMatchObject({
      errors: [
        { code: "OUTCOME_UNKNOWN", message: expect.stringMatching(/address of the backend.*has changed.*resolveOperation/) },
      ],
      operation: { id, status: "UNKNOWN", steps: [{ attempts: 1 }] },
    });
    expect(sentTo(after, key)).toBe(0);

    await gateway.move(there);
    const sent = sentTo(before, key);
    const restored = await gateway.create(input);
    expect(restored).toMatchObject({ errors: [], operation: { id, status: "SUCCEEDED" } });
    expect(sentTo(before, key) - sent).toBe(kind === "dropAfter" ? 0 : 1);
    expect(sentTo(after, key)).toBe(0);
  });
});

it("a host name that changed is no obstacle where the gateway's own code is found", async () => {
  const { gateway, input, url, id } = await lost("recurring", "dropAfter", "restart");
  const renamed = String(before.configuration.recurring["url"]).replace("127.0.0.1", "localhost");
  expect(renamed).not.toBe(before.configuration.recurring["url"]);
  const sent = sentTo(before, "recurring");
  await gateway.move(configurationOn(before, "recurring", url, { url: renamed }));
  expect(await gateway.create(input)).toMatchObject({ errors: [], operation: { id, status: "SUCCEEDED" } });
  expect(sentTo(before, "recurring")).toBe(sent);
});

it("another label or time limit leaves the system the same, so its outcomes are settled", async () => {
  const { gateway, input, url, id } = await lost("offices", "dropAfter", "reload");
  await gateway.move(configurationOn(before, "offices", url, { timeoutMs: 9_000, label: "Offices", retries: 0 }));
  expect(await gateway.create(input)).toMatchObject({ errors: [], operation: { id, status: "SUCCEEDED" } });
});

describe("a system", () => {
  const system = (key: Key, section: Readonly<Record<string, unknown>> = {}): string => {
    const settings = configurationOn(before, key, "sqlite::memory:", section).backends[key];
    if (!settings) throw new Error(`${key} is not configured`);
    return systemOf(settings, registry);
  };

  it("is another one at another address, and for another company or merchant there", () => {
    for (const key of keys) expect(system(key, { url: "https://other.test/" })).not.toBe(system(key));
    expect(system("recurring", { accountId: 4711 })).not.toBe(system("recurring"));
    for (const key of ["suite", "offices"] as const) expect(system(key, { tenant: "Other" })).not.toBe(system(key));
    const addressed = keys.map((key) => system(key, { url: "https://same.test/" }));
    // Both generations of HostedSuite are one kind, here of one company.
    expect(new Set(addressed).size).toBe(keys.length - 1);
  });

  it("is the same with other credentials and limits, and however its address is written", () => {
    for (const key of keys) {
      expect(system(key, { username: "api-other", password: "canary-other", timeoutMs: 5, proxy: "" })).toBe(system(key));
      const one = system(key, { url: "https://one.test/api" });
      expect(system(key, { url: "HTTPS://One.test:443/api/" })).toBe(one);
    }
  });

  it("is recorded without its address", () => {
    for (const key of keys) expect(system(key)).toMatch(/^[\w-]{22}$/);
  });
});
