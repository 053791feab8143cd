import { expect, it } from "vitest";
import { followWrites } from "../../src/operations/follow-writes.ts";
import type { Operation, Step } from "../../src/operations/model.ts";

const step = (backend: string, attempts: number) => ({ backend, attempts }) as Step;
const operations: Readonly<Record<string, Operation | null>> = {
  sent: { steps: [step("pbx", 1), step("pbx", 2), step("suite", 1)] } as unknown as Operation,
  planned: { steps: [step("pbx", 0)] } as unknown as Operation,
  begun: { steps: [step("pbx", 0), step("offices", 1)] } as unknown as Operation,
  deleted: null,
};

it("tells of the backends that an operation was sent to, and of all where the store cannot say which", async () => {
  const told: (string | null)[] = [];
  let tell = (_id: string): void => {};
  await followWrites(
    {
      watch: async (listener) => {
        tell = listener;
        return async () => {};
      },
      byId: async (id) => {
        const found = operations[id];
        if (found === undefined) throw new Error("The store is down.");
        return found;
      },
    },
    (backend) => told.push(backend),
  );
  for (const id of [...Object.keys(operations), "unreachable"]) tell(id);
  await expect.poll(() => told).toEqual(["pbx", "suite", "offices", null]);
});
