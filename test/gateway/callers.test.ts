import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { encodeId } from "../../src/model/id.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";

/** What each caller can see and do, through the whole gateway. */

let sandbox: Sandbox;
let gateway: CallingGateway;
/** The same gateway with only pbx configured: it shows how "does not exist" looks. */
let pbxOnly: CallingGateway;

const everything = ["read", "write", "raw", "metrics", "admin"] as const;
const callers = [
  callerOf("root", everything),
  callerOf("pbx-root", everything, ["pbx"]),
  callerOf("office", ["read", "write", "raw"], ["pbx", "suite"]),
  { ...callerOf("office", ["read", "write"], ["pbx"]), name: "narrowed office" },
  callerOf("lobby", ["read", "write", "raw"], ["pbx", "suite"]),
  callerOf("pbx-desk", ["read", "write", "raw"], ["pbx"]),
  callerOf("viewer", ["read"], ["pbx", "suite"]),
  callerOf("writer", ["write"]),
  callerOf("scraper", ["metrics"]),
];

beforeAll(async () => {
  sandbox = await startSandbox({ customers: 40 });
  gateway = await startCallingGateway(sandbox, { callers });
  pbxOnly = await startCallingGateway(sandbox, { callers, without: ["suite", "offices", "recurring"] });
});
afterAll(async () => {
  await gateway?.composition.close();
  await pbxOnly?.composition.close();
  await sandbox?.close();
});
afterEach(() => {
  for (const backend of Object.values(sandbox.backends)) backend.setFaults([]);
});

const firstCustomer = async (backend: string): Promise<string> => {
  const { customers } = await gateway.data(
    "root",
    `query ($backend: String!) { customers(backends: [$backend], first: 3) { nodes { id } } }`,
    { backend },
  );
  return customers.nodes[1].id;
};

const archive = `mutation ($id: ID!, $key: String) {
  archiveCustomer(input: { id: $id, idempotencyKey: $key, validateOnly: true }) {
    errors { code message field } operation { id actor replayed }
  }
}`;
const charge = `mutation ($input: CreateChargeInput!) {
  createCharge(input: $input) { charge { id } errors { code message } operation { id actor replayed status } }
}`;
const chargeInput = (customerId: string, idempotencyKey: string, amount = "1.00") => ({
  input: { idempotencyKey, charge: { customerId, amount, name: `For ${idempotencyKey}` } },
});

