import { describe, expect, it } from "vitest";
import { createDraft as createDraftIn, typedIn } from "../../src/console/forms/drafts.ts";

function memory(full = false) {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => {
      if (full && value.length > 50) throw new DOMException("full", "QuotaExceededError");
      kept.set(name, value);
    },
    removeItem: (name: string) => void kept.delete(name),
  };
}

const createDraft = (storage: Parameters<typeof createDraftIn>[0], name: string) => createDraftIn(storage, name, memory());

describe("a draft", () => {
  it("is what was typed, until it is dropped or undone", () => {
    const draft = createDraft(memory(), "a");
    const initial = { name: "Ada", amount: "", taxes: [], paid: false };
    expect(draft.read()).toBeNull();
    draft.keep({ ...initial, amount: "19.99" }, initial);
    expect(draft.read()).toEqual({ amount: "19.99" });
    draft.keep(initial, initial);
    expect(draft.read()).toBeNull();
    draft.keep({ ...initial, name: "" }, initial);
    expect(draft.read()).toEqual({ name: "" });
    draft.drop();
    expect(draft.read()).toBeNull();
  });

  it("has one key, however it is changed, and the next one another", () => {
    const storage = memory();
    const draft = createDraft(storage, "a");
    expect(draft.key()).toBeNull();
    draft.keep({ amount: "1" }, {});
    const key = draft.key();
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    draft.keep({ amount: "19.99" }, {});
    expect(createDraft(storage, "a").key()).toBe(key);
    draft.drop();
    expect(draft.key()).toBeNull();
    draft.keep({ amount: "19.99" }, {});
    expect(draft.key()).not.toBe(key);
  });

  it("belongs to one form", () => {
    const storage = memory();
    createDraft(storage, "a").keep({ amount: "1" }, {});
    expect(createDraft(storage, "b").read()).toBeNull();
  });

  it("is not an older one if the newest does not fit, and none where nothing may be kept", () => {
    const draft = createDraft(memory(true), "a");
    draft.keep({ name: "short" }, {});
    draft.keep({ name: "x".repeat(1_000) }, {});
    expect(draft.read()).toBeNull();
    const forbidden = () => {
      throw new DOMException("forbidden", "SecurityError");
    };
    const none = createDraft({ getItem: forbidden, setItem: forbidden, removeItem: forbidden }, "a");
    none.keep({ name: "x" }, {});
    none.drop();
    expect(none.read()).toBeNull();
  });

  it.each([
    [{ a: "1" }, { a: "" }, { a: "1" }],
    [{ a: "" }, {}, {}],
    [{ a: false, b: [] }, {}, {}],
    [{ a: true, b: ["x"] }, {}, { a: true, b: ["x"] }],
    [{ a: ["x", "y"] }, { a: ["x", "y"] }, {}],
    [{ a: ["y"] }, { a: ["x", "y"] }, { a: ["y"] }],
  ])("of %j, at first %j, is %j", (values, initial, typed) => {
    expect(typedIn(values, initial)).toEqual(typed);
  });
});

describe("a draft that was copied to another tab", () => {
  /** Two tabs with the same draft, as after a browser has duplicated the first one. */
  function duplicated() {
    const shared = memory();
    const own = memory();
    const first = createDraftIn(own, "a", shared);
    first.keep({ amount: "19.99" }, {});
    const copied = memory();
    for (const name of ["a", "a:key", "a:id"]) copied.setItem(name, own.getItem(name) ?? "");
    return { first, second: createDraftIn(copied, "a", shared) };
  }

  it("is known there as submitted, also if it was changed after a submission that did nothing", () => {
    const { first, second } = duplicated();
    first.answered(false);
    first.keep({ amount: "21" }, {});
    expect([first, second].map((draft) => draft.isDoneElsewhere())).toEqual([false, false]);
    second.keep({ amount: "20" }, {});
    first.answered(true);
    expect([first, second].map((draft) => draft.isDoneElsewhere())).toEqual([false, true]);
    first.keep({ amount: "30" }, {});
    expect(first.isDoneElsewhere()).toBe(false);
  });

  it("is another one once a person says so, or has discarded it; it keeps its key as long as it has it", () => {
    const { first, second } = duplicated();
    const key = second.key();
    first.answered(true);
    second.separate();
    second.keep({ amount: "20" }, {});
    expect([second.isDoneElsewhere(), second.key()]).toEqual([false, key]);
    second.answered(true);
    const others = duplicated();
    others.first.answered(true);
    others.second.drop();
    others.second.keep({ amount: "1" }, {});
    expect(others.second.isDoneElsewhere()).toBe(false);
    expect(others.second.key()).not.toBe(others.first.key());
  });

  it("is not known as submitted where nothing may be kept", () => {
    const forbidden = () => {
      throw new DOMException("forbidden", "SecurityError");
    };
    const draft = createDraftIn(memory(), "a", { getItem: forbidden, setItem: forbidden });
    draft.keep({ amount: "1" }, {});
    draft.answered(true);
    draft.keep({ amount: "1" }, {});
    expect(draft.isDoneElsewhere()).toBe(false);
  });
});
