import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { encodeId } from "../../src/model/id.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { letTimePass } from "../support/let-time-pass.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";

/** A person decides the outcome of a step that the gateway cannot settle: who may do that, what is checked, and what follows. */

let sandbox: Sandbox;
let gateway: CallingGateway;

const callers = [
  callerOf("root", ["read", "write", "raw", "metrics", "admin"]),
  callerOf("pbx-root", ["read", "write", "raw", "metrics", "admin"], ["pbx"]),
  callerOf("office", ["read", "write"]),
];

beforeAll(async () => {
  sandbox = await startSandbox({ customers: 40 });
  gateway = await startCallingGateway(sandbox, { callers });
});
afterAll(async () => {
  await gateway?.composition.close();
  await sandbox?.close();
});
afterEach(() => sandbox.backends.offices.setFaults([]));

const operationFields = `id status steps {
  status attempts node { id } error { code message }
  candidates { id differs } resolution { happened actor at reason }
}`;
const createDocument = `mutation ($input: CreateChargeInput!) {
  createCharge(input: $input) { charge { id } errors { code } operation { replayed ${operationFields} } }
}`;
const updateDocument = `mutation ($input: UpdateChargeInput!) {
  updateCharge(input: $input) { errors { code } operation { replayed ${operationFields} } }
}`;
const resolveDocument = `mutation ($input: ResolveOperationInput!) {
  resolveOperation(input: $input) { errors { code message field retryable } operation { ${operationFields} } }
}`;

interface Case {
  readonly key: string;
  readonly customerId: string;
  readonly input: Record<string, unknown>;
}
let cases = 0;

/** A charge in `offices` that no other test makes. */
async function newCase(): Promise<Case> {
  cases += 1;
  const key = `case ${cases}`;
  const found = await gateway.data(
    "office",
    `{ customers(first: 20, backends: ["offices"]) { nodes { id } } backend(key: "offices") { services(first: 1) { nodes { id } } } }`,
  );
  const customerId = found.customers.nodes[cases].id;
  const charge = { customerId, serviceId: found.backend.services.nodes[0].id, amount: "19.90", notes: key };
  return { key, customerId, input: { charge, idempotencyKey: key } };
}

/** Sends it and loses the answer: after it was carried out, or before. */
async function lose(kind: "dropAfter" | "dropBefore", { input }: Case) {
  sandbox.backends.offices.setFaults([{ kind, function: "POST /charges", times: 1 }]);
  const { createCharge } = await gateway.data("office", createDocument, { input });
  expect(createCharge.operation).toMatchObject({ status: "UNKNOWN", steps: [{ status: "UNKNOWN", resolution: null }] });
  return createCharge.operation;
}

const chargesOf = async ({ customerId, key }: Case): Promise<string[]> => {
  const { charges } = await gateway.data(
    "root",
    "query ($id: ID!) { charges(customerIds: [$id], first: 100) { nodes { id notes } } }",
    {
      id: customerId,
    },
  );
  return charges.nodes.filter(({ notes }: { notes: string | null }) => notes === key).map(({ id }: { id: string }) => id);
};

const resolve = async (caller: string, input: Record<string, unknown>) =>
  (await gateway.data(caller, resolveDocument, { input: { step: 0, reason: "seen in the list", ...input } })).resolveOperation;

async function again({ input }: Case) {
  return (await gateway.data("office", createDocument, { input })).createCharge;
}

describe("a record that somebody has corrected meanwhile", () => {
  it("is named as a candidate, with its differences, and becomes the step's result if a person says so", async () => {
    const about = await newCase();
    const { id } = await lose("dropAfter", about);
    const [nodeId] = await chargesOf(about);
    await gateway.data("root", updateDocument, { input: { id: nodeId, amount: "25.00" } });
    const looked = await gateway.data(
      "office",
      `mutation { reconcileOperation(input: { id: "${id}" }) { operation { ${operationFields} } } }`,
    );
    expect(looked.reconcileOperation.operation).toMatchObject({
      status: "UNKNOWN",
      steps: [{ candidates: [{ id: nodeId, differs: ["amount"] }], resolution: null }],
    });
    const { errors, operation } = await resolve("root", {
      operationId: id,
      happened: true,
      nodeId,
      reason: "  the clerk corrected it ",
    });
    expect(errors).toEqual([]);
    expect(operation).toMatchObject({
      id,
      status: "SUCCEEDED",
      steps: [
        {
          status: "SUCCEEDED",
          attempts: 1,
          node: { id: nodeId },
          error: null,
          candidates: [],
          resolution: {
            happened: true,
            actor: "root",
            at: expect.stringMatching(/^\d{4}-.*Z$/),
            reason: "the clerk corrected it",
          },
        },
      ],
    });
    expect(await again(about)).toMatchObject({ charge: { id: nodeId }, errors: [], operation: { id, replayed: true } });
    expect(await chargesOf(about)).toEqual([nodeId]);
    // It is settled now, and the decision stands.
    const late = await resolve("root", { operationId: id, happened: false });
    expect(late).toMatchObject({ errors: [{ code: "CONFLICT" }], operation: { id, status: "SUCCEEDED" } });
    expect(late.operation.steps[0].resolution).toEqual(operation.steps[0].resolution);
  });
});

