import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** One key and one input in different notations: through the whole gateway, into every kind of backend. */

const file = join(mkdtempSync(join(tmpdir(), "gateway-keys-")), "gateway.db");
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    sandbox: { customers: 40 },
    backend: { timeoutMs: 10_000, circuit: { failures: 1000 } },
    store: `sqlite:${file}`,
  });
});
afterAll(async () => gateway.close());
afterEach(() => {
  for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
});

const document = `mutation ($input: CreateChargeInput!) {
  createCharge(input: $input) {
    errors { code field }
    operation { id status replayed idempotencyKey steps { action status attempts } }
  }
}`;

interface Payload {
  readonly errors: readonly { readonly code: string; readonly field: readonly string[] | null }[];
  readonly operation: {
    readonly id: string;
    readonly status: string;
    readonly replayed: boolean;
    readonly idempotencyKey: string;
    readonly steps: readonly { readonly action: string; readonly status: string; readonly attempts: number }[];
  };
}

type Charge = Readonly<Record<string, unknown>>;

async function create(charge: Charge, options: Record<string, unknown> = {}, header?: string): Promise<Payload> {
  const headers = header === undefined ? undefined : { "idempotency-key": header };
  const { createCharge } = await gateway.data<{ createCharge: Payload }>(document, { input: { charge, ...options } }, headers);
  return createCharge;
}

const creates = { pbx: "charges/create", suite: "charges/new", offices: "POST /charges", recurring: "transactions/~create" };
type BackendKey = keyof typeof creates;
const backendKeys = Object.keys(creates) as BackendKey[];

/** Number of charges requested from the backend since the last look. */
function createsSince(backend: BackendKey): number {
  return gateway.callsSince()[backend]?.filter((call) => call.function.includes(creates[backend])).length ?? 0;
}

/** Where each backend accepts a text. */
const textMember = { pbx: "name", suite: "notes", offices: "description", recurring: "description" } as const;
let made = 0;

/** The members of a charge that each backend accepts, with an amount to be written in different ways. */
async function chargeFor(backend: BackendKey): Promise<Charge> {
  const found = await gateway.data(
    `query ($backend: String!) {
      customers(first: 1, backends: [$backend]) { nodes { id } }
      backend(key: $backend) { services(first: 1) { nodes { id } } }
    }`,
    { backend },
  );
  const [service] = found.backend.services.nodes;
  made += 1;
  return {
    customerId: found.customers.nodes[0].id,
    amount: "19.90",
    [textMember[backend]]: "Zo\u00eb 0019",
    ...(service && { serviceId: service.id }),
    ...(backend === "recurring" && { reference: `00${made}` }),
  };
}

const decomposed = (charge: Charge): Charge =>
  Object.fromEntries(
    Object.entries(charge).map(([name, value]) => [name, typeof value === "string" ? value.normalize("NFD") : value]),
  );
const utf8 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

