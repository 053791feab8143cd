import { expect, it } from "vitest";
import { backendKeys } from "../../../src/sandbox/world.ts";
import { chargeSpecs, createCharges, eventually, type OperationSeen, operation, operationFields, textOf } from "./charges.ts";
import { gatewaysOf } from "./gateways.ts";
import { countInFlight } from "./in-flight.ts";
import { createFunctions, startSandbox } from "./sandbox.ts";
import { subscribe } from "./subscription.ts";

/** A fan-out over hundreds of charges, while it runs. */

const charges = 200;
const concurrency = 3;

it("progresses visibly step by step, within each backend's concurrency, with results in order", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox, { backend: { concurrency } });
  const { origin } = await gateways.start();
  const specs = await chargeSpecs(origin);
  const wanted = Array.from({ length: charges }, (_, index) =>
    specs(backendKeys[index % backendKeys.length] ?? "pbx", `Rent ${index}`, index),
  );
  for (const key of backendKeys) {
    sandbox.setFaults([{ kind: "delay", milliseconds: 60, function: createFunctions[key] }], [key]);
  }
  await using watched = await subscribe<{ readonly operationUpdated: OperationSeen }>(
    origin,
    `subscription { operationUpdated { ${operationFields} } }`,
  );
  using inFlight = countInFlight();
  const answer = createCharges(origin, wanted, "rent");

  // Its id is known before its answer is.
  const { id } = await eventually("it is told of", () => watched.events[0]?.operationUpdated, { everyMs: 5 });
  const asked: number[] = [];
  const ended = async (): Promise<boolean> => {
    const seen = await operation(origin, id);
    asked.push(succeeded(seen));
    return seen?.status !== "PENDING";
  };
  await eventually("it has ended", ended, { everyMs: 100 });
  const { data } = await answer;

  expect(data?.createCharges.operation).toMatchObject({ id, status: "SUCCEEDED" });
  expect(data?.createCharges.results.map(({ charge }) => textOf(charge))).toEqual(wanted.map(textOf));
  for (const progress of [asked, watched.events.map(({ operationUpdated }) => succeeded(operationUpdated))]) {
    expect(progress).toEqual(progress.toSorted((left, right) => left - right));
    expect(new Set(progress.filter((count) => count > 0 && count < charges)).size).toBeGreaterThan(3);
  }
  for (const { url } of sandbox.backends) expect(inFlight.most(url)).toBe(concurrency);
  await eventually("the end is told of", () => watched.events.at(-1)?.operationUpdated.status === "SUCCEEDED");
});

function succeeded(seen: OperationSeen | null): number {
  return seen?.steps.filter(({ status }) => status === "SUCCEEDED").length ?? 0;
}
