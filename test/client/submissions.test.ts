import { afterEach, describe, expect, it, vi } from "vitest";
import {
  createSubmissions,
  isSettled,
  type KeyStorage,
  type MutationAnswer,
  memoryKeys,
  type OperationStatus,
} from "../../src/client/index.ts";

/** Keys "key 1", "key 2", …, in a storage that a test can hand to the next page. */
function createPage(kept = new Map<string, string>()) {
  const storage: KeyStorage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, key) => void kept.set(name, key),
    removeItem: (name) => void kept.delete(name),
  };
  let made = 0;
  const submissions = createSubmissions({ storage, createKey: () => `key ${++made}` });
  const sent: string[] = [];
  const submit = (answer: () => MutationAnswer | Promise<MutationAnswer>, variables: unknown = {}, form = "form") =>
    submissions.submit({
      form,
      variables,
      send: async (key) => {
        sent.push(key);
        return answer();
      },
    });
  return { submissions, sent, submit, kept };
}

const answer = (status: OperationStatus): MutationAnswer => ({ createCharge: { operation: { status }, errors: [] } });
const errors = (...given: readonly { readonly retryable: boolean; readonly code?: string }[]) => ({ errors: given });
/** Nothing was sent, as the backend could not be reached. */
const unreachable = (): MutationAnswer => ({
  createCharge: { operation: { status: "FAILED" }, ...errors({ retryable: true, code: "UNAVAILABLE" }) },
});
/** The gateway's answer to a key with another input; `status` is that of the operation that has the key. */
const reused = (status: OperationStatus): MutationAnswer => ({
  createCharge: { operation: { status }, ...errors({ retryable: false, code: "IDEMPOTENCY_KEY_REUSED" }) },
});
const lost = (): never => {
  throw new TypeError("fetch failed");
};