describe.each(backendKeys)("on %s", (backend) => {
  it("the same key and input, written differently, is the same call", async () => {
    const charge = await chargeFor(backend);
    const key = `Zo\u00eb ${backend}`;
    gateway.callsSince();
    const first = await create(charge, { idempotencyKey: key });
    expect(first).toMatchObject({ errors: [], operation: { status: "SUCCEEDED", replayed: false, idempotencyKey: key } });
    const repeats = [
      await create({ ...charge, amount: "19.9" }, { idempotencyKey: ` ${key}\n` }),
      await create(
        { ...charge, amount: 19.9, taxIds: null, serviceId: charge["serviceId"] ?? null },
        { idempotencyKey: key.normalize("NFD") },
      ),
      await create({ ...decomposed(charge), executeNow: null }, { idempotencyKey: key, validateOnly: null }),
      await create({ ...charge, amount: "1.99e1" }, {}, utf8(key)),
      await create({ ...charge, amount: "19.900" }, {}, utf8(`"${key}"`)),
      await create(charge, { idempotencyKey: `${key} `, validateOnly: false }, utf8(` "${key.normalize("NFD")}" `)),
    ];
    for (const { errors, operation } of repeats) {
      expect(errors).toEqual([]);
      expect(operation).toMatchObject({ id: first.operation.id, replayed: true, idempotencyKey: key });
    }
    expect(createsSince(backend)).toBe(1);
  });

  it("another input under the key is refused, and nothing is sent", async () => {
    const charge = await chargeFor(backend);
    const key = `other ${backend}`;
    const first = await create(charge, { idempotencyKey: key });
    gateway.callsSince();
    const others: Charge[] = [
      { ...charge, amount: "19.91" },
      { ...charge, amount: "199" },
      { ...charge, [textMember[backend]]: "Zo\u00eb 19" },
      { ...charge, date: "2026-11-21" },
      { ...charge, taxIds: [] },
      { ...charge, reference: String(made) },
    ];
    for (const other of others) {
      const { errors, operation } = await create(other, { idempotencyKey: ` ${key}` });
      expect(errors).toMatchObject([{ code: "IDEMPOTENCY_KEY_REUSED", field: ["input", "idempotencyKey"] }]);
      expect(operation.id).toBe(first.operation.id);
    }
    expect(createsSince(backend)).toBe(0);
  });

  it("a failed part is finished once by a retry that is written differently", async () => {
    const charge = await chargeFor(backend);
    const key = `failed ${backend}`;
    gateway.sandbox.backends[backend].setFaults([{ kind: "rateLimit", retryAfterSeconds: 0, function: creates[backend] }]);
    const failed = await create(charge, { idempotencyKey: key });
    expect(failed.operation.status).toBe("FAILED");
    gateway.sandbox.backends[backend].setFaults([]);
    gateway.callsSince();
    const again = await create({ ...charge, amount: 19.9, taxIds: null }, {}, `"${key}"`);
    expect(again).toMatchObject({ errors: [], operation: { id: failed.operation.id, status: "SUCCEEDED", replayed: false } });
    expect((await create({ ...charge, amount: "19.9" }, { idempotencyKey: key })).operation.replayed).toBe(true);
    expect(createsSince(backend)).toBe(1);
  });

  it("a call that was recorded by earlier rules is recognised, as it was written and written differently", async () => {
    const charge = await chargeFor(backend);
    for (const [key, written, header] of [
      [`quoted ${backend}`, `"quoted ${backend}"`, `"quoted ${backend}"`],
      [`accent é ${backend}`, utf8(`accent é ${backend}`), utf8(`accent é ${backend}`)],
      [`spaced ${backend}`, ` spaced ${backend}`, undefined],
    ] as const) {
      const { operation } = await create(charge, { idempotencyKey: key });
      withStore((store) => {
        const earlier = store.prepare(
          "update operations set idempotency_key = ?, input_hash = 'by other rules' where idempotency_key = ?",
        );
        expect(earlier.run(written, key).changes).toBe(1);
      });
      gateway.callsSince();
      const options = header === undefined ? { idempotencyKey: written } : {};
      expect((await create(charge, options, header)).operation).toMatchObject({ id: operation.id, replayed: true });
      expect((await create({ ...charge, amount: "19.9" }, options, header)).operation).toMatchObject({
        id: operation.id,
        replayed: true,
      });
      const { errors } = await create({ ...charge, amount: "19.91" }, options, header);
      expect(errors).toMatchObject([{ code: "IDEMPOTENCY_KEY_REUSED" }]);
      expect(createsSince(backend)).toBe(0);
    }
  });
});

function withStore(task: (store: DatabaseSync) => void): void {
  const store = new DatabaseSync(file);
  try {
    task(store);
  } finally {
    store.close();
  }
}

describe("an unacceptable key", () => {
  it.each([
    [{ idempotencyKey: "" }, undefined, ["input", "idempotencyKey"]],
    [{ idempotencyKey: " \u00a0" }, undefined, ["input", "idempotencyKey"]],
    [{ idempotencyKey: "x".repeat(201) }, undefined, ["input", "idempotencyKey"]],
    [{}, "", ["Idempotency-Key"]],
    [{}, '" "', ["Idempotency-Key"]],
    [{}, '"q1', ["Idempotency-Key"]],
    [{}, '"q1", "q2"', ["Idempotency-Key"]],
    [{ idempotencyKey: '"q1"' }, '"q1"', ["input", "idempotencyKey"]],
  ])("is refused before anything is recorded: %j, header %j", async (options, header, field) => {
    const charge = await chargeFor("recurring");
    const extra = header === undefined ? {} : { headers: { "idempotency-key": header } };
    gateway.callsSince();
    const { errors } = await gateway.send(document, { input: { charge, ...options } }, extra);
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field });
    expect(createsSince("recurring")).toBe(0);
  });
});
