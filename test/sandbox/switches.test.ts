import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultFunctions, lastingUnknown } from "../../src/sandbox/faults.ts";
import { v2Defaults, v3Defaults } from "../../src/sandbox/hostedsuite/options.ts";
import { type RunningBackend, serveSimulated } from "../../src/sandbox/server.ts";
import { conditionNames, type Switch, switches } from "../../src/sandbox/switches.ts";
import { createV01 } from "../../src/sandbox/v01/index.ts";
import { defaultSettings } from "../../src/sandbox/v01/options.ts";
import { shaped } from "../../src/sandbox/v01/shapes.ts";
import { backendKeys, createWorld } from "../../src/sandbox/world.ts";
import { withMade } from "../support/made.ts";

/** Accounts, data and clock are not unknowns of a contract. */
const known = /^(username|password|user|tenant|share|now|accountId|secondAccountId|reader\w+|currency)$/;

const namesOf = (kind: Switch["kinds"][number], set: Switch["set"]): string[] =>
  switches
    .filter((each) => each.set === set && each.kinds.includes(kind))
    .map(({ name }) => name)
    .sort();

describe("the table of switches", () => {
  it("has every condition", () => {
    expect([...new Set(switches.filter(({ set }) => set === "condition").map(({ name }) => name))].sort()).toEqual(
      [...conditionNames].sort(),
    );
  });

  it.each([
    ["hostedsuite-v2", Object.keys(v2Defaults)],
    ["hostedsuite-v3", Object.keys(v3Defaults)],
    ["v01", Object.keys(defaultSettings)],
    [
      "enswitch",
      Array.from(
        readFileSync("src/sandbox/enswitch/options.ts", "utf8").matchAll(/^ {2}readonly (\w+)\?/gm),
        ([, name = ""]) => name,
      ),
    ],
  ] as const)("has every option of %s", (kind, names) => {
    expect(namesOf(kind, "option")).toEqual(names.filter((name) => !known.test(name)).sort());
  });

  it("has the defaults of v01", () => {
    for (const { name, kinds, byDefault } of switches.filter(({ set }) => set === "option")) {
      if (kinds.length === 1 && kinds[0] === "v01") {
        expect(byDefault, name).toBe(String(defaultSettings[name as keyof typeof defaultSettings]));
      }
    }
  });
});

/** Run with -u, this writes docs/sandbox.md. */
it("the page of the sandbox shows these tables", async () => {
  const page = new URL("../../docs/sandbox.md", import.meta.url);
  const made = withMade(readFileSync(page, "utf8"), {
    conditions: tableOf("condition"),
    options: tableOf("option"),
    functions: tableOfFunctions(),
    "unknown outcome": recipe(),
  });
  await expect(made).toMatchFileSnapshot(page.pathname);
});

function tableOf(set: Switch["set"]): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  const kindCount = new Set(switches.flatMap(({ kinds }) => kinds)).size;
  const rows = switches
    .filter((each) => each.set === set)
    .map(
      ({ name, kinds, values, byDefault, standsFor }) =>
        `| \`${name}\` | ${kinds.length === kindCount ? "all" : kinds.join(", ")} | ${cell(values)} | ${byDefault} | ${cell(standsFor)} |`,
    );
  return ["| switch | backends | values | default | stands for |", "|---|---|---|---|---|", ...rows].join("\n");
}

function tableOfFunctions(): string {
  const rows = backendKeys.map((key) => {
    const { listsCharges, createsCharge, changesCharge, listsCustomers, createsCustomer, changesCustomer } = faultFunctions[key];
    const names = [listsCharges, createsCharge, changesCharge, listsCustomers, createsCustomer, changesCustomer];
    return `| \`${key}\` | ${names.map((name) => (name === null ? "none" : `\`${name}\``)).join(" | ")} |`;
  });
  const titles =
    "| backend | lists charges | creates a charge | changes a charge | lists customers | creates a customer | changes a customer |";
  return [titles, "|---|---|---|---|---|---|---|", ...rows].join("\n");
}

function recipe(): string {
  const commands = backendKeys.map(
    (key, place) => `curl -X PUT http://127.0.0.1:${4101 + place}/_sandbox/faults -d '${JSON.stringify(lastingUnknown[key])}'`,
  );
  return ["```sh", ...commands, "curl -X DELETE http://127.0.0.1:4101/_sandbox/faults", "```"].join("\n");
}

