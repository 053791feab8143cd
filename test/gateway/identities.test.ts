import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { sqliteFile } from "../journal/fixture.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";

/** Callers that are users of a backend themselves: the sandbox's Enswitch has a reseller, its HostedSuite a user who may only read. */

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 40 });
});
afterAll(async () => sandbox?.close());
afterEach(() => {
  for (const backend of Object.values(sandbox.backends)) backend.setFaults([]);
});

describe("a caller that is a user of a backend itself", () => {
  const people = [
    callerOf("root", ["read", "write", "raw", "metrics", "admin"]),
    callerOf("reseller", ["read", "write", "raw"], ["pbx", "suite"]),
    callerOf("reader", ["read", "write"], ["suite"]),
    callerOf("office", ["read", "write"], ["suite"]),
  ];
  const users = { reseller: { pbx: "reselling" }, reader: { suite: "looking" } };
  const backends = {
    pbx: { users: { reselling: { username: "reseller", password: "sandbox-reseller" } } },
    suite: { users: { looking: { username: "reader", password: "sandbox-reader" } } },
  };
  let own: CallingGateway;
  beforeEach(async () => {
    own = await startCallingGateway(sandbox, { callers: people, users, backends });
  });
  afterEach(async () => own?.composition.close());

  const ofPbx = `{ customers(backends: ["pbx"], first: 100) { nodes { id name } } }`;

  it("sees what its user may see, also when they ask at the same time as others", async () => {
    const [all, some, again] = await Promise.all(["root", "reseller", "root"].map((caller) => own.data(caller, ofPbx)));
    expect(some.customers.nodes.length).toBeGreaterThan(0);
    expect(some.customers.nodes.length).toBeLessThan(all.customers.nodes.length);
    expect(again).toEqual(all);
    const ids = new Set(some.customers.nodes.map(({ id }: { id: string }) => id));
    const hidden = all.customers.nodes.find(({ id }: { id: string }) => !ids.has(id));
    const document = `query ($id: ID!) { customer(id: $id) { name } }`;
    const asked = await Promise.all(["root", "reseller"].map((caller) => own.send(caller, document, { id: hidden.id })));
    expect(asked.map(({ data }) => data.customer)).toEqual([{ name: hidden.name }, null]);
  });

  it("may do what its user may do", async () => {
    const update = `mutation ($id: ID!) { updateCustomer(input: { id: $id, name: "Renamed" }) { errors { code } } }`;
    const { customers } = await own.data("office", `{ customers(first: 1) { nodes { id } } }`);
    const [{ id }] = customers.nodes;
    expect((await own.data("reader", update, { id })).updateCustomer.errors).toEqual([{ code: "FORBIDDEN" }]);
    expect((await own.data("office", update, { id })).updateCustomer.errors).toEqual([]);
  });

  it("has a connection of its own: its circuit and health say nothing about that of others", async () => {
    const health = `{ backend(key: "suite") { health { status circuit } } }`;
    const failing = { ...backends, suite: { ...backends.suite, circuit: { failures: 1, openMs: 60_000 }, retries: 0 } };
    const fragile = await startCallingGateway(sandbox, { callers: people, users, backends: failing });
    try {
      sandbox.backends.suite.setFaults([{ kind: "html502" }]);
      await fragile.send("reader", `{ customers(backends: ["suite"], first: 1) { nodes { id } } }`);
      sandbox.backends.suite.setFaults([]);
      expect((await fragile.data("reader", health)).backend.health).toEqual({ status: "DOWN", circuit: "OPEN" });
      expect((await fragile.data("office", health)).backend.health).toEqual({ status: "UP", circuit: "CLOSED" });
    } finally {
      await fragile.composition.close();
    }
  });

  it("gets an error when its user's password is wrong, and others are not affected", async () => {
    const wrong = { suite: { users: { looking: { username: "reader", password: "not it" } } } };
    const mistaken = await startCallingGateway(sandbox, { callers: people, users, backends: { ...backends, ...wrong } });
    try {
      const list = `{ customers(backends: ["suite"], first: 1) { nodes { id } unavailable { code } } }`;
      expect((await mistaken.data("reader", list)).customers).toEqual({ nodes: [], unavailable: [{ code: "UNAUTHENTICATED" }] });
      expect((await mistaken.data("office", list)).customers).toMatchObject({ nodes: [{}], unavailable: [] });
    } finally {
      await mistaken.composition.close();
    }
  });

  it("is reconciled as its user, whoever settles it, also after a restart", async () => {
    const store = `sqlite:${sqliteFile()}`;
    const first = await startCallingGateway(sandbox, { callers: people, users, backends, store });
    const [mine] = (await first.data("reseller", ofPbx)).customers.nodes;
    sandbox.backends.pbx.setFaults([{ kind: "dropAfter", function: "charges/create" }]);
    const lost = await first.data(
      "reseller",
      `mutation ($input: CreateChargeInput!) { createCharge(input: $input) { operation { id status } } }`,
      { input: { charge: { customerId: mine.id, amount: "1.00", name: "Lost as a reseller" } } },
    );
    sandbox.backends.pbx.setFaults([]);
    await first.composition.close();
    expect(lost.createCharge.operation.status).toBe("UNKNOWN");

    // The gateway's own user cannot even log in any more; the caller has lost the backend, and is mapped to another user.
    const locked = { pbx: { ...backends.pbx, password: "not it" }, suite: backends.suite };
    const narrowed = [...people.slice(0, 1), callerOf("reseller", ["read", "write"], ["suite"])];
    const second = await startCallingGateway(sandbox, { callers: narrowed, users: {}, backends: locked, store });
    try {
      const settled = await second.data(
        "root",
        `mutation ($id: ID!) { reconcileOperation(input: { id: $id }) { operation { status actor } errors { message } } }`,
        { id: lost.createCharge.operation.id },
      );
      expect(settled.reconcileOperation).toEqual({ operation: { status: "SUCCEEDED", actor: "reseller" }, errors: [] });
    } finally {
      await second.composition.close();
    }
  });

  it("has a call finished by the backend user that began it, or not at all", async () => {
    const store = `sqlite:${sqliteFile()}`;
    const create = `mutation ($input: CreateChargeInput!) {
      createCharge(input: $input) { errors { code retryable } operation { id status actor } }
    }`;
    const first = await startCallingGateway(sandbox, { callers: people, users, backends, store });
    const [mine] = (await first.data("reseller", ofPbx)).customers.nodes;
    const input = { idempotencyKey: "begun", charge: { customerId: mine.id, amount: "1.00", name: "Begun as a reseller" } };
    sandbox.backends.pbx.setFaults([{ kind: "rateLimit", function: "charges/create" }]);
    const refused = await first.data("reseller", create, { input });
    sandbox.backends.pbx.setFaults([]);
    await first.composition.close();
    expect(refused.createCharge).toMatchObject({ errors: [{ retryable: true }], operation: { status: "FAILED" } });

    /** The caller has become the gateway's own user. */
    const repeated = async (pbx: Record<string, unknown>) => {
      const gateway = await startCallingGateway(sandbox, { callers: people, backends: { pbx }, store });
      return gateway.send("reseller", create, { input }).finally(gateway.composition.close);
    };
    const gone = await repeated({});
    expect(gone.errors).toMatchObject([{ path: ["createCharge"], extensions: { code: "CONFLICT", backend: "pbx" } }]);
    const finished = await repeated({ ...backends.pbx, password: "not it" });
    expect(finished.data.createCharge).toMatchObject({ errors: [], operation: { status: "SUCCEEDED", actor: "reseller" } });
  });
});
