import { expect, it } from "vitest";
import { run } from "../../e2e/process.ts";
import { samplesOf, sumOf } from "./scrape.ts";

it("any one of several workers reports the counts of all", async () => {
  await using program = run("test/server/telemetry/workers.ts", []);
  const { code, stdout, stderr } = await program.ended();
  expect([code, stderr]).toEqual([0, ""]);
  const samples = samplesOf(stdout);
  expect(sumOf(samples, "billing_gateway_backend_calls_total", { backend: "pbx", outcome: "ok" })).toBe(2);
  // Both workers see the same journal.
  expect(sumOf(samples, "billing_gateway_operations", { status: "SUCCEEDED" })).toBe(7);
  expect(sumOf(samples, "billing_gateway_store_up")).toBe(1);
  expect(sumOf(samples, "billing_gateway_build_info")).toBe(1);
});