describe("a key", () => {
  it.each(["SUCCEEDED", "VALIDATED", "FAILED", "ROLLED_BACK", "PARTIAL"] as const)("is new after %s", async (status) => {
    const { submit, sent, submissions } = createPage();
    await submit(() => answer(status));
    expect(submissions.keyOf("form")).toBeNull();
    await submit(() => answer(status));
    expect(sent).toEqual(["key 1", "key 2"]);
  });

  it.each(["PENDING", "UNKNOWN"] as const)("is the same again after %s, until the outcome is known", async (status) => {
    const { submit, sent, submissions } = createPage();
    await submit(() => answer(status));
    expect(submissions.keyOf("form")).toBe("key 1");
    await submit(() => answer("SUCCEEDED"));
    await submit(() => answer("SUCCEEDED"));
    expect(sent).toEqual(["key 1", "key 1", "key 2"]);
  });

  it("is the same again after a failure without effect, so that whoever else has it does not act besides", async () => {
    const { submit, sent, kept } = createPage();
    await submit(unreachable);
    const reloaded = createPage(kept);
    await reloaded.submit(() => answer("SUCCEEDED"));
    await reloaded.submit(() => answer("SUCCEEDED"));
    expect([...sent, ...reloaded.sent]).toEqual(["key 1", "key 1", "key 1"]);
    expect(kept.size).toBe(0);
  });

  it("is new for another input after a failure without effect, and one person asks once", async () => {
    const { submit, sent } = createPage();
    await submit(unreachable, { amount: "1" });
    const answers = [reused("FAILED"), answer("SUCCEEDED")];
    await expect(submit(() => answers.shift() as MutationAnswer, { amount: "2" })).resolves.toEqual(answer("SUCCEEDED"));
    expect(sent).toEqual(["key 1", "key 1", "key 2"]);
  });

  it.each(["SUCCEEDED", "PARTIAL", "UNKNOWN", "PENDING"] as const)(
    "is not replaced for another input while the first one is %s: a person decides",
    async (status) => {
      const { submit, sent } = createPage();
      await submit(() => reused(status));
      expect(sent).toEqual(["key 1"]);
    },
  );

  it.each([
    ["the form's next one", ["own 1", "own 2"], "own 2"],
    ["a random one, if the form has no other", ["own 1", "own 1"], "random"],
  ])("is replaced by %s", async (_what, own, expected) => {
    const keys: string[] = [];
    const submissions = createSubmissions({ storage: memoryKeys(), createKey: () => "random" });
    const answers = [reused("FAILED"), answer("SUCCEEDED")];
    await submissions.submit({
      form: "form",
      variables: {},
      newKey: () => own.shift() ?? null,
      send: async (key) => {
        keys.push(key);
        return answers.shift() as MutationAnswer;
      },
    });
    expect(keys).toEqual(["own 1", expected]);
  });

  it("is the same again after a lost answer, also on the page after a reload", async () => {
    const { submit, sent, kept } = createPage();
    await expect(submit(lost)).rejects.toThrow("fetch failed");
    await expect(submit(lost)).rejects.toThrow("fetch failed");
    const reloaded = createPage(kept);
    await reloaded.submit(() => answer("SUCCEEDED"));
    expect([...sent, ...reloaded.sent]).toEqual(["key 1", "key 1", "key 1"]);
    expect(kept.size).toBe(0);
  });

  it("is stored before anything is sent", async () => {
    const { submit, submissions } = createPage();
    await submit(() => {
      expect(submissions.keyOf("form")).toBe("key 1");
      return answer("SUCCEEDED");
    });
  });

  it("is the form's own where it has one, for one submission", async () => {
    const keys: string[] = [];
    const submissions = createSubmissions({ storage: memoryKeys(), createKey: () => "random" });
    const own = ["own 1", "own 2"];
    const submit = (status: "UNKNOWN" | "SUCCEEDED") =>
      submissions.submit({
        form: "form",
        variables: {},
        newKey: () => own.shift() ?? null,
        send: async (key) => {
          keys.push(key);
          return answer(status);
        },
      });
    await submit("UNKNOWN");
    await submit("SUCCEEDED");
    await submit("SUCCEEDED");
    await submit("SUCCEEDED");
    expect(keys).toEqual(["own 1", "own 1", "own 2", "random"]);
  });

  it("belongs to one form", async () => {
    const { submit, sent } = createPage();
    await submit(() => answer("UNKNOWN"), {}, "one");
    await submit(() => answer("UNKNOWN"), {}, "two");
    expect(sent).toEqual(["key 1", "key 2"]);
  });

  it("can be forgotten", async () => {
    const { submit, sent, submissions } = createPage();
    await submit(() => answer("UNKNOWN"));
    submissions.forget("form");
    await submit(() => answer("SUCCEEDED"));
    expect(sent).toEqual(["key 1", "key 2"]);
  });

  it("is random, and differs for each form", async () => {
    const submissions = createSubmissions({ storage: memoryKeys() });
    const keys: string[] = [];
    const send = async (key: string): Promise<MutationAnswer> => {
      keys.push(key);
      return answer("UNKNOWN");
    };
    for (const form of ["one", "one", "other"]) await submissions.submit({ form, variables: {}, send });
    expect(keys[0]).toMatch(/^[\da-f]{32}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });
});

describe("a storage that throws", () => {
  const refuse = (): never => {
    throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
  };
  const working = (kept: Map<string, string>): KeyStorage => ({
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, key) => void kept.set(name, key),
    removeItem: (name) => void kept.delete(name),
  });
  const send = (keys: string[], status: OperationStatus) => async (key: string) => {
    keys.push(key);
    return answer(status);
  };

  it.each<[string, Partial<KeyStorage>]>([
    ["when it is full", { setItem: refuse }],
    ["whenever it is used", { getItem: refuse, setItem: refuse, removeItem: refuse }],
    ["when it is read", { getItem: refuse }],
    ["when something is removed", { removeItem: refuse }],
  ])("%s: the submission works, and the key is kept until its outcome is known", async (_, broken) => {
    const submissions = createSubmissions({ storage: { ...working(new Map()), ...broken } });
    const keys: string[] = [];
    for (const status of ["UNKNOWN", "SUCCEEDED", "SUCCEEDED"] as const) {
      await submissions.submit({ form: "form", variables: {}, send: send(keys, status) });
    }
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(submissions.keyOf("form")).toBeNull();
    submissions.forget("form");
  });

  it("is used again once it works, and then has the outcome that another tab recorded", async () => {
    const kept = new Map<string, string>();
    const submissions = createSubmissions({ storage: working(kept) });
    const keys: string[] = [];
    await submissions.submit({ form: "form", variables: {}, send: send(keys, "UNKNOWN") });
    kept.clear();
    await submissions.submit({ form: "form", variables: {}, send: send(keys, "SUCCEEDED") });
    expect(keys[1]).not.toBe(keys[0]);
  });
});

