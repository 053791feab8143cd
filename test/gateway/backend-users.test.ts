import { afterAll, expect, it } from "vitest";
import * as enswitch from "../../src/adapters/enswitch/index.ts";
import * as hostedsuite from "../../src/adapters/hostedsuite/index.ts";
import { registry } from "../../src/adapters/index.ts";
import { type Identities, openIdentities } from "../../src/gateway/identities.ts";
import { noAccounts } from "../support/no-accounts.ts";

/** Which caller uses which connection. Nothing is called here: the backends do not exist. */

const common = { url: "http://127.0.0.1:9/", currency: "EUR", username: "gateway", password: "secret" };
const users = { alice: { username: "a", password: "1" }, bob: { username: "b", password: "2" } };
const suite = { ...common, kind: "hostedsuite", generation: "v2", tenant: "acme", timeZone: "Europe/Berlin" };

const identities: Identities = openIdentities({
  registry,
  backends: {
    pbx: enswitch.settings.parse({ ...common, kind: "enswitch", users }),
    suite: hostedsuite.settings.parse({ ...suite, users: { alice: users.alice } }),
  },
  users: { desk: { pbx: "alice", suite: "alice" }, counter: { pbx: "alice", suite: "alice" }, night: { pbx: "bob" } },
  kept: noAccounts,
  report: () => {},
});
afterAll(() => identities.close());

const as = (actor: string | null, ...backends: string[]) =>
  identities.reachOf({ actor, backends: backends.length === 0 ? "*" : new Set(backends) });
const adapterOf = (actor: string | null, key: string) => as(actor).backends.get(key)?.adapter;

it("two callers share a connection exactly if they are the same user of the backend", () => {
  expect(as("desk")).toBe(as("counter"));
  expect(adapterOf("night", "suite")).toBe(adapterOf(null, "suite"));
  const pbx = ["desk", "night", null].map((actor) => adapterOf(actor, "pbx"));
  expect(new Set(pbx).size).toBe(3);
  expect(as("night").users).toEqual({ pbx: "bob" });
  expect(as("night", "suite").users).toEqual({});
});

it("a caller without a mapping is the gateway's own user, whatever its name", () => {
  for (const name of ["somebody", "constructor", "__proto__", "toString"]) expect(as(name), name).toBe(as(null));
});

it("backends come in their configured order, and only visible ones", () => {
  expect(as("desk", "suite", "pbx", "gone").backends.all.map(({ key }) => key)).toEqual(["pbx", "suite"]);
  expect(as("desk", "gone").backends.all).toEqual([]);
  expect(as("desk", "suite").backends.get("pbx")).toBeUndefined();
});

it("users of earlier operations are still known, and a removed user is never replaced by another", () => {
  expect(identities.reachAs({ pbx: "bob" })).toBe(as("night"));
  expect(() => identities.reachAs({ suite: "bob" })).toThrow('suite has no user "bob" in the configuration (any more).');
});

it("names of additional users must follow the backend's own rules", () => {
  const named = (username: string) => hostedsuite.settings.safeParse({ ...suite, users: { x: { username, password: "1" } } });
  expect(named("reader").success).toBe(true);
  expect(named("line\nbreak").success).toBe(false);
  expect(named("").success).toBe(false);
});