describe("a backend that a caller may not see", () => {
  let hidden: { customer: string; charge: string; tax: string; service: string };
  let visible: string;
  beforeAll(async () => {
    visible = await firstCustomer("pbx");
    hidden = {
      customer: await firstCustomer("suite"),
      charge: encodeId({ type: "Charge", backend: "suite", id: "1" }),
      tax: encodeId({ type: "Tax", backend: "suite", id: "1" }),
      service: encodeId({ type: "Service", backend: "suite", id: "1" }),
    };
  });

  const input = (fields: string) => `input: { ${fields} }`;
  const results = "errors { code message field backendCode retryable } operation { id }";
  const documents = (): Record<string, string> => ({
    lists: `{ backends { key health { status } } viewer { backends { key label } } customers(first: 200) { nodes { id } unavailable { backend { key } } }
      taxes(first: 200) { nodes { id } unavailable { backend { key } } } }`,
    "by its key": `{ backend(key: "suite") { key health { status message } } }`,
    "as a node": `{ node(id: "${encodeId({ type: "Backend", backend: "suite", id: "" })}") { id } }`,
    "its customer as a node": `{ node(id: "${hidden.customer}") { id __typename } }`,
    "its objects as nodes": `{ nodes(ids: ["${hidden.customer}", "${visible}", "${hidden.charge}"]) { id } }`,
    "its customer": `{ customer(id: "${hidden.customer}") { name } }`,
    "its charge": `{ charge(id: "${hidden.charge}") { name } }`,
    "its tax": `{ tax(id: "${hidden.tax}") { name } }`,
    "its customer by the backend's id": `{ customerByBackendId(backend: "suite", backendId: "1") { name } }`,
    "named in a list of customers": `{ customers(backends: ["pbx", "suite"]) { nodes { id } } }`,
    "named in a list of taxes": `{ taxes(backends: ["suite"]) { nodes { id } } }`,
    "charges of its customer": `{ charges(customerIds: ["${visible}", "${hidden.customer}"]) { nodes { id } } }`,
    "a filter of operations": `{ operations(filter: { backend: "suite" }) { nodes { id } } }`,
    "a liability for its tax": `{ node(id: "${visible}") { ... on Customer { taxes { isLiable(customerId: "${hidden.customer}") } } } }`,
    "a change of its customer": `mutation { updateCustomer(${input(`id: "${hidden.customer}", name: "X"`)}) { ${results} } }`,
    "its charge voided": `mutation { voidCharge(${input(`id: "${hidden.charge}"`)}) { ${results} } }`,
    "its tax changed": `mutation { updateTax(${input(`id: "${hidden.tax}", name: "X"`)}) { ${results} } }`,
    "liability for its tax set": `mutation { setTaxLiability(${input(`taxId: "${hidden.tax}", customerId: "${visible}", liable: true`)}) { ${results} } }`,
    "a charge for its customer": `mutation { createCharge(${input(`charge: { customerId: "${hidden.customer}" }`)}) { ${results} } }`,
    "a charge with its service": `mutation { createCharge(${input(`charge: { customerId: "${visible}", serviceId: "${hidden.service}" }`)}) { ${results} } }`,
    "a charge with its tax": `mutation { createCharge(${input(`charge: { customerId: "${visible}", taxIds: ["${hidden.tax}"] }`)}) { ${results} } }`,
    "a fan-out": `mutation { createCustomer(${input(`backends: ["pbx", "suite"], name: "X"`)}) { operation { id } } }`,
    "a parent in it": `mutation { createCustomer(${input(`backends: ["pbx"], name: "X", parentId: "${hidden.customer}"`)}) { operation { id } } }`,
    "a fan-out of taxes": `mutation { createTax(${input(`backends: ["suite"], name: "X"`)}) { operation { id } } }`,
  });

  it("is answered byte for byte like one that is not configured, wherever it is named", async () => {
    for (const [what, document] of Object.entries(documents())) {
      sandbox.backends.suite.clearCalls();
      const { extensions: _, ...hiddenAnswer } = await gateway.send("pbx-desk", document);
      const { extensions: __, ...missingAnswer } = await pbxOnly.send("pbx-desk", document);
      expect(JSON.stringify(hiddenAnswer), what).toBe(JSON.stringify(missingAnswer));
      expect(sandbox.backends.suite.calls, what).toEqual([]);
      expect(JSON.stringify(hiddenAnswer), what).not.toMatch(/suite|offices|recurring|Hosted|Subscriptions/);
    }
  });

  it("cannot be reached with a cursor", async () => {
    const document = `query ($after: String) { customers(after: $after, first: 2) { nodes { id } pageInfo { endCursor } } }`;
    const { customers } = await gateway.data("root", `{ customers(backends: ["suite"], first: 2) { pageInfo { endCursor } } }`);
    const after = customers.pageInfo.endCursor;
    const { errors } = await gateway.send("pbx-desk", document, { after });
    expect(errors).toEqual((await pbxOnly.send("pbx-desk", document, { after })).errors);
    expect(errors).toMatchObject([{ extensions: { code: "INVALID_INPUT" } }]);
  });

  it("is visible to permitted callers, in the configured order", async () => {
    const { viewer, backends } = await gateway.data("office", "{ viewer { name backends { key } } backends { key } }");
    expect(viewer).toEqual({ name: "office", backends: [{ key: "pbx" }, { key: "suite" }] });
    expect(backends).toEqual(viewer.backends);
    expect((await gateway.data("root", "{ backends { key } }")).backends).toHaveLength(4);
  });
});

