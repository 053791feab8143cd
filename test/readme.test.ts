import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capabilitiesOf } from "../src/adapter/capabilities.ts";
import { backendSettings, openBackend } from "../src/adapters/index.ts";
import { loadConfiguration, parseConfiguration } from "../src/config.ts";
import { BillingError, errorCodes } from "../src/model/errors.ts";
import { capabilities } from "../src/model/model.ts";
import { faultSchema } from "../src/sandbox/faults.ts";
import { startSandbox } from "../src/sandbox/index.ts";
import { type Answer, ask } from "./e2e/ask.ts";
import { type GatewayProgram, runGateway } from "./e2e/process.ts";
import { codeSpans, type FencedBlock, fencedBlocks, sectionUnder, tableRows } from "./support/markdown.ts";

/** The README tells the truth: what it shows is run against a gateway started as it says, what it lists is compared. */

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const readme = read("README.md");
const blocks = fencedBlocks(readme);

/** The columns of its tables, by the sandbox's backends. */
const columns = { pbx: "Enswitch", suite: "HostedSuite v2", offices: "HostedSuite v3", recurring: "UniBill v01" } as const;

let gateway: GatewayProgram;
beforeAll(async () => {
  gateway = await runGateway(["--port", "0"]);
});
afterAll(async () => gateway?.[Symbol.asyncDispose]());

/** An address with the README's port, at the port that the gateway or the backend really has. */
function atRealPort(url: string): URL {
  const origins = [gateway.origin, ...gateway.backends.map((backend) => new URL(backend.url).origin)];
  const place = readmePorts.indexOf(new URL(url).port);
  const { pathname } = new URL(url);
  return new URL(pathname, origins[place]);
}
const readmePorts = ["4000", "4101", "4102", "4103", "4104"];

it("calls the backends in its tables what the API calls them", async () => {
  const { data } = await ask<{ backends: { key: string; kindLabel: string; generation: string | null }[] }>(
    gateway.origin,
    "{ backends { key kindLabel generation } }",
  );
  const named = data.backends.map(({ key, kindLabel, generation }) => [
    key,
    generation ? `${kindLabel} ${generation}` : kindLabel,
  ]);
  expect(Object.fromEntries(named)).toEqual(columns);
});

describe("what it runs", () => {
  it("prints, on start, what it shows", () => {
    const shown = blocks.find(({ language }) => language === "text")?.text ?? "";
    const addresses = shown.replaceAll(/http:\/\/127\.0\.0\.1:\d+\/\S*/g, (url) => atRealPort(url).href);
    expect(gateway.stdout()).toBe(addresses);
  });

  it("answers every query as it says, in its order, with its faults in between", async () => {
    let ids: unknown;
    let executed = 0;
    for (const [index, { language, text }] of blocks.entries()) {
      if (language === "sh") for (const command of commandsOf(text, "curl")) await curl(command);
      if (language !== "graphql") continue;
      for (const { variables, shown } of runsOf(blocks.slice(index + 1))) {
        const filled = variables && fill(variables, ids);
        const answer = await ask<unknown>(gateway.origin, text, filled ? { variables: filled } : {});
        const title = JSON.stringify({ text, variables: filled, answer });
        expect(failuresOf(answer), title).toEqual(shown === null ? [] : failuresOf(shown));
        if (shown !== null) expect(answer.data, title).toEqual(shown.data);
        if (shown?.errors) expect(answer.errors, title).toMatchObject(shown.errors);
        if (filled?.["key"] !== undefined) await expectReplay(text, filled, answer);
        if (text.startsWith("query Ids ")) ids = answer.data;
        executed += 1;
      }
    }
    expect(executed).toBeGreaterThan(0);
  });

  it.each(Object.keys(columns) as (keyof typeof columns)[])("counts the calls of its queries on %s", async (key) => {
    const counted = await Promise.all(
      tableRows(readme, "Query").map(async (row) => {
        const query = `{ ${row["Query"]?.replaceAll("`", "").replaceAll("KEY", JSON.stringify(key))} }`;
        const { extensions } = await ask(gateway.origin, query);
        return [query, String(extensions?.backendCalls?.length)];
      }),
    );
    const shown = tableRows(readme, "Query").map((row) => row[columns[key]]);
    expect(counted.map(([, calls]) => calls)).toEqual(shown);
  });
});

interface Run {
  readonly variables: Readonly<Record<string, unknown>> | null;
  /** The answer it prints, where it prints one. */
  readonly shown: Answer<unknown> | null;
}

