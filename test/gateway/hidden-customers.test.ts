import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { decodeId, encodeId } from "../../src/model/id.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { untilFilled } from "../directory/filled.ts";
import { patience } from "../support/patience.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";
import { askingFor, askingForEachOf, fieldsOf, nextPageOf, readable } from "./whole-schema.ts";

/**
 * Two callers with users of their own in a backend; each user sees another part of its customers. The gateway's own records
 * (accounts, the directory, suggestions, operations) show neither caller a customer that only the other, or only the gateway,
 * sees.
 */

const scopes = ["read", "write", "raw", "admin"] as const;
const resellers = ["left", "right"] as const;
type Reseller = (typeof resellers)[number];

let sandbox: Sandbox;
let gateway: CallingGateway;
/** Global ids of the customers of pbx: all of them, and by caller those that its own user sees there. */
let all: readonly string[];
let seen: Readonly<Record<Reseller, readonly string[]>>;
let linked: Readonly<Record<"apart" | "mixed" | "alone" | "left" | "right", string>>;
let suites: readonly string[];
let offices: readonly string[];
let charges: ReadonlyMap<string, string>;
let operation: string;
/** A charge run that the gateway's own user has made for customers of both. */
let run: string;

const markStart = "Zq";
const mark = (id: number): string => `${markStart}${id}x`;

beforeAll(async () => {
  sandbox = await startSandbox({ customers: 190 });
  const { state } = sandbox.backends.pbx.simulated;
  // No name and no address of pbx occurs anywhere else; the other inputs of suggestions are unchanged.
  for (const customer of state.customers.values()) {
    Object.assign(customer, { name: `${mark(customer.id)} ${customer.name}`, email: `${mark(customer.id)}@example.org` });
  }
  gateway = await startCallingGateway(sandbox, {
    callers: ["everything", ...resellers].map((name) => callerOf(name, scopes)),
    users: { left: { pbx: "left" }, right: { pbx: "right" } },
    backends: {
      pbx: {
        users: {
          left: { username: "reseller", password: "sandbox-reseller" },
          right: { username: "dealer", password: "sandbox-dealer" },
        },
      },
    },
    directory: { refreshMinutes: 60, charges: true },
    limits: { maxComplexity: 10_000_000, maxTokens: 1_000_000, maxAliases: 1_000_000, maxDepth: 50, maxBackendCalls: 100_000 },
  });
  gateway.composition.directory.start({ lookEveryMs: 50 });
  await untilFilled(gateway.composition.directory);
  all = await customersOf("everything", "pbx");
  seen = { left: await foundBy("left"), right: await foundBy("right") };
  suites = await customersOf("everything", "suite");
  offices = await customersOf("everything", "offices");
  const [left = [], right = []] = [seen.left, seen.right];
  const link = async (...customerIds: readonly (string | undefined)[]): Promise<string> => {
    const { linkCustomers } = await gateway.data("everything", linking, { input: { customerIds } });
    expect(linkCustomers.errors).toEqual([]);
    return linkCustomers.account.id;
  };
  linked = {
    apart: await link(left[0], right[0]),
    mixed: await link(left[1], suites[0], offices[0], right[1]),
    alone: await link(right[2], suites[1], left[2]),
    left: await link(left[3], suites[2]),
    right: await link(right[3], suites[3]),
  };
  charges = await chargesOfAll();
  // Customers of both have changed, and the changes are recorded.
  for (const id of [left[4], right[4], left[1], right[1]]) {
    const { updateCustomer } = await gateway.data("everything", update, {
      input: { id, email: `${mark(Number(decodeId(id ?? "")?.id))}@elsewhere.example` },
    });
    expect(updateCustomer.errors).toEqual([]);
    operation = updateCustomer.operation.id;
  }
  // Its only step is in another backend; its input is not.
  for (const [accountId, from] of [
    [linked.right, right[3]],
    [linked.left, left[3]],
  ]) {
    const input = { accountId, from, fields: ["NAME", "EMAIL"], validateOnly: true };
    const { alignCustomers } = await gateway.data("everything", aligning, { input });
    expect(new Set(alignCustomers.operation.steps.map((step: { backend: { key: string } }) => step.backend.key))).toEqual(
      new Set(["suite"]),
    );
  }
  const rows = [left[1], right[1], right[2]].map((customerId) => ({ customerId, name: "Nothing", amount: "1.00" }));
  const { createChargeRun } = await gateway.data("everything", running, { input: { name: "Everybody", rows } });
  run = createChargeRun.run.id;
  const suggested = async (): Promise<void> => {
    const { linkSuggestions } = await gateway.data("everything", suggestions);
    const hidden = linkSuggestions.nodes.filter((each: { customers: readonly { id: string }[] }) =>
      each.customers.some(({ id }) => isHiddenFrom("left", id)),
    );
    expect(hidden.length).toBeGreaterThan(3);
    const { changes } = await gateway.data("everything", changing);
    expect(changes.nodes.length).toBeGreaterThan(3);
  };
  await vi.waitFor(suggested, patience);
});
afterAll(async () => {
  await gateway?.composition.close();
  await sandbox?.close();
});

