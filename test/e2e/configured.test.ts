import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import { type WrittenConfiguration, writeConfiguration } from "./configuration.ts";
import { type GatewayProgram, runGateway } from "./process.ts";
import { callsOf, runSandbox, type SandboxProgram, setFaults } from "./sandbox.ts";

/** A gateway with a configuration file in front of its own sandbox: outages of a backend, and the journal over restarts. */

interface Customers {
  readonly customers: {
    readonly nodes: readonly { readonly id: string; readonly backend: { readonly key: string } }[];
    readonly unavailable: readonly { readonly backend: { readonly key: string }; readonly code: string }[];
  };
}

interface CreatedCharge {
  readonly createCharge: {
    readonly charge: { readonly id: string } | null;
    readonly errors: readonly object[];
    readonly operation: { readonly id: string; readonly status: string; readonly replayed: boolean };
  };
}

const everybody = `{
  customers(first: 200) { nodes { id backend { key } } unavailable { backend { key } code } }
}`;

const createCharge = `mutation ($customerId: ID!, $key: String!) {
  createCharge(input: { charge: { customerId: $customerId, amount: "19.99", name: "Setup" }, idempotencyKey: $key }) {
    charge { id }
    errors { code message }
    operation { id status replayed }
  }
}`;

const keys = ["pbx", "suite", "offices", "recurring"] as const;
const companies = 20;

let sandbox: SandboxProgram;
let configuration: WrittenConfiguration;
let gateway: GatewayProgram;

const start = () => runGateway(["--config", configuration.file], configuration.environment);
const urlOf = (key: string): string => sandbox.backends.find((backend) => backend.key === key)?.url ?? "";

beforeAll(async () => {
  sandbox = await runSandbox(companies);
  configuration = writeConfiguration(sandbox);
  gateway = await start();
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await sandbox?.[Symbol.asyncDispose]();
  configuration?.[Symbol.dispose]();
});

it("names the backends of its file", () => {
  const [listening] = gateway.stdout().split("\n");
  expect(JSON.parse(listening ?? "")).toMatchObject({
    msg: "listening",
    backends: sandbox.backends.map(({ key }) => ({ key, kind: expect.any(String) })),
  });
});

describe("one page of the customers of all backends", () => {
  it("has all of them", async () => {
    const { data, extensions } = await ask<Customers>(gateway.origin, everybody);
    expect(keysIn(data)).toEqual(keys);
    expect(data.customers.unavailable).toEqual([]);
    // Only the sandbox's own gateway reports a query's cost without being asked (server.debug).
    expect(extensions).toBeUndefined();
  });

  it.each(keys)("has the others' customers while %s fails, and names it", async (failing) => {
    await setFaults(urlOf(failing), [{ kind: "html502" }]);
    const { data, errors } = await ask<Customers>(gateway.origin, everybody);
    await setFaults(urlOf(failing), []);
    expect(errors).toBeUndefined();
    expect(keysIn(data)).toEqual(keys.filter((key) => key !== failing));
    expect(data.customers.unavailable).toEqual([{ backend: { key: failing }, code: "UNAVAILABLE" }]);
  });
});

it("keeps its journal over a restart: the operation is found, and its key charges nobody again", async () => {
  const { data: before } = await ask<Customers>(gateway.origin, everybody);
  const variables = { customerId: before.customers.nodes.find(({ backend }) => backend.key === "pbx")?.id, key: "setup-2001" };
  const { data: first } = await ask<CreatedCharge>(gateway.origin, createCharge, { variables });
  expect(first.createCharge).toMatchObject({ errors: [], operation: { status: "SUCCEEDED", replayed: false } });
  const { operation, charge } = first.createCharge;

  expect(await gateway.stop()).toMatchObject({ code: 0 });
  gateway = await start();

  const { data: record } = await ask<{ readonly operation: object }>(
    gateway.origin,
    `query ($id: ID!) { operation(id: $id) { id mutation status idempotencyKey steps { action node { id } } } }`,
    { variables: { id: operation.id } },
  );
  expect(record.operation).toEqual({
    id: operation.id,
    mutation: "createCharge",
    status: "SUCCEEDED",
    idempotencyKey: variables.key,
    steps: [{ action: "charges/create", node: { id: charge?.id } }],
  });

  const { data: again } = await ask<CreatedCharge>(gateway.origin, createCharge, { variables });
  expect(again.createCharge).toEqual({ charge, errors: [], operation: { ...operation, replayed: true } });
  const creates = (await callsOf(urlOf("pbx"))).filter((call) => call.function === "charges/create");
  expect(creates).toHaveLength(1);
});

function keysIn({ customers }: Customers): string[] {
  return [...new Set(customers.nodes.map(({ backend }) => backend.key))];
}