describe("operations", () => {
  const list = "{ operations(first: 50) { nodes { id actor } } }";
  const listed = async (caller: string): Promise<string[]> =>
    (await gateway.data(caller, list)).operations.nodes.map(({ id }: { id: string }) => id);

  it("record who called, and are seen by their caller and by admin only", async () => {
    const { archiveCustomer } = await gateway.data("office", archive, { id: await firstCustomer("pbx") });
    const { id, actor } = archiveCustomer.operation;
    expect(actor).toBe("office");
    const byId = `query ($id: ID!) { operation(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }`;
    for (const [caller, sees] of [
      ["office", true],
      ["root", true],
      ["pbx-root", true],
      ["lobby", false],
      ["viewer", false],
    ] as const) {
      const found = sees ? { id } : null;
      expect(await gateway.data(caller, byId, { id }), caller).toEqual({ operation: found, node: found, nodes: [found] });
      expect((await listed(caller)).includes(id), caller).toBe(sees);
    }
  });

  it("do not exist for a caller who may not see all their backends, whoever called", async () => {
    const { createCustomer } = await gateway.data(
      "office",
      `mutation { createCustomer(input: { backends: ["pbx", "suite"], name: "X", validateOnly: true }) { operation { id } } }`,
    );
    const { id } = createCustomer.operation;
    expect(await listed("office")).toContain(id);
    expect(await listed("pbx-root")).not.toContain(id);
    expect((await gateway.data("pbx-root", `{ operation(id: "${id}") { id } }`)).operation).toBeNull();
    const narrowed = callerOf("office", ["read", "write"], ["pbx"]);
    expect(await gateway.composition.services.viewOf(narrowed).operations().byId(id)).toBeNull();
  });

  it("of other callers cannot be settled: they do not exist", async () => {
    sandbox.backends.pbx.setFaults([{ kind: "dropAfter", function: "charges/create" }]);
    const lost = await gateway.data("office", charge, chargeInput(await firstCustomer("pbx"), "lost-1"));
    sandbox.backends.pbx.setFaults([]);
    const { id } = lost.createCharge.operation;
    expect(lost.createCharge.operation.status).toBe("UNKNOWN");
    const settle = `mutation { reconcileOperation(input: { id: "${id}" }) { operation { status } errors { code message } } }`;
    const never = settle.replace(id, encodeId({ type: "Operation", backend: "", id: "0190-none" }));
    sandbox.backends.pbx.clearCalls();
    const refused = await gateway.data("lobby", settle);
    expect(refused).toEqual(await gateway.data("lobby", never));
    expect(refused.reconcileOperation).toMatchObject({ operation: null, errors: [{ code: "NOT_FOUND" }] });
    expect(sandbox.backends.pbx.calls).toEqual([]);
    const settled = await gateway.data("office", settle);
    expect(settled.reconcileOperation).toEqual({ operation: { status: "SUCCEEDED" }, errors: [] });
  });

  it("block an object for everybody, but are named only to those who may see them", async () => {
    const id = await firstCustomer("pbx");
    const update = `mutation ($id: ID!, $name: String!) {
      updateCustomer(input: { id: $id, name: $name }) { errors { code message } operation { id } }
    }`;
    sandbox.backends.pbx.setFaults([{ kind: "dropBefore", function: "customers/update" }]);
    const lost = await gateway.data("office", update, { id, name: "Lost name" });
    const blocking = lost.updateCustomer.operation.id;
    expect(lost.updateCustomer.errors).toMatchObject([{ code: "OUTCOME_UNKNOWN" }]);
    // The look cannot succeed, so the outcome stays unknown.
    sandbox.backends.pbx.setFaults([{ kind: "html502" }]);
    const told = await gateway.data("office", update, { id, name: "Another" });
    const untold = await gateway.data("lobby", update, { id, name: "Another" });
    sandbox.backends.pbx.setFaults([]);
    expect(told.updateCustomer.errors).toMatchObject([{ code: "CONFLICT", message: expect.stringContaining(blocking) }]);
    expect(untold.updateCustomer.errors).toEqual([
      { code: "CONFLICT", message: "An earlier operation on the same object has an unknown outcome. Nothing was sent." },
    ]);
  });

  it("can be watched only by callers for whom they exist", async () => {
    const watching = new AbortController();
    const response = await gateway.respond("lobby", "subscription { operationUpdated { id actor } }", {}, watching.signal);
    const customer = await firstCustomer("pbx");
    const others = await gateway.data("office", archive, { id: customer });
    const own = await gateway.data("lobby", archive, { id: customer });
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes(own.archiveCustomer.operation.id)) break;
    }
    watching.abort();
    expect(text).toContain('"actor":"lobby"');
    expect(text).not.toContain(others.archiveCustomer.operation.id);
  });
});

