import { expect, it } from "vitest";
import { settings } from "../../src/adapters/enswitch/settings.ts";
import { originOf } from "../../src/gateway/configuration.ts";

const section = {
  kind: "enswitch",
  url: "https://pbx.test/api/",
  username: "gateway",
  password: "canary-secret",
  currency: "EUR",
};
const origin = (changes: object = {}): string => originOf(settings.parse({ ...section, ...changes }));

it("differs for another address, and for another user", () => {
  expect(origin({ url: "https://other.test/api/" })).not.toBe(origin());
  expect(origin({ username: "other" })).not.toBe(origin());
  expect(origin({ currency: "USD" })).not.toBe(origin());
});

it("stays the same with a new password, label or timeout, and however the file is written", () => {
  const others = { a: { username: "a", password: "canary-other" } };
  expect(origin({ password: "canary-new", label: "Telephony", timeoutMs: 5, cacheSeconds: 9, users: others })).toBe(origin());
  expect(originOf(settings.parse(Object.fromEntries(Object.entries(section).toReversed())))).toBe(origin());
});

it("reveals nothing of the configuration", () => {
  expect(origin()).toMatch(/^[\w-]{22}$/);
});