/** What follows a query, up to the next block of another language: its variables, each with its answer, or its answer alone. */
function runsOf(following: readonly FencedBlock[]): readonly Run[] {
  const end = following.findIndex(({ language }) => language !== "json");
  const values = following.slice(0, end === -1 ? undefined : end).map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  const isAnswer = (value: object | undefined): boolean => value !== undefined && "data" in value;
  const runs = values.flatMap((variables, index): Run[] => {
    const next = values[index + 1];
    return isAnswer(variables) ? [] : [{ variables, shown: isAnswer(next) ? (next as unknown as Answer<unknown>) : null }];
  });
  const [first] = values;
  if (isAnswer(first)) return [{ variables: null, shown: first as unknown as Answer<unknown> }, ...runs];
  return runs.length > 0 ? runs : [{ variables: null, shown: null }];
}

/** Puts values of an answer where "<path.in[0].it>" stands. */
function fill(variables: Readonly<Record<string, unknown>>, answer: unknown): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(variables).replaceAll(/"<([^>]+)>"/g, (_, path: string) => {
    const value = path
      .split(/[.[\]]+/)
      .filter((step) => step !== "")
      .reduce<unknown>((parent, step) => (parent as Record<string, unknown> | undefined)?.[step], answer);
    expect(value, path).toEqual(expect.any(String));
    return JSON.stringify(value);
  });
  return JSON.parse(text) as Record<string, unknown>;
}

/** The codes of everything that went wrong: of the whole answer, and inside of payloads. */
function failuresOf({ data, errors = [] }: Answer<unknown>): readonly unknown[] {
  const codes = errors.map(({ extensions }) => extensions["code"]);
  JSON.stringify(data, (name, value: unknown) => {
    if (name === "errors") codes.push(...(value as readonly { readonly code?: unknown }[]).map(({ code }) => code));
    return value;
  });
  return codes;
}

async function expectReplay(query: string, variables: Readonly<Record<string, unknown>>, first: Answer<unknown>): Promise<void> {
  const again = await ask(gateway.origin, query, { variables });
  expect(JSON.stringify(again.data)).toBe(JSON.stringify(first.data).replace('"replayed":false', '"replayed":true'));
}

async function curl(command: string): Promise<void> {
  const [, method = "", url = "", body] = /^curl -X (\w+) (\S+)(?: -d '(.*)')?$/.exec(command) ?? [];
  const response = await fetch(atRealPort(url), { method, ...(body !== undefined && { body }) });
  expect(response.status, command).toBe(200);
}

function commandsOf(text: string, program: string): readonly string[] {
  return text.split("\n").filter((line) => line.startsWith(`${program} `));
}

describe("what it lists", () => {
  it("is what each backend can do", async () => {
    const sandbox = await startSandbox({ customers: 1 });
    await sandbox.close();
    const functions = { chargesDelete: true, taxesGet: true, taxesDelete: true, balanceAdd: true };
    const byDefault = await abilities(sandbox.configuration);
    const switchedOn = await abilities({ ...sandbox.configuration, pbx: { ...sandbox.configuration.pbx, functions } });
    const real = capabilities.map((capability) => [
      capability,
      ...Object.keys(columns).map((key) => {
        if (byDefault[key]?.includes(capability)) return "yes";
        return switchedOn[key]?.includes(capability) ? "switch" : "–";
      }),
    ]);
    const listed = tableRows(readme, "What").flatMap((row) =>
      codeSpans(row["Capability"] ?? "").map((capability) => [
        capability,
        ...Object.values(columns).map((column) => row[column]),
      ]),
    );
    expect(listed.toSorted()).toEqual(real.toSorted());
  });

  it("are the error codes, and whether each is retryable", () => {
    const listed = tableRows(readme, "Code").map((row) => [row["Code"], row["Retryable"]]);
    const real = errorCodes.map((code) => [`\`${code}\``, new BillingError(code, "").retryable ? "yes" : "no"]);
    expect(listed).toEqual(real);
  });

  it("are the faults of the sandbox", () => {
    const listed = codeSpans(sectionUnder(readme, "The sandbox"));
    expect(listed).toEqual(expect.arrayContaining([...faultSchema.shape.kind.options, ...Object.keys(faultSchema.shape)]));
  });

  it("is a configuration that is accepted", () => {
    const text = blocks.find(({ language }) => language === "yaml")?.text ?? "";
    const names = Array.from(text.matchAll(/\$\{(\w+)\}/g), ([, name = ""]) => [name, "secret"]);
    const environment = Object.fromEntries(names) as Record<string, string>;
    const { backends } = loadConfiguration({ file: "gateway.yaml", read: () => text, backendSettings, environment });
    expect(Object.keys(backends)).toEqual(["pbx", "suite", "recurring"]);
  });
});

/** What adapters for these backends can do, by key. */
async function abilities(backends: Readonly<Record<string, unknown>>): Promise<Record<string, readonly string[]>> {
  const configuration = parseConfiguration({ backends }, { backendSettings, environment: {} });
  const opened = Object.entries(configuration.backends).map(([key, settings]) => openBackend(key, settings, () => {}));
  await Promise.all(opened.map(({ connection }) => connection.close()));
  return Object.fromEntries(opened.map(({ adapter }) => [adapter.key, capabilitiesOf(adapter)]));
}
