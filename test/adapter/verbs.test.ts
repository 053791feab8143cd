import { describe, expect, it } from "vitest";
import type { Adapter, CallScope, WritePlan } from "../../src/adapter/adapter.ts";
import { effectOfVerbs } from "../../src/adapter/verbs.ts";
import { coalescing, createWriteBell } from "../../src/connections/caching.ts";

/** Code that must not compile: `npm run types` fails if one of these does. */
const incomplete = {
  // @ts-expect-error a verb is missing
  forgotten: { ...effectOfVerbs, plans: { getMany: "read" } } satisfies typeof effectOfVerbs,
  // @ts-expect-error a read is not a write
  mistaken: { ...effectOfVerbs, plans: { getMany: "read", list: "write" } } satisfies typeof effectOfVerbs,
};

describe("the verbs of the interface", () => {
  it("are all declared, each with its effect", () => {
    expect(Object.keys(incomplete)).toHaveLength(2);
  });

  const declared = Object.entries(effectOfVerbs).flatMap(([group, verbs]) =>
    Object.entries(verbs).map(([verb, effect]) => ({ group, verb, effect })),
  );

  it.each(declared)("$group.$verb is a $effect: reads are shared, and writes are announced", async ({ group, verb, effect }) => {
    const bell = createWriteBell();
    let told = 0;
    let asked = 0;
    bell.listen(() => {
      told += 1;
    });
    const send = async () => ({ id: "1" });
    const plan = {
      steps: [{ action: "", send, find: async () => ({ ours: [], candidates: [] }) }],
    } as unknown as WritePlan<unknown>;
    const call = (): unknown => {
      asked += 1;
      return effect === "read" ? Promise.resolve("read") : plan;
    };
    const bare = { key: "pbx", customers: {}, charges: {} } as unknown as Adapter;
    const adapter = coalescing({ ...bare, [group]: { [verb]: Object.assign(call, { takes: "a name" }) } }, bell);
    const verbs = adapter[group as "customers"] as unknown as Record<
      string,
      typeof call & ((id: string, scope: CallScope) => unknown)
    >;
    const answers = [verbs[verb]?.("1", {}), verbs[verb]?.("1", {})];
    expect(verbs[verb]).toHaveProperty("takes", "a name");
    if (effect === "read") {
      expect(await Promise.all(answers)).toEqual(["read", "read"]);
      expect([asked, told]).toEqual([1, 0]);
    } else {
      const intent = { stepId: "1", createdAt: "2026-01-01T00:00:00.000Z", note: null };
      await (answers[0] as WritePlan<unknown>).steps[0]?.send(null, intent, {});
      expect([asked, told]).toEqual([2, 2]);
    }
  });
});