describe("without a storage", () => {
  afterEach(() => vi.unstubAllGlobals());
  const submission = { form: "form", variables: {}, send: async () => answer("UNKNOWN") };

  it.each([
    ["", undefined],
    [" or window", {}],
    [" or window, itself", globalThis],
  ])("a server refuses to submit, whatever sessionStorage%s it has, but may render forms", (_, window) => {
    vi.stubGlobal("sessionStorage", { getItem: () => "somebody else's key", setItem: () => {}, removeItem: () => {} });
    if (window) vi.stubGlobal("window", window);
    const submissions = createSubmissions();
    expect(() => submissions.keyOf("form")).toThrow(/storage for each user/);
    return expect((async () => submissions.submit(submission))()).rejects.toThrow(/storage for each user/);
  });

  it("a page keeps keys in the tab's storage, or in its own memory if that is not allowed", async () => {
    vi.stubGlobal("window", globalThis);
    vi.stubGlobal("document", {});
    const kept = new Map<string, string>();
    vi.stubGlobal("sessionStorage", {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, key: string) => kept.set(name, key),
      removeItem: (name: string) => kept.delete(name),
    });
    await createSubmissions().submit(submission);
    expect(createSubmissions().keyOf("form")).toBe([...kept.values()][0]);
    expect(kept.size).toBe(1);

    // Like a browser that blocks all site data: reading the property throws.
    Object.defineProperty(globalThis, "sessionStorage", {
      configurable: true,
      get: () => {
        throw new DOMException("Access is denied.", "SecurityError");
      },
    });
    const submissions = createSubmissions();
    await submissions.submit({ ...submission, form: "blocked" });
    expect(submissions.keyOf("blocked")).toMatch(/^[\da-f]{32}$/);
  });
});

describe("submitting while a submission runs", () => {
  it("joins it if it is the same: a double click sends one call", async () => {
    const { submit, sent } = createPage();
    const { promise, resolve } = Promise.withResolvers<MutationAnswer>();
    const clicks = [submit(() => promise, { amount: "1" }), submit(() => promise, { amount: "1" })];
    resolve(answer("SUCCEEDED"));
    expect(await Promise.all(clicks)).toEqual([answer("SUCCEEDED"), answer("SUCCEEDED")]);
    expect(sent).toEqual(["key 1"]);
  });

  it("waits for it if it is another one, which is a submission of its own", async () => {
    const { submit, sent } = createPage();
    const second = vi.fn(() => answer("SUCCEEDED"));
    const { promise, resolve } = Promise.withResolvers<MutationAnswer>();
    const submitted = [submit(() => promise, { amount: "1" }), submit(second, { amount: "2" })];
    await Promise.resolve();
    expect(second).not.toHaveBeenCalled();
    resolve(answer("SUCCEEDED"));
    await Promise.all(submitted);
    expect(sent).toEqual(["key 1", "key 2"]);
  });

  it("uses the same key while the previous outcome is unknown", async () => {
    const { submit, sent } = createPage();
    const submitted = [submit(lost, { amount: "1" }), submit(() => answer("SUCCEEDED"), { amount: "2" })];
    await Promise.allSettled(submitted);
    expect(sent).toEqual(["key 1", "key 1"]);
  });
});

describe("an outcome", () => {
  it.each([
    ["PARTIAL", true, false],
    ["PARTIAL", false, true],
    ["FAILED", true, false],
    ["FAILED", false, true],
    ["ROLLED_BACK", true, true],
  ] as const)("%s with retryable: %s is settled: %s", (status, retryable, settled) => {
    expect(isSettled({ operation: { status }, errors: [{ retryable }] })).toBe(settled);
    expect(isSettled({ operation: { status }, results: [{ errors: [] }, { errors: [{ retryable }] }] })).toBe(settled);
  });
});