const linking = `mutation ($input: LinkCustomersInput!) { linkCustomers(input: $input) { account { id } errors { message } } }`;
const update = `mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { operation { id status } errors { message field } } }`;
const aligning = `mutation ($input: AlignCustomersInput!) {
  alignCustomers(input: $input) { operation { steps { backend { key } } } }
}`;
const running = `mutation ($input: CreateChargeRunInput!) { createChargeRun(input: $input) { run { id } errors { message } } }`;
const suggestions = `{ linkSuggestions(first: 200) { nodes { customers { id } } } }`;
const changing = `{ changes(first: 200) { nodes { nodeId } } }`;
const chargesOf = `query ($ids: [ID!]!, $after: String) {
  charges(customerIds: $ids, first: 200, after: $after) { nodes { id customer { id } } pageInfo { hasNextPage endCursor } }
}`;
const members = `query ($id: ID!) { account(id: $id) { customers { id name } } }`;

async function customersOf(caller: string, backend: string): Promise<readonly string[]> {
  const query = `query ($backend: String!) { customers(backends: [$backend], first: 200) { nodes { id } } }`;
  const { customers } = await gateway.data(caller, query, { backend });
  return customers.nodes.map(({ id }: { id: string }) => id);
}

/** By charge, its customer: of all pages. */
async function chargesOfAll(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (let after: string | null = null; ; ) {
    const answer = await gateway.data("everything", chargesOf, { ids: all, after });
    for (const { id, customer } of answer.charges.nodes) found.set(id, customer.id);
    after = answer.charges.pageInfo.endCursor;
    if (!answer.charges.pageInfo.hasNextPage) return found;
  }
}

