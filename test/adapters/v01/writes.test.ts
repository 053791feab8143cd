import { describe, expect, it } from "vitest";
import type { WritePlan, Written } from "../../../src/adapter/adapter.ts";
import { failure, type Script, scope, scripted } from "./fake-connection.ts";
import { sendNoted } from "./simulated.ts";

const intent = { stepId: "0b7e-1", createdAt: "2026-11-21T10:00:00Z", note: null };

const sendOnly = <T>(plan: WritePlan<T> | undefined, id: string | null = null): Promise<Written<T>> =>
  sendNoted(plan, intent, id);

describe("writing", () => {
  const echo: Script = ({ method, body }) =>
    method === "GET" ? { json: [] } : { json: { id: 905, ...(body && "json" in body ? (body.json as object) : body?.form) } };

  it("creates a customer with a code by which it can be found again", async () => {
    const { adapter, sent } = scripted(echo);
    const plan = adapter.customers.create?.({
      name: "Acme",
      firstName: "Ann",
      lastName: "Lee",
      phone: "1",
      address: { lines: ["a"] },
    });
    expect(plan?.steps[0]?.action).toBe("PUT /customers");
    expect(await sendOnly(plan)).toMatchObject({ id: "905", value: { name: "Acme", reference: null, phone: "1" } });
    const json = {
      accountId: 2001,
      firstName: "Ann",
      lastName: "Lee",
      organizationName: "Acme",
      workPhone: "1",
      street1: "a",
      code: "gw-1-0b7e",
    };
    expect(sent.filter(({ effect }) => effect === "write")).toMatchObject([
      { function: "PUT /customers", method: "PUT", path: "customers", body: { json } },
    ]);
  });

  it("sends changed members only, and the phone in its current column", async () => {
    const stored = { id: 5, firstName: "Ann", lastName: "Lee", cellPhone: "1", street1: "a", street2: "b" };
    const { adapter, sent } = scripted(() => ({ json: stored }));
    await sendOnly(adapter.customers.update?.("5", { phone: "2", address: { lines: ["c", "d"] } }), "5");
    expect(sent.at(-1)).toMatchObject({
      method: "POST",
      path: "customers/5",
      body: { json: { street1: "c", street2: "d", cellPhone: "2" } },
    });
    const clearing = sendOnly(adapter.customers.update?.("5", { address: { lines: ["c"] } }), "5");
    await expect(clearing).rejects.toMatchObject({ code: "UNSUPPORTED", field: ["address", "lines"] });
    expect(sent.filter(({ effect }) => effect === "write")).toHaveLength(1);
  });

  it("does not change a missing object", async () => {
    const { adapter } = scripted(() => failure("V01", 404));
    await expect(sendOnly(adapter.customers.update?.("5", { name: "x" }), "5")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(sendOnly(adapter.charges.void?.("5:1"), "5:1")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(sendOnly(adapter.taxes?.archive?.("US:1"), "US:1")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it.each([
    [
      { amount: "50", taxAmount: "4.00", date: "2024-06-01", description: "June", reference: "r" },
      true,
      { type: "RI", amount: 5400, taxAmount: 400, dueDate: "2024-06-01", note: "June", code: "r" },
    ],
    [{ amount: "50", taxAmount: "4" }, false, { type: "RI", amount: 5000, taxAmount: 400, code: "gw-1-0b7e" }],
    [{ amount: "0.01", notes: "m" }, true, { type: "RI", amount: 1, note: "m", code: "gw-1-0b7e" }],
  ])("creates a charge from %j", async (input, taxIncludedInAmount, json) => {
    const { adapter, sent } = scripted(echo, { taxIncludedInAmount });
    const written = await sendOnly(adapter.charges.create?.({ customerId: "10021", ...input }));
    expect(written.id).toBe("10021:905");
    expect(Number(written.value?.amount?.amount)).toBe(Number(input.amount));
    const writes = sent.filter(({ effect }) => effect === "write");
    expect(writes).toMatchObject([{ method: "PUT", path: "customers/10021/transactions" }]);
    expect(writes[0]?.body).toEqual({ json: { ...json, creatorCode: "gateway" } });
  });

  it.each([
    [
      { amount: "50", description: "n" },
      { type: "RC", amount: 5000, note: "n" },
    ],
    [
      { amount: "0.01", currency: "USD" },
      { type: "RC", amount: 1 },
    ],
  ])("creates a credit from %j", async (input, json) => {
    const { adapter, sent } = scripted(echo);
    const written = await sendOnly(adapter.charges.createCredit?.({ customerId: "10021", ...input }));
    expect(written).toMatchObject({ id: "10021:905", value: { kind: "CREDIT" } });
    expect(Number(written.value?.amount?.amount)).toBe(-Number(input.amount));
    const writes = sent.filter(({ effect }) => effect === "write");
    expect(writes).toMatchObject([{ method: "PUT", path: "customers/10021/transactions" }]);
    expect(writes[0]?.body).toEqual({ json: { ...json, code: "gw-1-0b7e", creatorCode: "gateway" } });
  });

  it("names the field that the backend refuses", async () => {
    const refusal = { status: 400, json: { failureCode: "F01", failureMessage: "dueDate lies in the past." } };
    const { adapter } = scripted(({ effect }) => (effect === "write" ? refusal : { json: [] }));
    const refused = sendOnly(adapter.charges.create?.({ customerId: "1", amount: "1" }));
    await expect(refused).rejects.toMatchObject({ code: "INVALID_INPUT", field: ["date"], backendCode: "F01" });
  });

  it("reverses charges only, by a GET that is a write", async () => {
    const entries = [
      { id: 1, type: "RI", amount: 100, balance: 0, createDate: "2026-01-01" },
      { id: 2, type: "RI", amount: 100, balance: 0, createDate: "2026-01-01" },
      { id: 3, type: "RR", amount: 100, balance: 0, createDate: "2026-01-01" },
      { id: 4, type: "AP", amount: 100, balance: 100 },
    ];
    const { adapter, sent } = scripted(({ path }) => {
      const id = Number(/transactions\/(\d+)/.exec(path)?.[1]);
      const reversal = { id: 5, type: "RR", amount: 100, balance: 0, createDate: "2026-11-21 10:00:01" };
      return { json: path.endsWith("~reverse") ? reversal : id ? entries[id - 1] : entries };
    });
    const plan = adapter.charges.void?.("8:1");
    // Before the reversal, nothing shows which of the two invoices was paid and which reversed.
    await expect(plan?.read("8:1", scope)).resolves.toMatchObject({ status: "SETTLED" });
    await expect(sendOnly(plan, "8:1")).resolves.toEqual({ id: "8:1", claims: ["reversal:5"] });
    await expect(plan?.read("8:1", scope)).resolves.toMatchObject({ status: "VOIDED" });
    const reversal = {
      function: "GET /customers/{id}/transactions/{id}/~reverse",
      method: "GET",
      path: "customers/8/transactions/1/~reverse",
    };
    expect(sent.filter(({ effect }) => effect === "write")).toMatchObject([reversal]);
    await expect(sendOnly(adapter.charges.void?.("8:4"), "8:4")).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(sent.filter(({ effect }) => effect === "write")).toHaveLength(1);
  });

  it("creates a tax with a form", async () => {
    const { adapter, sent } = scripted(echo);
    const plan = adapter.taxes?.create?.({ name: "VAT", rate: "7.25", effectiveDate: "2026-01-01", country: "de" });
    expect(await sendOnly(plan)).toMatchObject({ id: "DE:905", value: { name: "VAT", rate: "7.25" } });
    const form = { effectiveDate: "2026-01-01", value: "725", description: "VAT" };
    expect(sent.filter(({ effect }) => effect === "write")).toMatchObject([
      { method: "POST", path: "countries/DE/taxes/0", body: { form } },
    ]);
  });

  it("repeats a changed tax completely, an archived one as archived", async () => {
    const stored = { id: 3, value: "725", description: "Sales", effectiveDate: "2024-01-01", isActive: false };
    const { adapter, sent } = scripted((call) => (call.method === "GET" ? { json: stored } : { json: { ...stored } }));
    await sendOnly(adapter.taxes?.update?.("US:3", { rate: "8" }), "US:3");
    await sendOnly(adapter.taxes?.archive?.("US:3"), "US:3");
    const form = { effectiveDate: "2024-01-01", value: "800", description: "Sales", isActive: "false" };
    expect(sent.flatMap(({ body }) => body ?? [])).toEqual([{ form }, { form: { ...form, value: "725" } }]);
  });

  it.each([{ json: {} }, { json: undefined }, { json: [] }, { json: { failureCode: "W01" } }])(
    "does not understand the answer %j",
    async (answer) => {
      const { adapter } = scripted(({ effect }) => (effect === "read" ? { json: { id: 1, type: "RI" } } : answer));
      await expect(sendOnly(adapter.charges.create?.({ customerId: "1", amount: "1" }))).rejects.toBeInstanceOf(TypeError);
      await expect(sendOnly(adapter.charges.void?.("1:1"), "1:1")).rejects.toBeInstanceOf(TypeError);
    },
  );
});