describe("conditions on the wire", () => {
  let backend: RunningBackend;
  beforeAll(async () => {
    backend = await serveSimulated(createV01(createWorld({ customers: 20 })));
  });
  afterAll(() => backend.close());

  const authorization = `Basic ${Buffer.from("api-gateway:sandbox-recurring").toString("base64")}`;
  const ask = (path: string) => fetch(`${backend.url}${path}`, { headers: { authorization } });

  it("members are renamed, left out and added, and no digit of an id is lost", async () => {
    const before = await (await ask("customers?limit=20")).text();
    backend.setConditions({ membersRenamed: { email: "emailAddress" }, membersLeftOut: ["city"], membersAdded: { vip: true } });
    const after = await (await ask("customers?limit=20")).text();
    const ids = (text: string) => [...text.matchAll(/"id":(\d+)/g)].map(([, id]) => id);
    expect(ids(after)).toEqual(ids(before));
    expect(ids(before).some((id) => !Number.isSafeInteger(Number(id)))).toBe(true);
    expect(before).toContain('"city"');
    expect(after).not.toMatch(/"city"|"email"/);
    expect(after).toMatch(/"emailAddress":"[^"]+@/);
    expect(after).toContain('"vip":true');
  });

  it("a parameter under its other name is understood", async () => {
    backend.setConditions({ membersRenamed: { email: "emailAddress" } });
    const [customer] = (await (await ask("customers?limit=1")).json()) as { emailAddress: string }[];
    const found = (await (await ask(`customers?emailAddress=${customer?.emailAddress}`)).json()) as object[];
    expect(found).toHaveLength(1);
  });

  it("ignored parameters have no effect; missing and forbidden functions are errors", async () => {
    backend.setConditions({ ignoredParameters: ["EMAIL"] });
    expect(await (await ask("customers?email=nobody@nowhere.example")).json()).not.toHaveLength(0);
    backend.setConditions({ missingFunctions: ["customers/~find"] });
    expect(await (await ask("customers")).json()).toMatchObject({ failureCode: "U02" });
    backend.setConditions({ forbiddenFunctions: ["customers/~find"] });
    expect((await ask("customers")).status).toBe(403);
    expect((await ask("plans")).status).toBe(200);
  });

  it("any text is written in the charset", async () => {
    backend.setConditions({ charset: "iso-8859-1", membersAdded: { sign: "Müßig €" } });
    const answer = await ask("customers?limit=1");
    const text = Buffer.from(await answer.arrayBuffer()).toString("latin1");
    expect([answer.headers.get("content-type"), JSON.parse(text)[0].sign]).toEqual([
      "application/json; charset=ISO-8859-1",
      "Müßig €",
    ]);
  });

  it("a limit that is too large is cut or refused", async () => {
    backend.setConditions({ pageMaximum: 3 });
    expect(await (await ask("customers?limit=10")).json()).toHaveLength(3);
    backend.setConditions({ pageMaximum: 3, beyondPageMaximum: "refuse" });
    expect(await (await ask("customers?limit=10")).json()).toMatchObject({ failureCode: "V30" });
    expect(await (await ask("customers?limit=3")).json()).toHaveLength(3);
  });
});

it.each([
  ["mapper", [], { customers: "" }],
  ["mapper", [1], { customers: { customer: 1 } }],
  ["mapper", [1, 2], { customers: { customer: [1, 2] } }],
  ["mapperNull", [], { customers: null }],
  ["counted", [], { count: 0 }],
  ["lone", [1], 1],
  ["lone", [], {}],
] as const)("v01 lists as %s: %o", (shape, list, expected) => {
  expect(shaped([...list], "customers", shape)).toEqual(expected);
});