/** The customers that its own user of pbx finds there, including itself, which lists leave out. */
async function foundBy(caller: Reseller): Promise<readonly string[]> {
  const { data } = await gateway.send(caller, `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, { ids: all });
  return data.nodes.flatMap((node: { id: string } | null) => (node === null ? [] : [node.id]));
}

function isHiddenFrom(caller: Reseller, id: string): boolean {
  return decodeId(id)?.backend === "pbx" && !seen[caller].includes(id);
}

/** By caller, texts that reveal customers that its own user does not see: their ids, charges and marks. */
const tales = new Map<Reseller, readonly string[]>();

function talesOf(caller: Reseller): readonly string[] {
  const known = tales.get(caller);
  if (known) return known;
  const hidden = all.filter((id) => isHiddenFrom(caller, id));
  const hiddenCharges = [...charges].flatMap(([charge, customer]) => (hidden.includes(customer) ? [charge] : []));
  const local = hidden
    .map((id) => decodeId(id)?.id ?? "")
    .flatMap((id) => [mark(Number(id)), `"pbx","${id}"`, `Customer:pbx:${id}`]);
  const told = [...hidden, ...hiddenCharges, ...local];
  tales.set(caller, told);
  return told;
}

/** By caller, the strings that reveal nothing. Most strings of an answer were in an earlier answer too, and are searched once. */
const revealNothing: Readonly<Record<Reseller, Set<string>>> = { left: new Set(), right: new Set() };

/** The parts of an answer that reveal customers hidden from the caller. */
function leaks(caller: Reseller, answer: unknown): readonly string[] {
  const known = revealNothing[caller];
  const texts = [...new Set(readable(answer)).difference(known)];
  // Hundreds of such texts in thousands of strings: most answers have none, and are searched as one text.
  const together = texts.join("\0");
  const told = talesOf(caller).filter((tale) => together.includes(tale));
  const found = new Set(texts.filter((text) => told.some((tale) => isTold(tale, text))));
  for (const text of texts) if (!found.has(text)) known.add(text);
  return [...found];
}

/** The id of charge 5 begins like that of charge 56, so ids must stand alone. Marks may be within words. */
function isTold(tale: string, text: string): boolean {
  if (tale.startsWith(markStart)) return text.includes(tale);
  for (let at = text.indexOf(tale); at !== -1; at = text.indexOf(tale, at + 1)) {
    if (!/[\w-]/.test(text.charAt(at + tale.length))) return true;
  }
  return false;
}

const costsNoCall: ReadonlySet<string> = new Set([
  ...["id", "name", "nodeId", "detail", "matched", "score", "key", "code", "message"],
  ...["cursor", "startCursor", "endCursor", "hasNextPage"],
]);

/** An operation's input, and the ids in it. */
const ofInput: ReadonlySet<string> = new Set(["Operation_input", "OperationSubject_customerId", "OperationSubject_objectId"]);

/** Without the texts that the caller itself has just sent. */
function withoutInputs(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (name, value: unknown) => (ofInput.has(name) ? null : value)));
}

describe.each(resellers)("the user %s of a backend", (caller) => {
  const others = (): readonly string[] => all.filter((id) => isHiddenFrom(caller, id));
  const hiddenCharges = (): readonly string[] => [...charges].flatMap(([id, of]) => (isHiddenFrom(caller, of) ? [id] : []));

  it("sees a part of the customers, the gateway all of them", () => {
    expect(seen[caller].length).toBeGreaterThan(5);
    expect(others().length).toBeGreaterThan(20);
    expect(hiddenCharges().length).toBeGreaterThan(20);
    expect(new Set(seen.left).isDisjointFrom(new Set(seen.right))).toBe(true);
  });

  it("would be exposed by the gateway's own answers", async () => {
    const answer = await gateway.data("everything", chargesOf, { ids: others() });
    expect(charges.size).toBeGreaterThan(200);
    const shown: readonly string[] = answer.charges.nodes.map(({ id }: { id: string }) => id);
    expect(shown).toHaveLength(200);
    const told = shown.flatMap((id) => [id, charges.get(id)]);
    expect(leaks(caller, answer)).toEqual(expect.arrayContaining(told));
    expect(leaks(caller, { text: `of ${mark(Number(decodeId(others()[0] ?? "")?.id))}` })).toHaveLength(1);
    expect(leaks(caller, seen[caller])).toEqual([]);
  });

  /** By field: the requests for all kinds of hidden objects. */
  const questions = (): Readonly<Record<string, readonly Record<string, unknown>[]>> => {
    const accounts = Object.values(linked);
    const hidden = others().slice(0, 12);
    const names = hidden.map((id) => ({ text: mark(Number(decodeId(id)?.id)), first: 50 }));
    return {
      _entities: [
        { representations: hidden.map((id) => ({ __typename: "Customer", id })) },
        {
          representations: hiddenCharges()
            .slice(0, 3)
            .map((id) => ({ __typename: "Charge", id })),
        },
        { representations: accounts.map((id) => ({ __typename: "Account", id })) },
      ],
      _service: [{}],
      account: accounts.map((id) => ({ id })),
      accounts: [{ first: 2 }, { first: 50 }, ...names.map(({ text: search, first }) => ({ search, first }))],
      backend: ["pbx", "suite"].map((key) => ({ key })),
      backends: [{}],
      changes: [{ first: 2 }, { first: 100 }],
      charge: hiddenCharges()
        .slice(0, 5)
        .map((id) => ({ id })),
      chargeRun: [{ id: run }],
      chargeRuns: [{ first: 20 }],
      charges: [
        { customerIds: hidden.slice(0, 3), first: 20 },
        { customerIds: seen[caller].slice(0, 3), first: 20 },
      ],
      customer: [...hidden, suites[0], suites[1], offices[0], ...seen[caller].slice(0, 3)].map((id) => ({ id })),
      customerByBackendId: hidden.map((id) => ({ backend: "pbx", backendId: decodeId(id)?.id })),
      customers: [
        { first: 30, backends: ["pbx"] },
        { first: 10, filter: { search: "Zq" } },
      ],
      knownCustomer: [...hidden, ...suites.slice(0, 2), ...seen[caller].slice(0, 3)].map((id) => ({ id })),
      linkSuggestions: [
        { first: 3 },
        { first: 100 },
        ...[...hidden, ...suites.slice(0, 4)].map((customerId) => ({ customerId, first: 20 })),
      ],
      linkWarnings: [
        { customerIds: hidden },
        { customerIds: [hidden[0], seen[caller][0], suites[0]] },
        { customerIds: seen[caller].slice(0, 3) },
      ],
      node: [...hidden, ...accounts, ...hiddenCharges().slice(0, 3), operation].map((id) => ({ id })),
      nodes: [{ ids: [...hidden, ...accounts, ...hiddenCharges().slice(0, 3), operation] }],
      operation: [{ id: operation }],
      operations: [{ first: 2 }, { first: 100 }, { first: 20, filter: { backend: "pbx" } }],
      search: [...names, { text: "Zq", first: 5 }, { text: "zq example", first: 50 }, { text: "7946", first: 50 }],
      tax: [],
      taxes: [{ first: 100 }],
      viewer: [{}],
    };
  };

  it.each(fieldsOf("Query"))("sees nothing hidden in %s, on any page", async (name) => {
    const asked = questions()[name];
    if (!asked) throw new Error(`What is Query.${name} asked for?`);
    // If a field has to be loaded, its failure removes the object around it: so fields that cost no call are requested
    // separately.
    const documents = [askingFor("Query", name, 4), askingFor("Query", name, 4, (leaf) => costsNoCall.has(leaf))];
    for (const [document, variables] of documents.flatMap((each) => asked.map((given) => [each, given] as const))) {
      let after: string | null = null;
      for (let page = 0; page < 60; page += 1) {
        const answer = await gateway.send(caller, document, { ...variables, ...(after !== null && { after }) });
        expect(answer).not.toMatchObject({ errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] });
        expect(answer).toHaveProperty("data");
        expect(leaks(caller, answer).slice(0, 3), JSON.stringify(variables)).toEqual([]);
        after = nextPageOf(answer.data?.[name]);
        if (after === null) break;
      }
      expect(after, "the pages end").toBeNull();
    }
  });

  it.each(["account", "accounts"])(
    "is told nothing by any member of %s asked for by itself, and the walk sees what is its own",
    async (name) => {
      const seenOwn: string[] = [];
      const lacking = new Set(askingForEachOf(name, 4));
      for (const document of askingForEachOf(name, 4)) {
        for (const variables of questions()[name] ?? []) {
          const answer = await gateway.send(caller, document, variables);
          expect(answer).not.toMatchObject({ errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] });
          expect(leaks(caller, answer).slice(0, 3), JSON.stringify({ document, variables })).toEqual([]);
          seenOwn.push(...readable(answer.data).filter((text) => seen[caller].includes(text)));
          if (answer.data?.[name] != null) lacking.delete(document);
        }
      }
      // A walk that stops at every failure, or requests nothing, would find nothing either.
      expect(new Set(seenOwn).size).toBeGreaterThan(1);
      expect([...lacking]).toEqual([]);
    },
  );

  it("sees what is its own, under its own values", async () => {
    const own = await gateway.data(caller, members, { id: linked[caller] });
    expect(own.account.customers.map(({ id }: { id: string }) => id)).toContain(seen[caller][3]);
    const mixed = await gateway.data(caller, members, { id: linked.mixed });
    expect(mixed.account.customers.map(({ id }: { id: string }) => id).toSorted()).toEqual(
      [seen[caller][1], suites[0], offices[0]].toSorted(),
    );
    expect(await gateway.data(caller, members, { id: linked.apart })).toEqual({ account: null });
    const { accounts } = await gateway.data(caller, `{ accounts(first: 50) { nodes { id } } }`);
    expect(accounts.nodes.map(({ id }: { id: string }) => id).toSorted()).toEqual(
      [linked[caller], linked.mixed, linked.alone].toSorted(),
    );
    const { linkSuggestions } = await gateway.data(caller, suggestions);
    expect(linkSuggestions.nodes.length).toBeGreaterThan(0);
  });

  /** By field: inputs that name hidden objects, alone and beside visible ones. */
  const attempts = (): Readonly<Record<string, readonly Record<string, unknown>[]>> => {
    const [hidden = "", another = ""] = [
      others().find((id) => seen[caller === "left" ? "right" : "left"].indexOf(id) === 1),
      others()[0],
    ];
    const [own = "", second = ""] = [seen[caller][1], seen[caller][5]];
    const charge = { name: "Nothing", amount: "1.00" };
    const hiddenCharge = hiddenCharges()[0];
    return {
      alignCustomers: [
        { accountId: linked.apart, from: hidden, fields: ["PHONE"] },
        { accountId: linked.mixed, from: hidden, fields: ["PHONE"] },
      ],
      allowChargeRunDuplicates: [{ id: run, keys: ["1"] }],
      approveChargeRun: [{ id: run, planHash: "none" }],
      archiveCustomer: [{ id: hidden }],
      archiveTax: [{ id: encodeId({ type: "Tax", backend: "pbx", id: "999" }) }],
      cancelChargeRun: [{ id: run }],
      checkChargeRun: [{ id: run }],
      correctChargeRunRow: [{ id: run, key: "1", row: { ...charge, customerId: own } }],
      createChargeRun: [{ name: "Own", rows: [{ ...charge, customerId: second }] }],
      createCharge: [
        { charge: { ...charge, customerId: hidden } },
        { charge: { ...charge, accountId: linked.apart, backend: "pbx" } },
        { charge: { ...charge, accountId: linked.mixed, backend: "pbx" }, validateOnly: true },
      ],
      createCharges: [{ charges: [hidden, another].map((customerId) => ({ ...charge, customerId })) }],
      createCredit: [
        { credit: { customerId: hidden, amount: "1" } },
        { credit: { accountId: linked.apart, backend: "pbx", amount: "1" } },
        { credit: { accountId: linked.mixed, backend: "pbx", amount: "1" }, validateOnly: true },
      ],
      createCredits: [{ credits: [hidden, another].map((customerId) => ({ customerId, amount: "1" })) }],
      createCustomer: [{ backends: ["pbx"], name: "Nobody", parentId: hidden }],
      createTax: [{ backends: ["pbx"], name: "None", rate: "1", ownerId: hidden }],
      declineLink: [{ customerIds: [hidden, suites[1]] }],
      executeCharge: [{ id: hiddenCharge }],
      executeChargeRun: [{ id: run, planHash: "none" }],
      pauseChargeRun: [{ id: run }],
      refuseChargeRun: [{ id: run, reason: "None" }],
      replaceChargeRunRows: [{ id: run, rows: [{ ...charge, customerId: own }] }],
      resumeChargeRun: [{ id: run }],
      skipChargeRunRows: [{ id: run, reason: "None" }],
      undoChargeRun: [{ id: run, planHash: "none" }],
      linkCustomers: [
        { customerIds: [hidden, suites[4]] },
        { customerIds: [own, second] },
        { customerIds: [suites[0], suites[4]] },
        { customerIds: [suites[1], second] },
      ],
      reconcileOperation: [{ operationId: operation }],
      resolveOperation: [{ operationId: operation, step: 0, happened: false, reason: "None" }],
      restoreCustomer: [{ id: hidden }],
      setTaxLiability: [{ taxId: encodeId({ type: "Tax", backend: "pbx", id: "1" }), customerId: hidden, liable: true }],
      unlinkCustomers: [
        { customerIds: [hidden] },
        { customerIds: [own] },
        { customerIds: [suites[0]] },
        { customerIds: [suites[1]] },
        { customerIds: [hidden, own, suites[0]] },
      ],
      updateCharge: [{ id: hiddenCharge, name: "Nothing" }],
      updateCustomer: [{ id: hidden, phone: "1" }],
      updateTax: [{ id: encodeId({ type: "Tax", backend: "pbx", id: "999" }), name: "Nothing" }],
      voidCharge: [{ id: hiddenCharge }],
    };
  };

  it.each(fieldsOf("Mutation"))("learns nothing hidden from %s, and changes nothing hidden", async (name) => {
    const inputs = attempts()[name];
    if (!inputs) throw new Error(`What is Mutation.${name} asked to do?`);
    const accounts = async () => Promise.all(Object.values(linked).map((id) => gateway.data("everything", members, { id })));
    const before = await accounts();
    for (const input of inputs) {
      const answer = await gateway.send(caller, askingFor("Mutation", name, 4), { input });
      expect(leaks(caller, withoutInputs(answer)), JSON.stringify(input)).toEqual([]);
      expect(JSON.stringify(answer)).not.toContain("see all of it");
    }
    expect(await accounts()).toEqual(before);
  });

  it("gets events only for customers and operations that it may see", async () => {
    const ended = new AbortController();
    const events: unknown[] = [];
    const variables: Readonly<Record<string, Record<string, unknown>>> = {
      chargeRunUpdated: { id: run },
      customerChanged: {},
      operationUpdated: {},
    };
    const listening = fieldsOf("Subscription").map(async (name) => {
      const asked = variables[name];
      if (!asked) throw new Error(`What is Subscription.${name} asked for?`);
      for await (const event of gateway.subscribe(caller, askingFor("Subscription", name, 4), asked, ended.signal))
        events.push(event);
    });
    const rename = async (by: string, id: string | undefined, name: string): Promise<void> => {
      await gateway.data(by, update, { input: { id, name } });
    };
    let round = 0;
    const heard = async (): Promise<void> => {
      round += 1;
      for (const id of others().slice(0, 3)) await rename("everything", id, `${mark(Number(decodeId(id)?.id))} ${round}`);
      await rename(caller, seen[caller].at(-1), `The End ${round}`);
      const heardOf = new Set(events.flatMap((event) => Object.keys((event as { data?: object | null }).data ?? {})));
      expect(heardOf).toEqual(new Set(["customerChanged", "operationUpdated"]));
    };
    await vi.waitFor(heard, patience);
    ended.abort();
    await Promise.all(listening);
    expect(events.flatMap((event) => leaks(caller, event)).slice(0, 3)).toEqual([]);
  });
});
