import { describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** Mutations that the operator has switched off. */

const createCustomer = `mutation ($input: CreateCustomerInput!) {
  createCustomer(input: $input) { operation { status } results { status errors { code message } } }
}`;
const person = { firstName: "Grace", lastName: "Hopper" };

const recorded = async (gateway: TestGateway): Promise<readonly object[]> =>
  (await gateway.data("{ operations(first: 10) { nodes { id } } }")).operations.nodes;

const writes = (gateway: TestGateway): number =>
  Object.values(gateway.callsSince())
    .flat()
    .filter((call) => /save|create|^PUT|update/i.test(call.function)).length;

describe("with readOnly for all", () => {
  it("every mutation is UNAVAILABLE and nothing is recorded or sent; reads go on", async () => {
    const gateway = await startTestGateway({ sandbox: { customers: 10 }, readOnly: true });
    const { customers, backends } = await gateway.data(
      "{ customers(first: 40) { nodes { id backend { key } } } backends { key readOnly } }",
    );
    expect(customers.nodes.length).toBeGreaterThan(10);
    expect(backends.every(({ readOnly }: { readOnly: boolean }) => readOnly)).toBe(true);
    const [one, other] = ["pbx", "suite"].map((key) => customers.nodes.find((node: Named) => node.backend.key === key)?.id);
    const calls: readonly (readonly [string, object])[] = [
      [createCustomer, { backends: ["suite"], ...person }],
      [createCustomer, { backends: ["pbx", "suite"], ...person, validateOnly: true }],
      [
        "mutation ($input: LinkCustomersInput!) { linkCustomers(input: $input) { account { id } } }",
        { customerIds: [one, other] },
      ],
    ];
    for (const [mutation, input] of calls) {
      const { errors } = await gateway.send(mutation, { input });
      expect(errors).toMatchObject([{ extensions: { code: "UNAVAILABLE", retryable: true } }]);
      expect(errors?.[0]?.message).toContain("switched off by the operator");
    }
    expect(await recorded(gateway)).toEqual([]);
    expect(writes(gateway)).toBe(0);
    await gateway.close();
  });
});

interface Named {
  readonly id: string;
  readonly backend: { readonly key: string };
}

describe("with readOnly for one backend", () => {
  it("a mutation that would write to it is refused as a whole; others are carried out, and links are still made", async () => {
    const gateway = await startTestGateway({ sandbox: { customers: 10 }, backends: { suite: { readOnly: true } } });
    for (const backends of [["suite"], ["offices", "suite"]]) {
      const { errors } = await gateway.send(createCustomer, { input: { backends, ...person } });
      expect(errors).toMatchObject([{ extensions: { code: "UNAVAILABLE", backend: "suite", retryable: true } }]);
      expect(errors?.[0]?.message).toBe(
        "Mutations of Hosted offices are switched off by the operator. Nothing was recorded or sent.",
      );
    }
    expect(await recorded(gateway)).toEqual([]);
    expect(writes(gateway)).toBe(0);
    const { createCustomer: made } = await gateway.data(createCustomer, { input: { backends: ["offices"], ...person } });
    expect(made.operation.status).toBe("SUCCEEDED");
    const { customers } = await gateway.data("{ customers(first: 40) { nodes { id backend { key } } } }");
    const ids = ["pbx", "suite"].map((key) => customers.nodes.find((node: Named) => node.backend.key === key)?.id);
    const link = "mutation ($input: LinkCustomersInput!) { linkCustomers(input: $input) { operation { status } } }";
    const { linkCustomers } = await gateway.data(link, { input: { customerIds: ids } });
    expect(linkCustomers.operation.status).toBe("SUCCEEDED");
    await gateway.close();
  });
});
