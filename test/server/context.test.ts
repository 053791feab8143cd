import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import type { Services } from "../../src/server/context.ts";
import { type Serving, serveOn } from "../gateway/serving.ts";
import { serveGateway } from "./http/serve.ts";

/** Records which of a caller's read models are created. */
function watched(made: string[]): (services: Services) => Services {
  return ({ viewOf, ...services }) => ({
    ...services,
    viewOf: (caller) => {
      const view = viewOf(caller);
      const noted =
        <Given extends unknown[], Model>(name: string, make: (...given: Given) => Model) =>
        (...given: Given): Model => {
          made.push(name);
          return make(...given);
        };
      return { ...view, operations: noted("operations", view.operations), accounts: noted("accounts", view.accounts) };
    },
  });
}

describe("the context of a request", () => {
  it("creates what is used, once, and nothing else", async () => {
    const made: string[] = [];
    await using gateway = await serveGateway({ services: watched(made) });
    const ask = async (query: string): Promise<readonly string[]> => {
      const response = await gateway.post({ query });
      expect(await response.json()).not.toHaveProperty("errors");
      return made.splice(0);
    };
    expect(await ask('{ viewer { name } customers(first: 1, backends: ["suite"]) { nodes { name } } }')).toEqual([]);
    expect(await ask("{ operations(first: 1) { nodes { id } } again: operations(first: 2) { nodes { id } } }")).toEqual([
      "operations",
    ]);
    expect(await ask("{ accounts(first: 1) { nodes { id } } }")).toEqual(["accounts"]);
  });
});

describe("a client that goes away", () => {
  let sandbox: Sandbox;
  let gateway: Serving;
  beforeAll(async () => {
    sandbox = await startSandbox({ customers: 4 });
    gateway = await serveOn(sandbox);
  });
  afterAll(async () => {
    await gateway?.close();
    await sandbox?.close();
  });

  it("ends the mutation in progress as the journal decides, and begins no further one of its request", async () => {
    const listed = '{ customers(first: 2, backends: ["suite"]) { nodes { id name } } }';
    const { customers } = await gateway.data(listed);
    const [first, second] = customers.nodes;
    sandbox.backends.suite.setFaults([{ kind: "delay", milliseconds: 300 }]);
    const client = new AbortController();
    const rename = "updateCustomer(input: { id: $ID, name: $NAME }) { errors { code } }";
    const field = (alias: string, { id }: { id: string }): string =>
      `${alias}: ${rename.replace("$ID", JSON.stringify(id)).replace("$NAME", `"${alias}"`)}`;
    const before = sandbox.backends.suite.calls.length;
    const answer = gateway.ask(`mutation { ${field("one", first)} ${field("two", second)} }`, {}, { signal: client.signal });
    await expect.poll(() => sandbox.backends.suite.calls.length).toBeGreaterThan(before);
    client.abort();
    await expect(answer).rejects.toThrow();
    sandbox.backends.suite.setFaults([]);
    const recorded = "{ operations(first: 5) { nodes { status } } }";
    // What had not left is given up; what had left is finished.
    const ended = { nodes: [{ status: expect.stringMatching(/^(SUCCEEDED|FAILED)$/) }] };
    await expect.poll(() => gateway.data(recorded)).toEqual({ operations: ended });
    const after = await gateway.data(listed);
    expect(after.customers.nodes[1]).toEqual(second);
    expect(await gateway.data(recorded)).toEqual({ operations: ended });
  });
});
