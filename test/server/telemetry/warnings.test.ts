import { afterAll, beforeAll, expect, it } from "vitest";
import { apiKeys, mintKey, type Served, serve } from "./served.ts";

/** A write with warnings: what operators see of it, and what other callers do not see. */

const office = mintKey("back-office", ["read", "write"]);
const branch = mintKey("branch", ["read", "admin"], ["suite"]);
let served: Served;
beforeAll(async () => {
  served = await serve({ sections: apiKeys(office, branch) });
});
afterAll(() => served.close());

const create = `mutation ($name: String!) {
  createCustomer(input: { backends: ["suite"], name: $name, idempotencyKey: "once" }) {
    operation { id replayed steps { warnings { code message field sent stored } } }
  }
}`;
const show = "query ($id: ID!) { operation(id: $id) { steps { warnings { code field sent stored } } } }";

it("is one log line without values, and only its caller sees the values", async () => {
  served.sandbox.backends.suite.setConditions({ storedAs: { name: "CANARY-STORED" } });
  const send = async () => (await (await served.post(create, { name: "CANARY-SENT" }, office.bearer)).json()) as never;
  const { data } = (await send()) as { data: { createCustomer: { operation: { id: string; steps: unknown[] } } } };
  const { id, steps } = data.createCustomer.operation;
  const warning = { code: "STORED_DIFFERENTLY", field: ["input", "name"], sent: "CANARY-SENT", stored: "CANARY-STORED" };
  expect(steps).toMatchObject([{ warnings: [warning] }]);
  await send();

  const lines = served.lines().filter(({ msg }) => msg === "a write has warnings");
  expect(lines).toMatchObject([
    {
      level: "warn",
      operation: expect.any(String),
      mutation: "createCustomer",
      step: 0,
      action: "POST /clients/save",
      backend: "suite",
      warnings: [{ code: "STORED_DIFFERENTLY", field: "input.name" }],
    },
  ]);
  expect(served.log()).not.toContain("CANARY");

  const asked = async (headers: Record<string, string>) => (await (await served.post(show, { id }, headers)).json()) as object;
  expect(await asked(office.bearer)).toMatchObject({ data: { operation: { steps: [{ warnings: [warning] }] } } });
  expect(await asked(branch.bearer)).toMatchObject({
    data: { operation: { steps: [{ warnings: [{ ...warning, sent: "(left out)", stored: "(left out)" }] }] } },
  });
});
