import { beforeAll, describe, expect, it } from "vitest";
import { backendSecrets, bodies, credentials, inputs } from "./canaries.ts";
import { type CanaryRun, runCanaries } from "./canary-run.ts";
import { findSecrets, type Secret } from "./encodings.ts";

/**
 * The gateway has passwords of billing systems: its output must contain none of them, nor any other words of a backend that no
 * caller asked for. Credentials, private columns and texts of backends' pages and dumps are canaries here.
 */

describe("the search", () => {
  const secret = { name: "canary", text: "Kq7CanaryOfTheSearch" };
  const within = (text: string): string => `user "Ada" ${text} über`;
  const encodings: Readonly<Record<string, (text: string) => string>> = {
    plain: within,
    "in capitals": (text) => within(text).toUpperCase(),
    JSON: (text) => JSON.stringify({ body: JSON.stringify(within(text)) }),
    "JSON with every character escaped": (text) =>
      Array.from(text, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
    "percent-encoded": (text) => encodeURIComponent(within(text)),
    "every character percent-encoded": (text) => Buffer.from(text).toString("hex").replace(/../g, "%$&"),
    hex: (text) => Buffer.from(within(text)).toString("hex"),
    "base64, at the start of a group": (text) => Buffer.from(text).toString("base64"),
    "base64, second in a group": (text) => Buffer.from(`:${text}`).toString("base64"),
    "base64, third in a group": (text) => Buffer.from(`u:${text} and more`).toString("base64"),
    base64url: (text) => Buffer.from(within(text)).toString("base64url"),
    "the bytes of a file": (text) => Buffer.from(`\0\u0001${within(text)}\0`).toString("latin1"),
  };

  it.each(Object.entries(encodings))("finds what is written as %s", (_, encode) => {
    expect(findSecrets([{ place: "here", text: encode(secret.text) }], [secret])).toMatchObject([
      { place: "here", secret: "canary" },
    ]);
  });

  it("finds a canary that contains punctuation, however that is written", () => {
    const signs = { name: "signs", text: 'a "b"/ü & c' };
    const texts = [signs.text, JSON.stringify(signs.text), encodeURIComponent(signs.text)];
    expect(
      findSecrets(
        texts.map((text) => ({ place: text, text })),
        [signs],
      ),
    ).toHaveLength(3);
  });

  it("finds nothing where there is nothing", () => {
    expect(findSecrets([{ place: "here", text: "Kq7CanaryOfTheSearc Kq7" }], [secret])).toEqual([]);
  });
});

const places = ["answers", "metrics", "logs", "traces", "store", "refusedStarts"] as const;
type Place = (typeof places)[number];

describe("a gateway whose backends reveal everything they know", () => {
  let ran: CanaryRun;
  beforeAll(async () => {
    ran = await runCanaries();
  }, 600_000);

  const secrets = (): readonly Secret[] => [
    ...credentials,
    ...ran.tokens.map((text, index) => ({ name: `token ${index} of Enswitch`, text })),
  ];
  /** A few are enough. */
  const leaks = (where: Place, sought: readonly Secret[]) => findSecrets(ran[where], sought).slice(0, 20);

  it("has met everything that is searched for", () => {
    const met = new Set(findSecrets(ran.backends, [...secrets(), ...bodies, ...inputs]).map(({ secret }) => secret));
    const shownToBackends = backendSecrets.map(({ name }) => name);
    expect(shownToBackends.filter((name) => !met.has(name))).toEqual([]);
    expect([...bodies, ...inputs].filter(({ name }) => !met.has(name))).toEqual([]);
    expect(ran.tokens).not.toHaveLength(0);
  });

  it.each([
    "SUCCEEDED",
    "FAILED",
    "UNKNOWN",
    "PARTIAL",
    "ROLLED_BACK",
    "VALIDATED",
    "OUTCOME_UNKNOWN",
    "TIMEOUT",
    "UNAVAILABLE",
    "BAD_RESPONSE",
    "RATE_LIMITED",
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "INVALID_INPUT",
    "NOT_FOUND",
    "CONFLICT",
    "UNSUPPORTED",
    "GRAPHQL_VALIDATION_FAILED",
  ])("has come as far as %s", (word) => {
    expect([...ran.reached]).toContain(word);
  });

  it.each(places)("shows no credential in its %s", (where) => {
    expect(ran[where]).not.toHaveLength(0);
    expect(leaks(where, secrets())).toEqual([]);
  });

  it.each(places)("repeats nothing of a page, a dump or a private column in its %s", (where) => {
    expect(leaks(where, bodies)).toEqual([]);
  });

  it.each(["metrics", "logs", "traces", "refusedStarts"] as const)("writes nothing of callers' words into its %s", (where) => {
    expect(leaks(where, inputs)).toEqual([]);
  });

  it("logs requests, steps and failures, each as a line of JSON, and nothing on stderr", () => {
    const [stdout, stderr] = ran.logs;
    const lines = (stdout?.text ?? "").trimEnd().split("\n");
    const messages = new Set(lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg));
    expect([...messages]).toEqual(expect.arrayContaining(["request", "step"]));
    expect(stderr?.text).toBe("");
  });
});
