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

/** What is reported after each of the operations has changed, after one is deleted, and for a change while the store is down. */
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

it("reports the backends that an operation was sent to, or all if the store cannot say which", async () => {
  const { told } = await follow(true);
  await expect.poll(() => told).toEqual(["pbx", "suite", "offices", null]);
});

it("looks up operations together that changed at about the same time", async () => {
  const { looks, told } = await follow(true);
  await expect.poll(() => told).toHaveLength(4);
  expect(looks()).toBe(2);
});

it("reports every operation at once, even one that only changes the gateway's own records", async () => {
  const { changes } = await follow(true);
  expect(changes()).toBe(6);
});

it("reports all backends at once if nothing is cached", async () => {
  const { told } = await follow(false);
  expect(told).toEqual(Array(6).fill(null));
});
