import { readFileSync } from "node:fs";
import { parse } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Examples, examplesOf, type KnownIds } from "../../scripts/client-examples.ts";
import * as generated from "../../src/client/generated/graphql.ts";
import * as hooks from "../../src/client/generated/hooks.ts";
import { createGatewayClient, type GatewayClient } from "../../src/client/index.ts";
import { shown } from "../docs/executed.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** docs/clients/reference.md: sends its examples unchanged, with ids of a sandbox in place of its ids. */

const reference = readFileSync(new URL("../../docs/clients/reference.md", import.meta.url), "utf8");
const names = Object.keys(generated)
  .filter((name) => name.endsWith("Document"))
  .map((name) => name.slice(0, -"Document".length) as keyof Examples);
const textOf = (name: keyof Examples): string => String(new Map(Object.entries(generated)).get(`${name}Document`));
const isSubscription = (name: keyof Examples): boolean => textOf(name).startsWith("subscription");

let gateway: TestGateway;
let client: GatewayClient;
beforeAll(async () => {
  gateway = await startTestGateway({ runs: { approval: { above: { USD: 100_000 } } } });
  client = createGatewayClient({
    url: "http://gateway.test/graphql",
    fetch: (_url, request) => gateway.post(String(request?.body), request?.headers as Record<string, string>),
  });
});
afterAll(async () => gateway?.close());

type AnyAnswer = Readonly<Record<string, { readonly errors?: readonly object[] } | null>>;

function send(name: keyof Examples, variables: object): Promise<AnyAnswer> {
  return client.request(textOf(name), variables as never) as Promise<AnyAnswer>;
}

let made = 0;

/** The ids of an example, each marked as its name. */
const marks = new Proxy({} as KnownIds, { get: (_ids, id) => `@${String(id)}` });

/** An example's variables, with ids of new objects, so that none depends on another. Only the objects that it names are made. */
async function variablesOf(name: keyof Examples): Promise<object> {
  made += 1;
  const known = newObjects();
  const text = JSON.stringify(examplesOf(marks)[name]);
  const ids = new Map<string, string>();
  for (const [mark, id] of text.matchAll(/"@(\w+)"/g)) ids.set(mark, await known[id as keyof KnownIds]());
  return JSON.parse(text.replaceAll(/"@\w+"/g, (mark) => JSON.stringify(ids.get(mark))));
}

/** Makes something when it is first asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let making: Promise<T> | undefined;
  return () => {
    making ??= make();
    return making;
  };
}

function newObjects(): Readonly<Record<keyof KnownIds, () => Promise<string>>> {
  const customerIn = (backend: string, name: string): (() => Promise<string>) =>
    once(async () => {
      const email = `${name}${made}@bakery.example`;
      const named = backend === "recurring" ? { firstName: name, lastName: `No. ${made}` } : { name: `${name} ${made}` };
      const plan = backend === "pbx" ? { planId: await firstPlan() } : {};
      const { createCustomer } = await client.request(generated.CreateCustomerDocument, {
        input: { backends: [backend], email, ...named, ...plan },
      });
      const [result] = createCustomer.results;
      if (!result?.customer) throw new Error(JSON.stringify(createCustomer));
      return result.customer.id;
    });
  const customer = customerIn("recurring", "first");
  const otherCustomer = customerIn("pbx", "second");
  const linkedCustomer = customerIn("suite", "fifth");
  const createCharge = async (charge: generated.CreateChargeInput["charge"]) =>
    (await client.request(generated.CreateChargeDocument, { input: { charge } })).createCharge;
  const charged = once(async () => createCharge({ customerId: await otherCustomer(), name: `charge ${made}`, amount: "19.99" }));
  const taxes = once(async () => {
    const { createTax } = await client.request(generated.CreateTaxDocument, {
      input: { backends: ["pbx", "offices"], name: `tax ${made}`, rate: "1.5" },
    });
    return createTax.results;
  });
  return {
    customer,
    otherCustomer,
    leavingCustomer: customerIn("suite", "third"),
    archivedCustomer: async () => {
      const id = await customerIn("suite", "fourth")();
      await client.request(generated.ArchiveCustomerDocument, { input: { id } });
      return id;
    },
    account: async () => {
      const customerIds = [await customer(), await linkedCustomer()];
      const { linkCustomers } = await client.request(generated.LinkCustomersDocument, { input: { customerIds } });
      return linkCustomers.account?.id ?? "";
    },
    charge: async () => (await charged()).charge?.id ?? "",
    voidableCharge: async () => {
      const { charge } = await createCharge({ customerId: await customer(), description: `mistake ${made}`, amount: "29.99" });
      return charge?.id ?? "";
    },
    tax: async () => (await taxes())[0]?.tax?.id ?? "",
    oldTax: async () => (await taxes())[1]?.tax?.id ?? "",
    operation: async () => (await charged()).operation.id,
    unknownOperation: async () => {
      const customerId = await customer();
      gateway.sandbox.backends.recurring.setFaults([{ kind: "dropBefore", function: "transactions/~create", times: 1 }]);
      const { operation } = await createCharge({ customerId, description: `lost ${made}`, amount: "19.99" });
      await gateway.letTimePass();
      return operation.id;
    },
    ...newRuns(customer),
  };
}

async function firstPlan(): Promise<string> {
  const { backend } = await client.request(generated.PlansDocument, { backend: "pbx", first: 1 });
  return backend?.plans.nodes[0]?.id ?? "";
}

interface Prepared {
  readonly id: string;
  readonly planHash: string;
}

/** Charge runs, one in each state that an example is about. */
function newRuns(customer: () => Promise<string>) {
  const mutate = async (mutation: string, type: string, input: object): Promise<Prepared> => {
    const document = `mutation Run($input: ${type}!) { made: ${mutation}(input: $input) { run { id planHash } errors { message } } }`;
    const { made: answer } = await gateway.data<{ made: { run: Prepared } }>(document, { input });
    return answer.run;
  };
  const prepare = async (name: string, amounts: readonly string[], options: object = {}): Promise<Prepared> => {
    const customerId = await customer();
    const rows = amounts.map((amount, place) => ({ customerId, name: `${name} ${made} ${place}`, amount, date: "2026-11-30" }));
    return mutate("createChargeRun", "CreateChargeRunInput", { name: `${name} ${made}`, rows, ...options });
  };
  const execute = async ({ id, planHash }: Prepared): Promise<Prepared> =>
    mutate("executeChargeRun", "ExecuteChargeRunInput", { id, planHash });
  const slow = { rowsPerSecond: 0.01 };
  const stateOf = async ({ id }: Prepared): Promise<string | undefined> =>
    (await client.request(generated.ChargeRunDocument, { id })).chargeRun?.state;
  const ready = once(() => prepare("ready", ["1.00"]));
  const awaiting = once(async () => {
    const run = await prepare("awaiting", ["100000.01"]);
    await execute(run);
    return run;
  });
  const done = once(async () => {
    const run = await prepare("done", ["7"]);
    await execute(run);
    await expect.poll(() => stateOf(run)).toBe("DONE");
    return run;
  });
  return {
    readyRun: async () => (await ready()).id,
    plan: async () => (await ready()).planHash,
    troubledRun: async () => {
      const rows = [{ key: "copies", backend: "recurring", customerReference: "nobody's", amount: "1" }];
      return (await mutate("createChargeRun", "CreateChargeRunInput", { name: `troubled ${made}`, rows })).id;
    },
    awaitingRun: async () => (await awaiting()).id,
    awaitingPlan: async () => (await awaiting()).planHash,
    runningRun: async () => {
      const run = await prepare("running", ["1", "2", "3"], slow);
      await execute(run);
      return run.id;
    },
    pausedRun: async () => {
      const run = await prepare("paused", ["4", "5", "6"], slow);
      await execute(run);
      await mutate("pauseChargeRun", "ChargeRunIdInput", { id: run.id });
      await expect.poll(() => stateOf(run)).toBe("PAUSED");
      return run.id;
    },
    doneRun: async () => (await done()).id,
    undoPlan: async () => {
      const { chargeRun } = await client.request(generated.ChargeRunUndoDocument, { id: (await done()).id });
      return chargeRun?.undoPreview.planHash ?? "";
    },
  };
}

