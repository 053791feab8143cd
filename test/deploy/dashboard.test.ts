import { beforeAll, describe, expect, it } from "vitest";
import type { Sample } from "../server/telemetry/scrape.ts";
import { askedBy, problemsOf, read, scrapedAfterTraffic } from "./registry.ts";

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly description?: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const dashboard = JSON.parse(read("deploy/grafana/billing-gateway.json")) as { panels: readonly Panel[] };
const panels = dashboard.panels.filter(({ type }) => type !== "row");
let samples: readonly Sample[];
beforeAll(async () => {
  samples = await scrapedAfterTraffic();
});

describe("the dashboard", () => {
  it.each(panels)("$title queries metrics that exist, and says what it shows", ({ targets = [], description }) => {
    expect(targets.flatMap(({ expr }) => problemsOf(expr, samples))).toEqual([]);
    expect(description).toMatch(/\.$/);
  });

  it("shows every metric of the gateway", () => {
    const shown = new Set(
      panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => askedBy(expr).map(({ metric }) => metric))),
    );
    const told = new Set(samples.map(({ name }) => name).filter((name) => /^billing_gateway_(?!.*_(sum|count)$)/.test(name)));
    expect([...told].filter((name) => !shown.has(name))).toEqual([]);
  });

  it("has panels that do not overlap", () => {
    const ids = new Set(dashboard.panels.map(({ id }) => id));
    expect(ids.size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: h * w }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});
