import { getNamedType, isListType, isRequiredArgument } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeId, encodeId } from "../../src/model/id.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { untilFilled } from "../directory/filled.ts";
import { schema } from "../support/schema.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";
import { askingFor, fieldsOf, readable } from "./whole-schema.ts";

/**
 * Callers of one backend ask every field of Query for everything, with every id and cursor that a caller of all backends has seen: of the
 * other backends, and of what the gateway keeps about them, they learn nothing.
 */

const scopes = ["read", "write", "raw", "approve"] as const;
const attackers = [callerOf("pbx-admin", [...scopes, "admin"], ["pbx"]), callerOf("pbx-desk", scopes, ["pbx"])];
/** In the names of all that is hidden. */
const mark = "Zq7";

let sandbox: Sandbox;
let gateway: CallingGateway;
/** Of hidden objects, and of objects of the gateway that are partly about them. */
let ids: readonly string[];
let cursors: readonly string[];

beforeAll(async () => {
  sandbox = await startSandbox({ customers: 60 });
  gateway = await startCallingGateway(sandbox, {
    callers: [callerOf("root", [...scopes, "admin"]), ...attackers],
    directory: { refreshMinutes: 60, charges: true },
    limits: { maxComplexity: 10_000_000, maxTokens: 1_000_000, maxAliases: 1_000_000, maxDepth: 50, maxBackendCalls: 100_000 },
  });
  const customersOf = async (backend: string): Promise<readonly string[]> => {
    const query = "query ($backend: String!) { customers(backends: [$backend], first: 4) { nodes { id } } }";
    const { customers } = await gateway.data("root", query, { backend });
    return customers.nodes.map(({ id }: { readonly id: string }) => id);
  };
  const change = async (name: string, input: object, selection: string) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const answer = await gateway.data("root", `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`, {
      input,
    });
    return answer[name];
  };
  const [visible, suites, subscribers] = [await customersOf("pbx"), await customersOf("suite"), await customersOf("recurring")];
  const operations: string[] = [];
  for (const [index, id] of [...suites, ...subscribers].entries()) {
    const { operation } = await change("updateCustomer", { id, name: `${mark} ${index}` }, "operation { id }");
    operations.push(operation.id);
  }
  gateway.composition.directory.start({ lookEveryMs: 50 });
  await untilFilled(gateway.composition.directory);
  const accounts: string[] = [];
  for (const customerIds of [
    [suites[0], visible[0]],
    [suites[1], subscribers[0]],
    [visible[1], suites[2], subscribers[1]],
  ])
    accounts.push((await change("linkCustomers", { customerIds }, "account { id }")).account.id);
  const charge = { name: `${mark} charge`, amount: "1.00", customerId: subscribers[0] };
  const created = await change("createCharge", { charge, idempotencyKey: mark }, "operation { id } charge { id }");
  const rows = [subscribers[2], visible[2]].map((customerId) => ({ ...charge, customerId }));
  const { run } = await change("createChargeRun", { name: `${mark} run`, rows }, "run { id }");
  ids = [
    ...[...suites, ...subscribers, ...accounts, ...operations, created.operation.id, created.charge.id, run.id],
    ...["suite", "recurring"].map((backend) => encodeId({ type: "Backend", backend, id: "" })),
  ];
  const paged = ["customers", "operations", "accounts", "changes", "linkSuggestions", "chargeRuns"];
  const answers = await Promise.all(
    paged.map((name) => gateway.data("root", `{ ${name}(first: 2) { pageInfo { endCursor } } }`).then((answer) => answer[name])),
  );
  cursors = answers.map(({ pageInfo }) => pageInfo.endCursor).filter((cursor) => cursor !== null);
});
afterAll(async () => {
  await gateway?.composition.close();
  await sandbox?.close();
});

/** All variables with which a field is asked: each argument once with each value that an attacker may know. */
function questions(name: string): readonly Record<string, unknown>[] {
  const known = (argument: string, type: string, isList: boolean): readonly unknown[] => {
    if (type === "ID") return isList ? [ids] : ids;
    if (type === "_Any") return [ids.map((id) => ({ __typename: decodeId(id)?.type ?? "Account", id }))];
    const values: Readonly<Record<string, readonly unknown[]>> = {
      after: cursors,
      backend: ["suite"],
      backendId: ["1"],
      backends: [["suite"], ["pbx", "recurring"]],
      first: [50],
      filter:
        type === "CustomerFilter"
          ? [{ search: mark }]
          : type === "OperationFilter"
            ? [{ backend: "suite" }, { actor: "root" }]
            : [],
      key: ["suite", "recurring"],
      search: [mark],
      text: [mark],
    };
    return values[argument] ?? [];
  };
  const asked = (schema.getQueryType()?.getFields()[name]?.args ?? []).map((argument) => {
    const { name: named } = getNamedType(argument.type);
    const values = known(
      argument.name,
      named,
      isListType("ofType" in argument.type ? argument.type.ofType : argument.type) || isListType(argument.type),
    );
    return { argument, values };
  });
  const needed = asked.filter(({ argument }) => isRequiredArgument(argument) || argument.name === "first");
  const usual = Object.fromEntries(needed.map(({ argument, values }) => [argument.name, values[0]]));
  return [usual, ...asked.flatMap(({ argument, values }) => values.map((value) => ({ ...usual, [argument.name]: value })))];
}

describe.each(attackers)("$name", ({ name: caller }) => {
  it.each(fieldsOf("Query").filter((name) => name !== "_service"))("learns nothing of other backends from %s", async (name) => {
    for (const variables of questions(name)) {
      const { extensions: _, ...answer } = await gateway.send(caller, askingFor("Query", name, 4), variables);
      expect(answer).not.toMatchObject({ errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] });
      const sent = readable(variables).join("\n");
      const told = readable(answer).filter((text) => /Zq7|\b(?:suite|recurring|offices)\b/.test(text) && !sent.includes(text));
      expect(told, JSON.stringify(variables).slice(0, 200)).toEqual([]);
    }
  });

  it("sees its own backend", async () => {
    const { customers, backends } = await gateway.data(caller, "{ customers(first: 5) { nodes { id } } backends { key } }");
    expect(customers.nodes).toHaveLength(5);
    expect(backends).toEqual([{ key: "pbx" }]);
  });
});

it("a caller of all backends is told what is hidden by the same questions", async () => {
  const telling: string[] = [];
  for (const name of ["customer", "node", "nodes", "accounts", "operations", "search", "chargeRun", "charge", "_entities"]) {
    for (const variables of questions(name)) {
      const { data } = await gateway.send("root", askingFor("Query", name, 4), variables);
      if (readable(data).some((text) => text.includes(mark))) telling.push(name);
    }
  }
  expect(new Set(telling).size).toBe(9);
});
