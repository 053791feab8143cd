import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { backendSettings } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import { startGateway } from "../../src/gateway/start.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { sqliteFile } from "../journal/fixture.ts";

/** A backend moves to another address while requests to the old one are in flight and the directory is being read from it. */
let before: Sandbox;
let after: Sandbox;

beforeAll(async () => {
  before = await startSandbox({ customers: 40 });
  after = await startSandbox({ customers: 60 });
});
afterAll(async () => {
  await before?.close();
  await after?.close();
});

const store = { url: `sqlite:${sqliteFile()}` };

function configurationOn({ configuration: { recurring } }: Sandbox) {
  const document = {
    server: { port: 0 },
    limits: { requestsPerMinute: 0 },
    store,
    directory: { refreshMinutes: 60 },
    telemetry: { logLevel: "error" },
    backends: { recurring },
  };
  return parseConfiguration(document, { backendSettings, environment: {} });
}

async function ask(origin: string, query: string) {
  const body = JSON.stringify({ query });
  const response = await fetch(`${origin}/graphql`, { method: "POST", headers: { "content-type": "application/json" }, body });
  return (await response.json()) as { readonly data: Record<string, unknown> };
}

/** How many customers the directory has, once it has read all of them; null before. */
async function indexed(origin: string): Promise<number | null> {
  const { data } = await ask(origin, '{ search(text: "an", types: [CUSTOMER]) { sources { complete records } } }');
  const { sources } = data["search"] as { readonly sources: readonly { readonly complete: boolean; readonly records: number }[] };
  return sources.every(({ complete }) => complete) ? (sources[0]?.records ?? null) : null;
}

it("is read from the new address at once, and not from the old one any more, while a request ends there", async () => {
  const { recurring: old } = before.backends;
  old.setFaults([{ kind: "delay", milliseconds: 2_000 }]);
  const gateway = await startGateway(configurationOn(before), { logger: pino({ level: "silent" }) });
  try {
    await expect.poll(() => old.calls.length).toBeGreaterThan(0);
    const underway = ask(gateway.origin, "{ customers(first: 1) { nodes { id } unavailable { code } } }");
    const walked = old.calls.length;
    await expect.poll(() => old.calls.length).toBeGreaterThan(walked);
    await gateway.reload(configurationOn(after));
    const calls = old.calls.length;
    // More than the old one has: it keeps 40 customers.
    await expect.poll(() => indexed(gateway.origin)).toBeGreaterThan(40);
    expect(await underway).toEqual({ data: { customers: { nodes: [{ id: expect.any(String) }], unavailable: [] } } });
    expect(old.calls.length).toBe(calls);

    // A directory that was read completely a moment ago is stale at the new address.
    old.setFaults([]);
    await gateway.reload(configurationOn(before));
    await expect.poll(() => indexed(gateway.origin)).toBeLessThanOrEqual(40);
  } finally {
    await gateway.close();
  }
});
