import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ListeningGateway, startListeningGateway } from "../client/gateway.ts";
import { fileShown } from "../docs/executed.ts";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/processes.ts";
import { oneIn } from "../support/sample.ts";
import { registryMissing } from "./registry.ts";
import { emptyProject, finish, install, type Packed, pack, remove } from "./stranger.ts";

/** The package for front ends in projects made with Jest, Next, Apollo Client and GraphQL Code Generator. */

const longMs = 300_000;

let packed: Packed;
let gateway: ListeningGateway;
beforeAll(async () => {
  [packed, gateway] = await Promise.all([pack("./src/client"), startListeningGateway()]);
}, longMs);
afterAll(async () => {
  await gateway?.close();
  if (packed) remove(packed.checkout);
});

async function projectWith(packages: readonly string[], files: Readonly<Record<string, string>>): Promise<string> {
  const project = emptyProject();
  await install([packed.client, ...packages], project);
  write(project, files);
  return project;
}

function write(project: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  }
}

const missing = await registryMissing();

describe.skipIf(missing)("beside the tools of one project:", () => {
  const tests = ["jest@30"];
  const generator = ["@graphql-codegen/cli@7", "@graphql-codegen/client-preset@6", "graphql@16", "typescript@5"];
  const pages = ["next@16", "react@19", "react-dom@19", "@tanstack/react-query@5"];
  let project: string;
  beforeAll(async () => {
    project = await projectWith([...tests, ...generator, ...pages], {});
  }, longMs);
  afterAll(() => project && remove(project));
  const bin = (name: string): string => join(project, "node_modules/.bin", name);

  it("Jest, which loads it as CommonJS", { timeout: longMs }, async () => {
    const shownTest = fileShown("Jest", "asks.test.cjs").replace("http://127.0.0.1:4000/graphql", gateway.url);
    const test = `
      const { createSubmissions, memoryKeys } = require("billing-gateway-client");
      ${shownTest}
      test("has its keys", () => expect(createSubmissions({ storage: memoryKeys() }).keyOf("form")).toBeNull());`;
    write(project, { "asks.test.cjs": test });
    const { code, output } = await finish(bin("jest"), ["--testMatch", "**/*.test.cjs"], project);
    expect(output).toMatch(/2 passed, 2 total/);
    expect(code).toBe(0);
  });

  it("GraphQL Code Generator, whose documents know the scalars and are sent as they are", { timeout: longMs }, async () => {
    const files = {
      "codegen.ts": fileShown("code generation", "codegen.ts"),
      "src/own.graphql":
        "query Own($first: Int) { customers(first: $first) { nodes { id createdAt amountDue { amount currency } } } }",
      "src/asks.ts": `
        import { createGatewayClient, type Decimal, type Instant } from "billing-gateway-client";
        import { OwnDocument } from "./gql/graphql";
        export async function ask() {
          const { customers } = await createGatewayClient({ url: "/graphql" }).request(OwnDocument, { first: 2 });
          const amount: Decimal | undefined = customers.nodes[0]?.amountDue?.amount;
          const instant: Instant | null | undefined = customers.nodes[0]?.createdAt;
          // @ts-expect-error a Decimal is no number
          const wrong: number | undefined = customers.nodes[0]?.amountDue?.amount;
          return [amount, instant, wrong];
        }`,
    };
    write(project, files);
    const generated = await finish(bin("graphql-codegen"), ["--config", "codegen.ts"], project);
    expect(generated.code, generated.output).toBe(0);
    const options = ["--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom"];
    const module = ["--module", "preserve", "--moduleResolution", "bundler"];
    expect(await finish(bin("tsc"), [...options, ...module, "src/asks.ts"], project)).toEqual({
      code: 0,
      output: "",
    });
  });

  it("Next: a server component prefetches what a client component shows", { timeout: longMs }, async () => {
    const files = {
      "app/layout.jsx": "export default function Layout({ children }) { return <html><body>{children}</body></html>; }",
      "app/providers.jsx": fileShown("Next", "app/providers.jsx"),
      "app/list.jsx": fileShown("Next", "app/list.jsx"),
      "app/page.jsx": fileShown("Next", "app/page.jsx"),
    };
    write(project, files);
    const quiet = { NEXT_TELEMETRY_DISABLED: "1", GATEWAY_URL: gateway.url };
    const built = await finish(bin("next"), ["build"], project, quiet);
    expect(built.code, built.output).toBe(0);
    for (const command of oneIn(2, ["start", "dev"], "commands of Next")) {
      const port = String(await freePort());
      const program = join(project, "node_modules/next/dist/bin/next");
      const environment = { ...process.env, NODE_OPTIONS: "", NODE_ENV: undefined, ...quiet };
      const parameters = [program, command, "--port", port, "--hostname", "127.0.0.1"];
      const server = startProcess(process.execPath, parameters, { cwd: project, env: environment, group: true });
      server.stdout.resume();
      server.stderr.resume();
      const page = (): Promise<string> =>
        fetch(`http://127.0.0.1:${port}/`).then(
          (response) => response.text(),
          () => "",
        );
      await expect.poll(page, { timeout: 120_000, interval: 500 }).toMatch(/<li>Telephony<\/li><li>Telephony<\/li>/);
      process.kill(-(server.pid ?? 0), "SIGKILL");
    }
  });
});

