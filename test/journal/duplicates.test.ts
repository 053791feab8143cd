import { describe, expect, it } from "vitest";
import { type AlikeCharge, sameness } from "../../src/journal/alike.ts";
import type { Operation } from "../../src/journal/model.ts";
import type { MutationCall } from "../../src/journal/planned-operation.ts";
import type { Target } from "../../src/journal/target.ts";
import { recordCompared } from "../../src/journal/turns.ts";
import { encodeId } from "../../src/model/id.ts";

/** Charges of one likeness that are recorded already, the oldest first. */
const recorded = Array.from(
  { length: 50 },
  (_, index): AlikeCharge => ({
    likeness: "same",
    operationId: `operation-${index}`,
    nodeId: `node-${index}`,
    actor: null,
    backend: "one",
    recordedAt: new Date(index).toISOString(),
  }),
);

async function compare(held: readonly string[] = []) {
  const read: string[] = [];
  const target = {
    backend: "one",
    plan: { steps: [] },
    comparable: { what: "charge", likenesses: () => ["same"] },
  } as unknown as Target;
  const call = {
    targets: [target],
    maySee: () => true,
    duplicates: { handling: "warn", since: "2026-01-01T00:00:00Z", held: new Map([[0, held]]) },
  } as unknown as MutationCall;
  const { call: compared } = await recordCompared(call, {
    store: {
      alike: async () => recorded,
      byIds: async (ids) => {
        read.push(...ids);
        return ids.map((id) => ({ id }) as Operation);
      },
    },
    plan: () => ({ createdAt: "2026-01-02T00:00:00Z" }) as Operation,
    insert: async (operation) => operation,
  });
  return { read, warnings: compared.targets[0]?.warnings?.map(({ message }) => message), target };
}

describe("a charge that was made many times", () => {
  const nameOf = (index: number): string => `operation ${encodeId({ type: "Operation", backend: "", id: `operation-${index}` })}`;

  it("names the oldest ones, and reads no operation that it does not name", async () => {
    const { read, warnings, target } = await compare();
    expect(warnings).toEqual([`${sameness(target.comparable)} ${[0, 1, 2].map(nameOf).join(", ")}.`]);
    expect(read).toEqual(["operation-0", "operation-1", "operation-2"]);
  });

  it("knows the charges in the backend as recorded, also those that it does not name", async () => {
    const known = recorded.map(({ nodeId }) => nodeId as string);
    expect((await compare(known)).warnings).toEqual((await compare()).warnings);
  });
});
