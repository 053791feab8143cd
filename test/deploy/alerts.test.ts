import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isOfRecord, type WarningCode, warningCodes } from "../../src/model/warnings.ts";
import type { Sample } from "../server/telemetry/scrape.ts";
import { askedBy, problemsOf, read, scrapedAfterTraffic } from "./registry.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const file = parse(read("deploy/prometheus/alerts.yaml")) as { groups: readonly { rules: readonly Rule[] }[] };
const rules = file.groups.flatMap((group) => group.rules);
const guide = read("docs/metrics.md");
let samples: readonly Sample[];
beforeAll(async () => {
  samples = await scrapedAfterTraffic();
});

describe("the alert rules", () => {
  it.each(rules)("$alert queries metrics that exist", ({ expr }) => {
    expect(problemsOf(expr, samples)).toEqual([]);
  });

  it.each(rules)("$alert says what is wrong, how severe it is, and where the guide is", ({ alert, labels, annotations }) => {
    expect(["critical", "warning"]).toContain(labels.severity);
    expect(annotations.summary).toMatch(/\.$/);
    expect(annotations.runbook).toBe(`docs/metrics.md#${alert.toLowerCase()}`);
  });

  it("have a section each in the guide, in their order", () => {
    const [, sections = ""] = guide.split("\n## Alerts\n");
    expect([...sections.matchAll(/^### (.+)$/gm)].map(([, title]) => title)).toEqual(rules.map(({ alert }) => alert));
  });
});

describe("warnings", () => {
  const codes = Object.keys(warningCodes) as WarningCode[];

  it("about records are those of the alert", () => {
    const { expr = "" } = rules.find(({ alert }) => alert === "BillingGatewayStoredOtherwise") ?? {};
    const [, pattern = ""] = /code!~"([^"]+)"/.exec(expr) ?? [];
    const matched = codes.filter((code) => !new RegExp(`^(?:${pattern})$`).test(code.toLowerCase()));
    expect(matched).toEqual(codes.filter(isOfRecord));
  });

  it("of every code are in the guide's row of the metric", () => {
    const [row = ""] = /^\| `billing_gateway_step_warnings_total`.*$/m.exec(guide) ?? [];
    expect(codes.filter((code) => !row.includes(code.toLowerCase()))).toEqual([]);
  });
});

describe("the guide", () => {
  it("has every metric of the gateway with its labels, and no other", () => {
    const [, table = ""] = guide.split("\n## Metrics\n");
    const rows = [...table.matchAll(/^\| `(billing_gateway_\w+)` \|([^|]*)\|/gm)];
    const told = rows.map(([, name = "", labels = ""]) => [
      name,
      [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label).sort(),
    ]);
    const labelsOf = new Map<string, Set<string>>();
    for (const { name, labels } of samples.filter((sample) => sample.name.startsWith("billing_gateway_"))) {
      const metric = name.replace(/_(bucket|sum|count)$/, "");
      const known = labelsOf.get(metric) ?? new Set();
      labelsOf.set(metric, known);
      for (const label of Object.keys(labels)) if (label !== "le") known.add(label);
    }
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries([...labelsOf].map(([name, labels]) => [name, [...labels].sort()])),
    );
  });

  it("names existing metrics of Node.js", () => {
    const names = new Set(samples.map(({ name }) => name));
    for (const [, name = ""] of guide.matchAll(/`((?:process|nodejs)_\w+)`/g)) expect(names).toContain(name);
  });
});

it("the scrape job has the name that the rules use", () => {
  const { scrape_configs: jobs } = parse(read("deploy/prometheus/scrape.yaml")) as { scrape_configs: { job_name: string }[] };
  const asked = new Set(rules.flatMap(({ expr }) => [...expr.matchAll(/job="([^"]*)"/g)].map(([, job]) => job)));
  expect([...asked]).toEqual(jobs.map(({ job_name: name }) => name));
});

describe("reading expressions", () => {
  it.each([
    ['absent(up{job="x"} == 1)', ["up"]],
    ['sum by (le, operation) (rate(a_bucket[5m])) / sum(b_total{c="d"}) > 0.2', ["a_bucket", "b_total"]],
    ['max by (backend) (a_b{state="open"}) > 0', ["a_b"]],
  ])("%s", (expression, metrics) => {
    expect(askedBy(expression).map(({ metric }) => metric)).toEqual(metrics);
  });

  it("finds what does not exist", () => {
    expect(problemsOf("billing_gateway_nothing > 0", samples)).toEqual(["there is no billing_gateway_nothing"]);
    expect(problemsOf("sum by (nobody) (billing_gateway_store_up)", samples)).toEqual([
      "billing_gateway_store_up has no label nobody",
    ]);
    expect(problemsOf('billing_gateway_errors_total{code="NONE"}', samples)).toEqual([
      "billing_gateway_errors_total never has code = NONE",
    ]);
  });
});