describe.skipIf(missing)("beside", () => {
  it("Apollo Client, in whichever order npm installs them", { timeout: longMs }, async () => {
    const script = `
      import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client";
      import { apolloDocument, typePolicies } from "billing-gateway-client/apollo";
      import { CustomersDocument } from "billing-gateway-client";
      const client = new ApolloClient({ link: new HttpLink({ uri: ${JSON.stringify(gateway.url)} }), cache: new InMemoryCache({ typePolicies }) });
      const { data } = await client.query({ query: apolloDocument(CustomersDocument), variables: { first: 2 } });
      console.log(data.customers.nodes.length);`;
    const project = await projectWith([], { "asks.mjs": script });
    try {
      await install(["@apollo/client@4", "react@18", "graphql@16"], project);
      expect((await finish(process.execPath, ["asks.mjs"], project)).output).toBe("2\n");
    } finally {
      remove(project);
    }
  });

  it("older projects: Apollo Client 3, graphql 15, React 17, TanStack Query 4, TypeScript with CommonJS", {
    timeout: longMs,
  }, async () => {
    const script = `
      import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client/core";
      import { type Decimal, createGatewayClient, CreateChargeDocument, CustomerChargesDocument, CustomersDocument } from "billing-gateway-client";
      import { apolloDocument, subscriptionLink, typePolicies, updateCache } from "billing-gateway-client/apollo";
      import { scalars } from "billing-gateway-client/codegen";
      const url = ${JSON.stringify(gateway.url)};
      const subscriptions: ApolloLink = subscriptionLink(createGatewayClient({ url }));
      const client = new ApolloClient({ link: new HttpLink({ uri: url }), cache: new InMemoryCache({ typePolicies }) });
      async function run(): Promise<void> {
        const { data } = await client.query({ query: apolloDocument(CustomersDocument), variables: { first: 1, backends: ["recurring"] } });
        const customer = data.customers.nodes[0]!;
        const due: Decimal | undefined = customer.amountDue?.amount;
        // @ts-expect-error a Decimal is no number
        const wrong: number | undefined = customer.amountDue?.amount;
        const charges = { query: apolloDocument(CustomerChargesDocument), variables: { id: customer.id, first: 100 } };
        const before = await client.query(charges);
        const variables = { input: { charge: { customerId: customer.id, amount: "1.00", description: "Of an older project" } } } as const;
        const { data: charged } = await client.mutate({ mutation: apolloDocument(CreateChargeDocument), variables, update: updateCache });
        const after = await client.query(charges);
        const more = (after.data.customer?.charges.nodes.length ?? 0) - (before.data.customer?.charges.nodes.length ?? 0);
        console.log(charged?.createCharge.operation.status, more, typeof due, typeof wrong, typeof subscriptions, typeof scalars);
      }
      run();`;
    const typed = `
      import { createGatewayClient, CustomersDocument, type Decimal } from "billing-gateway-client";
      import { scalars } from "billing-gateway-client/codegen";
      export async function due(): Promise<readonly unknown[]> {
        const { customers } = await createGatewayClient({ url: Object.keys(scalars).join() }).request(CustomersDocument, { first: 1 });
        // @ts-expect-error a Decimal is no number
        const wrong: number | undefined = customers.nodes[0]?.amountDue?.amount;
        const amount: Decimal | undefined = customers.nodes[0]?.amountDue?.amount;
        return [wrong, amount];
      }`;
    const older = ["@apollo/client@3", "graphql@15", "react@17", "@types/react@17", "@tanstack/react-query@4"];
    const compilers = ["typescript@5", "typescript-4@npm:typescript@4.9"];
    const files = { "asks.ts": script, "typed.ts": typed, "package.json": '{ "private": true }' };
    const project = await projectWith([...older, ...compilers], files);
    try {
      // Without a module resolution of its own, TypeScript reads no "exports" of a package.json here.
      const options = ["--strict", "--target", "es2022", "--lib", "es2022,dom", "--module", "commonjs"];
      const compile = (compiler: string, ...more: readonly string[]) =>
        finish(process.execPath, [`node_modules/${compiler}/bin/tsc`, ...options, ...more], project);
      expect(await compile("typescript-4", "--noEmit", "typed.ts")).toEqual({ code: 0, output: "" });
      expect(await compile("typescript", "--skipLibCheck", "asks.ts")).toEqual({ code: 0, output: "" });
      const flags = ["--no-experimental-require-module", "asks.js"];
      expect((await finish(process.execPath, flags, project)).output).toBe("SUCCEEDED 1 string string object object\n");
    } finally {
      remove(project);
    }
  });
});