describe("an idempotency key", () => {
  it("belongs to its caller: two callers with the same key do not meet", async () => {
    const customer = await firstCustomer("pbx");
    const first = await gateway.data("office", charge, chargeInput(customer, "same-key"));
    const second = await gateway.data("lobby", charge, chargeInput(customer, "same-key", "2.00"));
    const again = await gateway.data("office", charge, chargeInput(customer, "same-key"));
    expect(first.createCharge).toMatchObject({ errors: [], operation: { actor: "office", replayed: false } });
    expect(second.createCharge).toMatchObject({ errors: [], operation: { actor: "lobby", replayed: false } });
    expect(second.createCharge.charge.id).not.toBe(first.createCharge.charge.id);
    expect(again.createCharge).toMatchObject({
      charge: first.createCharge.charge,
      operation: { id: first.createCharge.operation.id, replayed: true },
    });
  });

  it("that was used on a backend that is now hidden is refused without showing that operation", async () => {
    const [pbx, suite] = [await firstCustomer("pbx"), await firstCustomer("suite")];
    await gateway.data("office", archive, { id: suite, key: "moved" });
    const { data, errors } = await gateway.send("narrowed office", archive, { id: pbx, key: "moved" });
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ["archiveCustomer"], extensions: { code: "IDEMPOTENCY_KEY_REUSED" } }]);
    const before = await gateway.data("office", archive, { id: pbx, key: "moved" });
    expect(before.archiveCustomer).toMatchObject({
      errors: [{ code: "IDEMPOTENCY_KEY_REUSED" }],
      operation: { actor: "office" },
    });
  });
});

describe("a scope", () => {
  const refused = (scope: string, path: readonly string[]) => ({
    message: `This needs the scope ${scope}.`,
    path,
    extensions: { code: "FORBIDDEN", retryable: false },
  });

  it("read is needed to see anything, but not to learn who the caller is", async () => {
    const { data, errors } = await gateway.send("scraper", "{ customers { nodes { id } } }");
    expect(data).toBeNull();
    expect(errors).toMatchObject([refused("read", ["customers"])]);
    const who = await gateway.data("scraper", "{ viewer { name scopes backends { key } } }");
    expect(who.viewer).toEqual({ name: "scraper", scopes: ["metrics"], backends: [] });
  });

  it("write is needed to change anything, also for a dry run; nothing is recorded without it", async () => {
    const id = await firstCustomer("pbx");
    const before = (await gateway.data("root", "{ operations(first: 200) { nodes { id } } }")).operations.nodes.length;
    expect(await gateway.send("viewer", archive, { id })).toMatchObject({
      data: null,
      errors: [refused("write", ["archiveCustomer"])],
    });
    expect(await gateway.send("writer", archive, { id })).toMatchObject({
      data: null,
      errors: [refused("read", ["archiveCustomer"])],
    });
    const settle = `mutation ($id: ID!) { reconcileOperation(input: { id: $id }) { errors { code } } }`;
    expect(await gateway.send("viewer", settle, { id })).toMatchObject({ errors: [refused("write", ["reconcileOperation"])] });
    const after = (await gateway.data("root", "{ operations(first: 200) { nodes { id } } }")).operations.nodes.length;
    expect(after).toBe(before);
  });

  it("raw is needed for raw fields only: the rest of the answer is returned", async () => {
    const document = `query ($id: ID!) { customer(id: $id) { id name raw } }`;
    const id = await firstCustomer("pbx");
    const { data, errors } = await gateway.send("viewer", document, { id });
    expect(data.customer).toMatchObject({ id, name: expect.any(String), raw: null });
    expect(errors).toMatchObject([refused("raw", ["customer", "raw"])]);
    expect((await gateway.data("office", document, { id })).customer.raw).toMatchObject({ id: expect.anything() });
  });

  it("read is needed to watch", async () => {
    const response = await gateway.respond("scraper", "subscription { operationUpdated { id } }");
    const text = await response.text();
    expect(text).toContain("This needs the scope read.");
    expect(text).toContain("FORBIDDEN");
  });
});
