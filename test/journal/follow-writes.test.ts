import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { followWrites } from "../../src/journal/follow-writes.ts";
import type { Operation, Step } from "../../src/journal/model.ts";

const step = (backend: string, attempts: number) => ({ backend, attempts }) as Step;
const operations: Readonly<Record<string, Operation>> = {
  sent: { steps: [step("pbx", 1), step("pbx", 2), step("suite", 1)] } as unknown as Operation,
  planned: { steps: [step("pbx", 0)] } as unknown as Operation,
  begun: { steps: [step("pbx", 0), step("offices", 1)] } as unknown as Operation,
  linked: { steps: [{ backend: "offices", attempts: 1, action: "accounts/link" }] } as unknown as Operation,
};

/** What is told of when each of the operations has changed, one that is deleted, and what changes while the store is down. */
async function follow(caches: boolean) {
  let looks = 0;
  let isDown = false;
  const told: (string | null)[] = [];
  let tell = (_id: string): void => {};
  let changes = 0;
  await followWrites(
    {
      watch: async (listener) => {
        tell = listener;
        return async () => {};
      },
      byIds: async (ids) => {
        looks += 1;
        if (isDown) throw new Error("The store is down.");
        await nextTurn();
        return ids.flatMap((id) => {
          const found = operations[id];
          return found ? [{ ...found, id }] : [];
        });
      },
    },
    {
      changed: () => {
        changes += 1;
      },
      written: (backend) => void told.push(backend),
      caches,
      isOwnAction: (action) => action === "accounts/link",
    },
  );
  for (const id of [...Object.keys(operations), "deleted"]) tell(id);
  if (caches) await expect.poll(() => told).toHaveLength(3);
  isDown = true;
  tell("sent");
  return { told, changes: () => changes, looks: () => looks };
}

it("tells of the backends that an operation was sent to, and of all where the store cannot say which", async () => {
  const { told } = await follow(true);
  await expect.poll(() => told).toEqual(["pbx", "suite", "offices", null]);
});

it("looks up together what has changed at about the same time", async () => {
  const { looks, told } = await follow(true);
  await expect.poll(() => told).toHaveLength(4);
  expect(looks()).toBe(2);
});

it("tells of every operation at once, also of one that changes only what the gateway keeps itself", async () => {
  const { changes } = await follow(true);
  expect(changes()).toBe(6);
});

it("tells of all backends at once where nothing is kept", async () => {
  const { told } = await follow(false);
  expect(told).toEqual(Array(6).fill(null));
});