/** Without authentication callers have no names, so nobody can be a second person. */
const refusedHere: ReadonlySet<keyof Examples> = new Set(["ApproveChargeRun"]);

describe("the reference of operations and hooks", () => {
  it("has every operation, each hook and each variable of its document", () => {
    for (const name of names) {
      const [, section = ""] = new RegExp(`^### ${name}\\n([\\s\\S]*?)(?=^###? |$(?![\\s\\S]))`, "m").exec(reference) ?? [];
      expect(section, name).toMatch(/^Hooks: `use/m);
      expect(section).toContain(`${name}Document`);
      const [, head = ""] = /^\w+ \w+\(([^)]*)\)/.exec(textOf(name)) ?? [];
      for (const [, variable] of head.matchAll(/\$(\w+)/g)) expect(section).toMatch(new RegExp(`^\\| \`${variable}[\`.]`, "m"));
    }
    for (const hook of Object.keys(hooks)) expect(reference).toContain(`\`${hook}\``);
  });

  it("shows every document, and examples of every operation", () => {
    const blocks = shown("operations and hooks");
    const defined = blocks
      .filter(({ language }) => language === "graphql")
      .flatMap(({ text }) => parse(text).definitions.flatMap((each) => ("name" in each ? (each.name?.value ?? []) : [])));
    expect(names.filter((name) => !defined.includes(name))).toEqual([]);
    const examples = blocks.filter(({ language }) => language === "ts").map(({ headings }) => headings.at(-1));
    expect(names.filter((name) => !examples.includes(name))).toEqual([]);
  });

  it.each(names.filter((name) => !isSubscription(name)))("%s: its example gives the described answer", async (name) => {
    const variables = await variablesOf(name);
    const answer = await send(name, variables);
    if (refusedHere.has(name)) {
      expect(Object.values(answer)).toMatchObject([{ errors: [{ code: "FORBIDDEN" }] }]);
      return;
    }
    for (const value of Object.values(answer)) {
      // This gateway has no directory: it knows nothing of anybody.
      if (name !== "KnownCustomer") expect(value).not.toBeNull();
      expect(value?.errors ?? []).toEqual([]);
      const results = (value as { readonly results?: readonly { readonly errors: readonly object[] }[] } | null)?.results ?? [];
      expect(results.flatMap(({ errors }) => errors)).toEqual([]);
    }
  });

  it.each(names.filter(isSubscription))("%s: its example is a valid subscription", async (name) => {
    const ending = new AbortController();
    const variables = await variablesOf(name);
    const events = client.subscribe(textOf(name), variables as never, {
      signal: ending.signal,
    });
    const first = events.next();
    const { promise: refused, reject } = Promise.withResolvers<never>();
    first.catch(reject);
    // A finished operation is reported at once, and so is a run; customers have not changed.
    const told = name !== "CustomerChanged" ? await first : await Promise.race([refused, Promise.resolve("open")]);
    expect(told).toBeTruthy();
    ending.abort();
    await first.catch(() => undefined);
  });
});