describe("a step that did not happen", () => {
  it("is sent, once, when the caller repeats the call", async () => {
    const about = await newCase();
    const { id } = await lose("dropBefore", about);
    // A lost connection does not end its request: until the request has ended, nobody may say that nothing happened.
    const early = await resolve("root", { operationId: id, happened: false });
    expect(early).toMatchObject({ errors: [{ code: "CONFLICT", retryable: true }], operation: { status: "UNKNOWN" } });
    await letTimePass(gateway.composition.store);
    const { errors, operation } = await resolve("root", { operationId: id, happened: false });
    expect(errors).toEqual([]);
    expect(operation).toMatchObject({ status: "FAILED", steps: [{ resolution: { happened: false, actor: "root" } }] });
    const [one, other] = await Promise.all([again(about), again(about)]);
    expect([one.operation.status, other.operation.status]).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    expect(one.operation.id).toBe(id);
    expect(await chargesOf(about)).toHaveLength(1);
  });
});

describe("a change", () => {
  it("that happened needs no id: the object is known, and another one is refused", async () => {
    const about = await newCase();
    const [created, other] = [await again(about), await again(await newCase())];
    sandbox.backends.offices.setFaults([{ kind: "dropBefore", function: "PATCH", times: 1 }]);
    const input = { id: created.charge.id, amount: "7" };
    const lost = (await gateway.data("office", updateDocument, { input })).updateCharge.operation;
    expect(lost.status).toBe("UNKNOWN");
    const decision = { operationId: lost.id, happened: true };
    const wrong = await resolve("root", { ...decision, nodeId: other.charge.id });
    expect(wrong.errors).toMatchObject([{ code: "INVALID_INPUT", field: ["input", "nodeId"] }]);
    expect(await resolve("root", decision)).toMatchObject({
      errors: [],
      operation: { status: "SUCCEEDED", steps: [{ node: { id: created.charge.id }, resolution: { happened: true } }] },
    });
  });
});

describe("an impossible decision", () => {
  it("is refused, names the member, and leaves the step unchanged", async () => {
    const about = await newCase();
    const { id } = await lose("dropAfter", about);
    const [nodeId = ""] = await chargesOf(about);
    const absent = encodeId({ type: "Charge", backend: "offices", id: "none" });
    const elsewhere = encodeId({ type: "Charge", backend: "pbx", id: "1" });
    const refusals: [Record<string, unknown>, string][] = [
      [{ happened: true }, "nodeId"],
      [{ happened: true, nodeId: absent }, "nodeId"],
      [{ happened: true, nodeId: elsewhere }, "nodeId"],
      [{ happened: true, nodeId: about.customerId }, "nodeId"],
      [{ happened: true, nodeId: "nonsense" }, "nodeId"],
      [{ happened: false, nodeId }, "nodeId"],
      [{ happened: true, nodeId, step: 1 }, "step"],
      [{ happened: true, nodeId, step: -1 }, "step"],
      [{ happened: true, nodeId, reason: " " }, "reason"],
      [{ happened: true, nodeId, reason: "first line\n\u001b[2Jsecond" }, "reason"],
    ];
    for (const [decision, member] of refusals) {
      const { errors, operation } = await resolve("root", { operationId: id, ...decision });
      expect(errors, JSON.stringify(decision)).toMatchObject([
        { code: "INVALID_INPUT", field: ["input", member], retryable: false },
      ]);
      expect(operation).toMatchObject({ id, status: "UNKNOWN", steps: [{ status: "UNKNOWN", resolution: null }] });
    }
    expect(await resolve("root", { operationId: id, happened: true, nodeId })).toMatchObject({
      errors: [],
      operation: { status: "SUCCEEDED" },
    });
  });

  it("is refused if the object belongs to another step", async () => {
    const about = await newCase();
    const made = await again(await newCase());
    const { id } = await lose("dropBefore", about);
    const { errors, operation } = await resolve("root", { operationId: id, happened: true, nodeId: made.charge.id });
    expect(errors).toMatchObject([{ code: "CONFLICT", field: ["input", "nodeId"] }]);
    expect(operation.status).toBe("UNKNOWN");
  });

  it("is NOT_FOUND for an operation that does not exist, or that the caller may not see", async () => {
    const { id } = await lose("dropAfter", await newCase());
    const never = encodeId({ type: "Operation", backend: "", id: "0190-none" });
    const unseen = await resolve("pbx-root", { operationId: id, happened: false });
    expect(unseen).toEqual(await resolve("pbx-root", { operationId: never, happened: false }));
    expect(unseen).toMatchObject({ operation: null, errors: [{ code: "NOT_FOUND", field: ["input", "operationId"] }] });
    const noId = await gateway.send("root", resolveDocument, {
      input: { operationId: "x", step: 0, happened: false, reason: "r" },
    });
    expect(noId.errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["input", "operationId"] });
  });
});

it("requires the scope admin, even for one's own operations", async () => {
  const { id } = await lose("dropAfter", await newCase());
  const answer = await gateway.send("office", resolveDocument, {
    input: { operationId: id, step: 0, happened: false, reason: "r" },
  });
  expect(answer).toMatchObject({
    data: null,
    errors: [{ message: "This needs the scope admin.", extensions: { code: "FORBIDDEN" } }],
  });
  expect((await gateway.data("office", `{ operation(id: "${id}") { status } }`)).operation.status).toBe("UNKNOWN");
});
