import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listEach, loadEach, readIfThere, settleEach } from "../../../src/adapter/kit/loading.ts";
import { BillingError, notFound } from "../../../src/model/errors.ts";

/** A backend that counts calls in flight. */
function counted<T>(answer: (id: string) => T) {
  let underWay = 0;
  let most = 0;
  const asked: string[] = [];
  const load = async (id: string): Promise<T> => {
    asked.push(id);
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    return answer(id);
  };
  return { load, asked, most: () => most };
}

describe("loading each", () => {
  it("keeps the order, loads each id once, no more than a maximum at a time, and no malformed id", async () => {
    const ids = fc.array(fc.integer({ min: -5, max: 30 }).map(String), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(ids, fc.integer({ min: 1, max: 9 }), async (wanted, atOnce) => {
        const { load, asked, most } = counted((id) => (Number(id) % 3 === 0 ? null : `value ${id}`));
        const isPossible = (id: string): boolean => !id.startsWith("-");
        const found = await loadEach(wanted, { isPossible, atOnce, load });
        expect(found).toEqual(wanted.map((id) => (isPossible(id) && Number(id) % 3 !== 0 ? `value ${id}` : null)));
        expect(asked).toEqual([...new Set(wanted)].filter(isPossible));
        expect(most()).toBe(Math.min(atOnce, asked.length));
      }),
    );
  });

  it("keeps a failure with its id, and returns null for NOT_FOUND", async () => {
    const failure = new BillingError("UNAVAILABLE", "not now");
    const load = async (id: string): Promise<string> => {
      if (id === "2") throw failure;
      if (id === "3") throw notFound("pbx", "It");
      return id;
    };
    expect(await loadEach(["3", "2", "1", "2"], { isPossible: () => true, atOnce: 2, load })).toEqual([
      null,
      failure,
      "1",
      failure,
    ]);
  });

  it("fails as a whole with any error other than BillingError", async () => {
    await expect(settleEach(["1", "2"], 1, () => Promise.reject(new TypeError("x")))).rejects.toThrow(TypeError);
  });

  it("lists each owner once, in the requested order", async () => {
    const { load, asked } = counted((id) => [id]);
    expect(await listEach(["b", "a", "b"], 5, load)).toEqual([["b"], ["a"], ["b"]]);
    expect(asked).toEqual(["b", "a"]);
  });
});

describe("reading an object that may not exist", () => {
  it("is null for NOT_FOUND only", async () => {
    expect(await readIfThere(Promise.reject(notFound("pbx", "It")))).toBeNull();
    expect(await readIfThere(Promise.resolve(7))).toBe(7);
    const failure = new BillingError("FORBIDDEN", "no");
    await expect(readIfThere(Promise.reject(failure))).rejects.toBe(failure);
  });
});
