import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ListeningGateway, startListeningGateway } from "../client/gateway.ts";
import { startProcess } from "../support/processes.ts";
import { shopSdl } from "../support/shop.ts";
import { registryMissing } from "./registry.ts";
import { emptyProject, install, remove } from "./stranger.ts";

/** The gateway beside an invented shop's subgraph, both behind Apollo's gateway, as a stranger puts them together. */

const longMs = 300_000;
const subgraph = readFileSync(fileURLToPath(new URL("../../schema/subgraph.graphql", import.meta.url)), "utf8");

/** The shop, its composition with the billing gateway, and the router; it prints where that listens. */
const program = `
  import { ApolloGateway } from "@apollo/gateway";
  import { ApolloServer } from "@apollo/server";
  import { startStandaloneServer } from "@apollo/server/standalone";
  import { buildSubgraphSchema } from "@apollo/subgraph";
  import { composeServices } from "@apollo/composition";
  import { parse } from "graphql";
  import { readFileSync } from "node:fs";

  const [billing, ...orders] = JSON.parse(process.argv[2]);
  const shopSdl = readFileSync("shop.graphql", "utf8");
  const order = ({ number, customer, charge }) => ({ number, customer: { __typename: "Customer", id: customer }, charge: charge && { __typename: "Charge", id: charge } });
  const shop = new ApolloServer({
    schema: buildSubgraphSchema([{
      typeDefs: parse(shopSdl),
      resolvers: {
        Query: { orders: () => orders.map(order) },
        Customer: { orders: ({ id }) => orders.filter(({ customer }) => customer === id).map(order) },
      },
    }]),
  });
  const { url: shopUrl } = await startStandaloneServer(shop, { listen: { port: 0, host: "127.0.0.1" } });
  const services = [
    { name: "billing", url: billing, typeDefs: parse(readFileSync("subgraph.graphql", "utf8")) },
    { name: "shop", url: shopUrl, typeDefs: parse(shopSdl) },
  ];
  const { supergraphSdl, errors } = composeServices(services);
  if (errors) throw new Error(errors.map(({ message }) => message).join("; "));
  const router = new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl }) });
  const { url } = await startStandaloneServer(router, { listen: { port: 0, host: "127.0.0.1" } });
  console.log("listens on " + url);
`;

describe.skipIf(await registryMissing())("a supergraph of the billing gateway and a shop", () => {
  let gateway: ListeningGateway;
  let project: string;
  let router: string;
  let end: () => Promise<void> = async () => undefined;
  let customers: readonly { readonly id: string; readonly name: string }[];

  beforeAll(async () => {
    gateway = await startListeningGateway();
    const { data } = await post(gateway.url, '{ customers(first: 12, backends: ["recurring"]) { nodes { id name } } }');
    customers = data.customers.nodes;
    project = emptyProject();
    writeFileSync(join(project, "router.js"), program);
    writeFileSync(join(project, "shop.graphql"), shopSdl);
    writeFileSync(join(project, "subgraph.graphql"), subgraph);
    const packages = ["@apollo/gateway@2", "@apollo/composition@2", "@apollo/subgraph@2", "@apollo/server@5", "graphql@16"];
    await install(packages, project);
    const orders = customers.map(({ id }, index) => ({ number: String(index + 1), customer: id }));
    const child = startProcess(process.execPath, ["router.js", JSON.stringify([gateway.url, ...orders])], {
      cwd: project,
      env: { PATH: process.env["PATH"] },
    });
    const closed = once(child, "close");
    end = async () => {
      child.kill("SIGTERM");
      await closed;
    };
    let output = "";
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        const [, url] = /listens on (\S+)/.exec(output) ?? [];
        if (url !== undefined) resolve(url);
      });
    }
    closed.then(([code]) => reject(new Error(`The router ended with ${code}. It printed:\n${output}`)), reject);
    router = await promise;
  }, longMs);
  afterAll(async () => {
    await end();
    await gateway?.close();
    if (project) remove(project);
  });

  it("joins both subgraphs: names of customers from billing, orders from the shop, in one lookup", async () => {
    const before = gateway.sandbox.backends.recurring.calls.length;
    const { data, errors } = await post(router, "{ orders { number customer { id name } } }");
    expect(errors).toBeUndefined();
    expect(data.orders.map(({ customer }: { customer: object }) => customer)).toEqual(customers);
    expect(gateway.sandbox.backends.recurring.calls.length - before).toBeLessThanOrEqual(customers.length);
    const [first] = customers;
    const document = "query ($id: ID!) { customer(id: $id) { name orders { number } } }";
    const found = await post(router, document, { id: first?.id });
    expect(found.data.customer).toEqual({ name: first?.name, orders: [{ number: "1" }] });
  });

  it("passes mutations on with their keys: a repeated one acts once", async () => {
    const document = `mutation ($input: CreateChargeInput!) {
      createCharge(input: $input) { charge { id customer { id orders { number } } } operation { id replayed } errors { code } }
    }`;
    const [, second] = customers;
    const input = {
      charge: { customerId: second?.id, amount: "12.34", description: "through a router" },
      idempotencyKey: "once",
    };
    const one = await post(router, document, { input });
    const two = await post(router, document, { input });
    expect(one.errors).toBeUndefined();
    expect(one.data.createCharge.charge.customer).toEqual({ id: second?.id, orders: [{ number: "2" }] });
    expect(two.data.createCharge.operation).toEqual({ ...one.data.createCharge.operation, replayed: true });
    expect(gateway.callsOf("recurring", "transactions/~create")).toBe(1);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: the shape is the document's
async function post(url: string, query: string, variables: object = {}): Promise<any> {
  const body = JSON.stringify({ query, variables });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return response.json();
}
