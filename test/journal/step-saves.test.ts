import { beforeEach, expect, it } from "vitest";
import type { Step } from "../../src/journal/model.ts";
import { gatherSaves } from "../../src/journal/operation-changes.ts";
import { heldBy, step } from "./fixture.ts";

const claimed = new Error("another step has its claim");

/** The saves, in order: "op-1: 0 1". */
let saved: string[];
/** Positions of steps that cannot be saved, with the reason. */
let refused: Map<number, Error>;
let saveStep: ReturnType<typeof gatherSaves>;

beforeEach(() => {
  saved = [];
  refused = new Map();
  saveStep = gatherSaves(
    async ({ id: operationId }, steps, { status }) => {
      const positions = steps.map(({ position }) => position);
      saved.push([`${operationId}:`, ...positions, status ?? []].flat().join(" "));
      for (const position of positions) if (refused.has(position)) throw refused.get(position);
    },
    (error) => error === claimed,
  );
});

const at = (position: number): Step => ({ ...step, position });
const saveAll = (...positions: number[]) =>
  Promise.allSettled(positions.map((position) => saveStep(heldBy("op-1"), at(position))));
const endings = (results: readonly PromiseSettledResult<void>[]) =>
  results.map((result) => (result.status === "rejected" ? result.reason : "saved"));

it("saves steps of one operation together, and those of another one separately", async () => {
  await Promise.all([saveAll(0, 1), saveStep(heldBy("op-2"), at(0), { status: "SUCCEEDED" }), saveAll(2)]);
  expect(saved.sort()).toEqual(["op-1: 0 1 2", "op-2: 0 SUCCEEDED"]);
});

it("saves a step that comes during a save after it", async () => {
  const first = saveAll(0);
  while (saved.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([first, saveAll(1, 2)]);
  await saveAll(3);
  expect(saved).toEqual(["op-1: 0", "op-1: 1 2", "op-1: 3"]);
});

it("rejects a step that cannot be saved without failing the others", async () => {
  refused.set(1, claimed);
  expect(endings(await saveAll(0, 1, 2))).toEqual(["saved", claimed, "saved"]);
  expect(saved).toEqual(["op-1: 0 1 2", "op-1: 0", "op-1: 1", "op-1: 2"]);
});

it("rejects all when the store fails, and tries the next ones", async () => {
  const down = new Error("the store is down");
  refused.set(1, down);
  expect(endings(await saveAll(0, 1))).toEqual([down, down]);
  expect(endings(await saveAll(2))).toEqual(["saved"]);
});
