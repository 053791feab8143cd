import { expect, it } from "vitest";
import { doctorOf } from "../../src/adapters/index.ts";
import type { BackendAnswer, BackendCall } from "../../src/connections/http.ts";
import { createPatient } from "../../src/doctor/examine.ts";
import { type Kind, settingsOf } from "./patients.ts";

/** Answers that no switch of the sandbox gives. Every function that is not named answers as a backend without records does. */

type Answers = Readonly<Record<string, unknown>>;

const withoutRecords: Readonly<Partial<Record<Kind, (name: string) => unknown>>> = {
  enswitch: (name) => ({
    responses: [{ code: "200", key: "", message: "OK" }],
    data: name === "user/login" ? { auth_token: "t" } : [],
  }),
  "hostedsuite-v2": (name) => (name === "POST /authenticate" ? { Authenticated: true } : []),
  "hostedsuite-v3": (name) => (name === "GET /auth/info" ? { isAuthenticated: true } : { items: [], totalCount: 0 }),
};

async function verdictOf(kind: Kind, check: string, answers: Answers, status = 200) {
  const settings = settingsOf(kind, "http://127.0.0.1:1/");
  const { doctor, takes } = await doctorOf(settings);
  const call = async <T>({ function: name, decode, body }: BackendCall<T>): Promise<T> => {
    const given = name in answers ? answers[name] : withoutRecords[kind]?.(name);
    const json = typeof given === "function" ? given(body && "json" in body ? body.json : {}) : given;
    const answer: BackendAnswer = { status: name in answers ? status : 200, headers: {}, json, empty: json === undefined };
    return decode(answer);
  };
  const diagnoses = await doctor?.examine(createPatient<unknown>({ settings, takes, connection: { call } }));
  const found = diagnoses?.find((diagnosis) => diagnosis.check === check);
  return found && `${found.verdict}: ${found.backend}`;
}

const ok = { responses: [{ code: "200", key: "", message: "OK" }] };

it.each<[Kind, Answers, string]>([
  ["enswitch", {}, "AGREES: an empty list is a list"],
  ["enswitch", { "customers/list": { responses: [{ code: "204", key: "", message: "OK" }] } }, "AGREES: an empty list is a list"],
  ["enswitch", { "customers/list": { ...ok, data: null } }, "DIFFERS: an empty list is code 200 with null data"],
  ["enswitch", { "customers/list": ok }, "DANGER: an empty list is code 200 without data: the gateway takes it for a failure"],
  ["hostedsuite-v2", {}, "AGREES: an empty list is a list"],
  ["hostedsuite-v2", { "POST /clients": {} }, "DANGER: an empty list is no list: the gateway takes it for a failure"],
  [
    "hostedsuite-v2",
    { "POST /clients": undefined },
    "DANGER: an empty list is an empty body: the gateway takes it for a failure",
  ],
  ["hostedsuite-v3", {}, "AGREES: an empty list is a list"],
  ["hostedsuite-v3", { "GET /clients": { totalCount: 0 } }, "DIFFERS: an empty list is totalCount 0 without items"],
  [
    "hostedsuite-v3",
    { "GET /clients": {} },
    "DANGER: an empty list is an answer without items and totalCount: the gateway takes it for a failure",
  ],
])("an empty list of %s as %j", async (kind, answers, verdict) => {
  expect(await verdictOf(kind, "emptyLists", answers)).toBe(verdict);
});

it("a selector of dates that is honoured, and one that is not", async () => {
  const charge = { Id: "1", ClientId: "a", DateCreated: "2026-02-27 10:00:00", DateOfCharge: "2026-09-01 00:00:00" };
  const list = (isHonoured: boolean) => (asked: Record<string, string>) =>
    asked["DateSelector"] !== "DateCreated" || isHonoured ? [charge] : [];
  expect(await verdictOf("hostedsuite-v2", "dateSelector", { "POST /charges/all": list(true) })).toMatch(/^AGREES/);
  expect(await verdictOf("hostedsuite-v2", "dateSelector", { "POST /charges/all": list(false) })).toMatch(/^DANGER/);
});

it("an unknown id without a report of v3's own", async () => {
  const bare = { "GET /clients/{id}": undefined };
  expect(await verdictOf("hostedsuite-v3", "unknownId", bare, 404)).toMatch(/^DIFFERS/);
  const own = { "GET /clients/{id}": { responseStatus: { errorCode: "NotFound", message: "was not found" } } };
  expect(await verdictOf("hostedsuite-v3", "unknownId", own, 404)).toMatch(/^AGREES/);
});
