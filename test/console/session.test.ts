import { describe, expect, it } from "vitest";
import { attentiveFetch, createPatience, createSession, keyProblem } from "../../src/console/session/session.ts";

/** A tab's storage, with what it holds in view. */
function tab(entries: Readonly<Record<string, string>> = {}) {
  const kept = new Map(Object.entries(entries));
  return {
    kept,
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
    clear: () => kept.clear(),
  };
}

const unfinished = { "billing-gateway:CreateCharge:c1": "an idempotency key" };

describe("a session", () => {
  it("sends no key until one is needed", () => {
    const session = createSession(tab());
    expect(session.headers()).toEqual({});
    session.refuse(null);
    expect(session.state()).toEqual({ key: null, ended: "needed" });
  });

  it("sends the key, also after a reload of the tab", () => {
    const storage = tab();
    createSession(storage).signIn("k1");
    const reloaded = createSession(storage);
    expect(reloaded.headers()).toEqual({ authorization: "Bearer k1" });
    expect(reloaded.state()).toEqual({ key: "k1", ended: null });
  });

  it("forgets all data of the tab when somebody signs out", () => {
    const storage = tab(unfinished);
    const session = createSession(storage);
    session.signIn("k1");
    session.signOut();
    expect(storage.kept).toEqual(new Map());
    expect(session.headers()).toEqual({});
    expect(session.state().ended).toBe("left");
  });

  it("ends when its key is refused, and keeps the keys of submissions", () => {
    const storage = tab(unfinished);
    const session = createSession(storage);
    session.signIn("k1");
    session.refuse("Bearer k1");
    expect(session.state()).toEqual({ key: null, ended: "refused" });
    expect(Object.fromEntries(storage.kept)).toEqual(unfinished);
  });

  it("does not end for a late answer to an earlier key, and ends once", () => {
    const session = createSession(tab());
    const told: unknown[] = [];
    session.subscribe(() => told.push(session.state().ended));
    session.signIn("k2");
    session.refuse("Bearer k1");
    session.refuse(null);
    expect(session.state().ended).toBeNull();
    session.signOut();
    session.refuse("Bearer k2");
    session.refuse(null);
    expect(told).toEqual([null, "left"]);
  });
});

describe("answers", () => {
  const answering = (status: number, headers: Record<string, string> = {}) => {
    const refused: (string | null)[] = [];
    const waits: number[] = [];
    const fetch = attentiveFetch(
      { refuse: (authorization) => refused.push(authorization) },
      { wait: (seconds) => waits.push(seconds) },
      async () => new Response(null, { status, headers }),
    );
    return { fetch, refused, waits };
  };

  it("with status 401 end the session that they belong to", async () => {
    const { fetch, refused, waits } = answering(401);
    await fetch("/graphql", { headers: new Headers({ authorization: "Bearer k1" }) });
    await fetch("/graphql");
    expect([refused, waits]).toEqual([["Bearer k1", null], []]);
  });

  it("with status 429 say how long to wait", async () => {
    const { fetch, refused, waits } = answering(429, { "retry-after": "12" });
    await fetch("/graphql");
    expect([refused, waits]).toEqual([[], [12]]);
  });

  it.each([200, 400, 403, 500])("with status %i do not affect it", async (status) => {
    const { fetch, refused, waits } = answering(status);
    expect((await fetch("/graphql")).status).toBe(status);
    expect([refused, waits]).toEqual([[], []]);
  });
});

describe("patience", () => {
  it("lasts as long as the longest requested wait", () => {
    const patience = createPatience(() => 1_000);
    expect(patience.until()).toBe(0);
    patience.wait(30);
    patience.wait(2);
    expect(patience.until()).toBe(31_000);
  });
});

describe("a key", () => {
  it.each(["bgw_Ab-9_", "eyJhbGciOi.J9.e30", "a+b/c=="])("may look like %s", (text) => expect(keyProblem(text)).toBeNull());

  it.each(["", "two words", "ключ", "line\nbreak"])("may not look like %j", (text) => {
    expect(keyProblem(text)).toEqual(expect.any(String));
  });
});
