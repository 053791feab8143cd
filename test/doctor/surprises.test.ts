import fc from "fast-check";
import { expect, it } from "vitest";
import { doctorOf } from "../../src/adapters/index.ts";
import type { BackendAnswer, BackendCall } from "../../src/connections/http.ts";
import { createPatient } from "../../src/doctor/examine.ts";
import { kinds, settingsOf } from "./patients.ts";

/**
 * Whatever a backend answers, the doctor finishes with a report. It never says that a backend without a usable answer is fit to
 * serve.
 */

const sections = kinds.map((kind) => [kind, settingsOf(kind, "http://127.0.0.1:1/")] as const);

const names = (
  "id Id name Name items totalCount responses code key data auth_token isAuthenticated Authenticated ResponseStatus Message failureCode " +
  "failureMessage customers customer start amount createDate dateOfCharge DateOfCharge cost Cost quantity balance value type"
).split(" ");
const leaf = fc.oneof(
  fc.constantFrom(
    "200",
    "404",
    200,
    "V01",
    "",
    null,
    true,
    false,
    0,
    1,
    "2026-05-11",
    "31/12/2026",
    "12.5",
    -1,
    "/Date(1)/",
    "RI",
  ),
  fc.string(),
  fc.double({ noNaN: true }),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small", withCrossShrink: true }, leaf, tie("list"), tie("row")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  row: fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 6 }),
})).value;

/** The answer to a login, so that the examination begins. */
const welcome: Readonly<Record<string, unknown>> = {
  "user/login": { responses: [{ code: "200", key: "", message: "OK" }], data: { auth_token: "t" } },
  "POST /authenticate": { Authenticated: true },
  "GET /auth/info": { isAuthenticated: true },
};

it.each(sections)("%s", async (_name, settings) => {
  const { doctor, takes } = await doctorOf(settings);
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(json), fc.constantFrom(200, 200, 200, 404, 500), async (answers, status) => {
      const call = async <T>({ function: name, decode }: BackendCall<T>): Promise<T> => {
        const sent = welcome[name] ?? answers.next().value;
        const answer: BackendAnswer = { status: name in welcome ? 200 : status, headers: {}, json: sent, empty: false };
        return decode(answer);
      };
      const patient = createPatient<unknown>({ settings, takes, connection: { call } });
      expect((await doctor?.examine(patient))?.length).toBeGreaterThan(0);
      expect((await doctor?.trial(patient, "1"))?.length).toBeGreaterThan(0);
    }),
    { numRuns: 200 },
  );
});

it.each(sections)("a backend that cannot be reached is a danger: %s", async (_name, settings) => {
  const { doctor, takes } = await doctorOf(settings);
  const answer: BackendAnswer = { status: 502, headers: {}, json: undefined, empty: true };
  const connection = { call: async <T>({ decode }: BackendCall<T>): Promise<T> => decode(answer) };
  const diagnoses = await doctor?.examine(createPatient<unknown>({ settings, takes, connection }));
  expect(diagnoses?.filter(({ check }) => check === "login").map(({ verdict }) => verdict)).toEqual(["DANGER"]);
});
