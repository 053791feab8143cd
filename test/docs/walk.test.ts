import { afterAll, describe, expect, it } from "vitest";
import { type Answer, ask } from "../e2e/ask.ts";
import { type GatewayProgram, runGateway } from "../e2e/process.ts";
import { setConditions, setFaults } from "../e2e/sandbox.ts";
import { type FencedBlock, fencedBlocks, tableRows } from "../support/markdown.ts";
import { columns } from "./columns.ts";
import { isQuery, walkedBlocks } from "./executed.ts";
import { pages, readPage } from "./pages.ts";
import { openShell } from "./shell.ts";

/**
 * Walks through each page as a reader does: runs its queries and commands in order, against a gateway started as the README says.
 */

const ids = fencedBlocks(readPage("docs/tour.md")).find(({ text }) => text.startsWith("query Ids "))?.text ?? "";

const isWalked = (block: FencedBlock): boolean => isQuery(block) || block.language === "sh";
const walked = pages.filter((page) => walkedBlocks(page).some(isWalked));

/** Pages share a gateway: each reads all of the sandbox when it starts. Started on first use. */
type Started = GatewayProgram & { readonly banner: string };
const started = new Map<string, Promise<Started>>();
const gatewayFor = (readers: string): Promise<Started> =>
  started.getOrInsertComputed(readers, () =>
    runGateway(["--port", "0"]).then((gateway) => ({ ...gateway, banner: gateway.stdout() })),
  );
const sharedGateway = (): Promise<Started> => gatewayFor("most pages");
afterAll(async () => {
  for (const gateway of started.values()) await (await gateway)[Symbol.asyncDispose]();
});

/** Changes how backends behave. The gateway may remember that for a while: these pages have one for themselves. */
const isLasting = ({ language, text }: FencedBlock): boolean => language === "sh" && text.includes("/_sandbox/");

it.each(walked)("%s: every query gives the shown answer, and every command succeeds, in order", async (page) => {
  const blocks = walkedBlocks(page);
  const gateway = await (blocks.some(isLasting) ? gatewayFor("pages with faults") : sharedGateway());
  for (const { url } of gateway.backends) await Promise.all([setFaults(url, []), setConditions(url, {})]);
  await using shell = await openShell(page, gateway);
  // Values for "<path.in[0].it>": the answers so far. On each page the ids of the tour are known.
  const known: Record<string, unknown> = { ...((await ask<object>(gateway.origin, ids)).data as Record<string, unknown>) };
  for (const [index, block] of blocks.entries()) {
    if (block.language === "sh") await shell.run(block.text);
    if (!isQuery(block)) continue;
    for (const { variables, shown } of runsOf(blocks.slice(index + 1))) {
      const filled = variables && fill(variables, known);
      const answer = await ask<object>(gateway.origin, block.text, filled ? { variables: filled } : {});
      const title = JSON.stringify({ text: block.text, variables: filled, answer });
      expect(failuresOf(answer), title).toEqual(shown === null ? [] : failuresOf(shown));
      if (shown !== null) expect(answer.data, title).toEqual(shown.data);
      if (shown?.errors) expect(answer.errors, title).toMatchObject(shown.errors);
      if (filled?.["key"] !== undefined) await expectReplay(gateway.origin, block.text, filled, answer);
      Object.assign(known, answer.data);
    }
  }
});

describe("the README", () => {
  it("shows what the gateway prints on start", async () => {
    const gateway = await sharedGateway();
    const shown = fencedBlocks(readPage("README.md")).find(({ language }) => language === "text")?.text ?? "";
    const origins = [gateway.origin, ...gateway.backends.map(({ url }) => new URL(url).origin)];
    const addresses = shown.replaceAll(/http:\/\/127\.0\.0\.1:(\d+)/g, (url, port: string) => {
      const place = ["4000", "4101", "4102", "4103", "4104"].indexOf(port);
      return origins[place] ?? url;
    });
    expect(gateway.banner).toBe(addresses);
  });

  it("names the backends in its table as the API does", async () => {
    const gateway = await sharedGateway();
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
});

describe("docs/api.md", () => {
  it.each(Object.keys(columns) as (keyof typeof columns)[])("counts the calls of its queries on %s", async (key) => {
    const gateway = await sharedGateway();
    const rows = tableRows(readPage("docs/api.md"), "Query");
    const counted = await Promise.all(
      rows.map(async (row) => {
        const query = `{ ${row["Query"]?.replaceAll("`", "").replaceAll("KEY", JSON.stringify(key))} }`;
        // The first time, the gateway learns how long the backend's pages are.
        await ask(gateway.origin, query);
        const { extensions } = await ask(gateway.origin, query);
        return [query, String(extensions?.backendCalls?.length)];
      }),
    );
    expect(counted.map(([, calls]) => calls)).toEqual(rows.map((row) => row[columns[key]]));
  });
});

interface Run {
  readonly variables: Readonly<Record<string, unknown>> | null;
  /** The answer that the page shows, if any. */
  readonly shown: Answer<unknown> | null;
}

/** The blocks after a query, up to the next one of another language: its variables, each with an answer, or the answer alone. */
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

/** Replaces "<path.in[0].it>" with values of an answer. */
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

/** The codes of all errors: of the whole answer, and within payloads. */
function failuresOf({ data, errors = [] }: Answer<unknown>): readonly unknown[] {
  const codes = errors.map(({ extensions }) => extensions["code"]);
  JSON.stringify(data, (name, value: unknown) => {
    if (name === "errors") codes.push(...(value as readonly { readonly code?: unknown }[]).map(({ code }) => code));
    return value;
  });
  return codes;
}

async function expectReplay(
  origin: string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  first: Answer<unknown>,
): Promise<void> {
  const again = await ask(origin, query, { variables });
  expect(JSON.stringify(again.data)).toBe(JSON.stringify(first.data).replace('"replayed":false', '"replayed":true'));
}
