import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type Sample, samplesOf } from "../server/telemetry/scrape.ts";
import { serve } from "../server/telemetry/served.ts";

/** The gateway's metrics after some traffic of every kind, and a reader for expressions about them. */
export async function scrapedAfterTraffic(): Promise<readonly Sample[]> {
  await using served = await serve({ sections: { limits: { maxDepth: 5 } }, backend: { retries: 0, timeoutMs: 500 } });
  const ask = async (query: string): Promise<string> => (await served.post(query)).text();
  const list = (backend: string): string => `{ customers(first: 1, backends: ["${backend}"]) { nodes { id } } }`;
  const create = `mutation { createCustomer(input: { backends: ["suite"], firstName: "Grace", lastName: "Hopper" }) { operation { id } } }`;
  for (const backend of ["pbx", "suite", "offices", "recurring"]) await ask(list(backend));
  await ask(create);
  served.sandbox.backends.suite.setFaults([{ kind: "dropBefore", function: "clients/save" }]);
  await ask(create);
  served.sandbox.backends.recurring.setFaults([{ kind: "truncate", times: 1 }]);
  await ask(list("recurring"));
  served.sandbox.backends.offices.setFaults([{ kind: "delay", milliseconds: 1_000, times: 1 }]);
  await ask(list("offices"));
  for (let asked = 0; asked < 21; asked += 1) await ask(list("recurring"));
  // The second charge looks like the first one. For the third, the backend cannot be searched.
  const [, id = ""] = /"id":"([^"]+)"/.exec(await ask(list("offices"))) ?? [];
  const [, serviceId = ""] =
    /"id":"([^"]+)"/.exec(await ask('{ backend(key: "offices") { services(first: 1) { nodes { id } } } }')) ?? [];
  const charge = (amount: string, more = ""): string =>
    `mutation { createCharge(input: { charge: { customerId: "${id}", serviceId: "${serviceId}", amount: "${amount}" } ${more} }) { operation { id } } }`;
  for (const amount of ["7", "7"]) await ask(charge(amount));
  served.sandbox.backends.offices.setFaults([{ kind: "dropBefore", function: "GET /charges" }]);
  await ask(charge("8", "compareWithBackend: true"));
  served.sandbox.backends.offices.setFaults([]);
  // Such a customer is stored under another name.
  served.sandbox.backends.suite.setFaults([]);
  served.sandbox.backends.suite.setConditions({ storedAs: { name: "Somebody else" } });
  await ask(create);
  served.sandbox.backends.suite.setConditions({});
  served.sandbox.backends.recurring.setConditions({ membersAdded: { loyaltyPoints: 7 } });
  await ask(list("recurring"));
  served.sandbox.backends.pbx.setFaults([{ kind: "html502" }]);
  for (let sent = 0; sent < 6; sent += 1) await ask(list("pbx"));
  await ask("{ customers(first: 1) { nodes { plan { backend { plans(first: 1) { nodes { id } } } } } } }");
  // Requests are counted when their answers are out.
  for (let tries = 0; tries < 100; tries += 1) {
    const samples = samplesOf(await (await served.get("/metrics")).text());
    if (samples.some(({ labels }) => labels["outcome"] === "refused")) return samples;
    await pause(20);
  }
  throw new Error("the last request was not counted");
}

export interface Asked {
  readonly metric: string;
  /** `by (…)` of the expression around it, and the labels of its own selector. */
  readonly labels: readonly string[];
  /** Values that its selector names, without regular expressions. */
  readonly values: readonly { readonly label: string; readonly value: string }[];
}

/** Prometheus adds these to what it scrapes. */
export const scrapeLabels = ["job", "instance"];

/**
 * The metrics and labels that a PromQL expression uses. Knows as much of the language as the rules and the dashboard need. Pure.
 */
export function askedBy(expression: string): readonly Asked[] {
  const grouped = Array.from(expression.matchAll(/\b(?:by|without|on)\s*\(([^)]*)\)/g), ([, labels = ""]) =>
    labels.split(/\s*,\s*/),
  );
  const rest = expression.replace(/\b(?:by|without|on)\s*\([^)]*\)/g, " ");
  const selectors = rest.matchAll(/\b([a-z][a-z0-9_]*)\b(?!\s*\()(?:\{([^}]*)\})?(?=[^"]*(?:"[^"]*"[^"]*)*$)/g);
  return Array.from(selectors, ([, metric = "", matchers = ""]) => {
    const pairs = [...matchers.matchAll(/([a-z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)];
    return {
      metric,
      labels: [...grouped.flat(), ...pairs.map(([, label = ""]) => label)],
      values: pairs.flatMap(([, label = "", , value = ""]) =>
        value.startsWith("$") ? [] : value.split("|").map((each) => ({ label, value: each })),
      ),
    };
  }).filter(({ metric }) => /_/.test(metric) || metric === "up");
}

/** The metrics and labels of an expression that do not exist. */
export function problemsOf(expression: string, samples: readonly Sample[]): readonly string[] {
  const asked = askedBy(expression);
  if (asked.length === 0) return [`asks for nothing: ${expression}`];
  return asked.flatMap(({ metric, labels, values }) => {
    if (metric === "up") return [];
    const found = samples.filter(({ name }) => name === metric);
    if (found.length === 0) return [`there is no ${metric}`];
    const known = new Set([...scrapeLabels, ...found.flatMap((sample) => Object.keys(sample.labels))]);
    const unknownLabels = labels.filter((label) => !known.has(label)).map((label) => `${metric} has no label ${label}`);
    const unknownValues = values
      .filter(({ label, value }) => !scrapeLabels.includes(label) && !found.some((sample) => sample.labels[label] === value))
      .map(({ label, value }) => `${metric} never has ${label} = ${value}`);
    return [...unknownLabels, ...unknownValues];
  });
}

export function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}
