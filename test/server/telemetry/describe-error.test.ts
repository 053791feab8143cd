import { DatabaseSync } from "node:sqlite";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as enswitch from "../../../src/adapters/enswitch/errors.ts";
import * as hostedsuite from "../../../src/adapters/hostedsuite/errors.ts";
import * as v01 from "../../../src/adapters/v01/errors.ts";
import { BillingError } from "../../../src/model/errors.ts";
import { createLogger, describeError } from "../../../src/server/telemetry/log.ts";

const secret = "CANARY-4711";

/** What errors of every library quote of their input. */
const failures: readonly [string, () => unknown][] = [
  ["JSON.parse, of a body", () => JSON.parse(`{"password": ${secret}`)],
  ["V8, of a value", () => (secret as unknown as { value: number }).value.toFixed()],
  ["V8, of an operand", () => "x" in (secret as unknown as object)],
  ["URL, of an address", () => new URL(`//user:${secret}@`)],
  ["Headers, of a value", () => new Headers({ authorization: `${secret}\n${secret}` })],
  ["zod, of a key", () => z.strictObject({}).parse({ [secret]: 1 })],
  ["a text with several lines", () => fail(new Error(`first\n    at ${secret} (file.ts:1:1)\nlast ${secret}`))],
  ["an error with members", () => fail(Object.assign(new Error("failed"), { data: secret, code: `${secret} ${secret}` }))],
  ["what is no error", () => fail(secret)],
];

describe("an error in the log", () => {
  it.each(failures)("does not contain its input: %s", (_what, provoke) => {
    const cause = caught(provoke);
    const wrapped = new BillingError("BAD_RESPONSE", "pbx gave an answer that is not understood.", { backend: "pbx", cause });
    const written = logged(cause) + logged(wrapped);
    expect(written).not.toContain(secret);
    expect(written).toContain("pbx gave an answer that is not understood.");
  });

  it("says where it was thrown", () => {
    const { name, stack } = describeError(caught(() => (null as unknown as { value: number }).value));
    expect(name).toBe("TypeError");
    expect(stack?.[0]).toMatch(/^at .*describe-error\.test\.ts:\d+:\d+\)?$/);
  });

  it("has the codes of Node, undici and PostgreSQL, and those of its causes", () => {
    const refused = Object.assign(new Error(`connect ECONNREFUSED ${secret}`), { code: "ECONNREFUSED" });
    const error = new BillingError("UNAVAILABLE", "pbx cannot be reached.", {
      backend: "pbx",
      backendCode: "502",
      cause: refused,
    });
    expect(describeError(error)).toMatchObject({
      name: "BillingError",
      code: "UNAVAILABLE",
      backend: "pbx",
      backendCode: "502",
      cause: { name: "Error", code: "ECONNREFUSED" },
    });
  });

  describe("does not repeat a backend's words, which are for the refused caller:", () => {
    const words = "Mrs Canary of 4711 Sesame Street is required";
    const secrets: readonly string[] = [];
    const statuses = [200, 400, 401, 403, 404, 405, 409, 422, 429, 500, 503];

    function expectNoWords(errors: readonly unknown[]): void {
      expect(errors.length).toBeGreaterThan(5);
      // At least one error's words are shown to callers.
      expect(errors.some((error) => String(error).includes(words))).toBe(true);
      for (const error of errors)
        expect(logged(error) + logged(new Error("around it", { cause: error }))).not.toContain("Canary");
    }

    it("Enswitch's", () => {
      const fields = { firstname: ["firstName"] };
      const expected = {
        backend: "pbx",
        function: "users/create",
        answer: "result",
        subject: "Customer 1",
        fields,
        secrets,
      } as const;
      const answers = statuses.flatMap((code) =>
        ["firstname", "other", undefined].map((key) => ({ responses: [{ code: String(code), key, message: words }] })),
      );
      const answerOf = (json: unknown) => ({ status: 200, headers: {}, json, empty: false });
      const errors = answers.flatMap((json) => enswitch.errorIn(answerOf(json), expected) ?? []);
      expectNoWords(errors);
    });

    it("HostedSuite's", () => {
      const codes = ["Exception", "NotFound", "ArgumentNullException", "Forbidden", "Unauthorized", "Conflict"];
      const errors = statuses.flatMap((status) =>
        codes.flatMap((ErrorCode) => {
          const json = {
            ResponseStatus: { ErrorCode, Message: words, Errors: [{ ErrorCode, FieldName: "Name", Message: words }] },
          };
          const answer = { status, headers: {}, json, empty: false };
          return hostedsuite.errorIn(answer, { backend: "suite", secrets }) ?? [];
        }),
      );
      expectNoWords(errors);
    });

    it("v01's", () => {
      const errors = statuses.flatMap((status) =>
        ["L01", "L04", "F01", "V01", "V02", "U01", "O01", "Q01", "E07", "S01"].flatMap((failureCode) => {
          const json = { failureCode, failureMessage: words };
          return v01.errorIn({ status, json }, { backend: "recurring", secrets, parameters: {} }) ?? [];
        }),
      );
      expectNoWords(errors);
    });
  });

  it("ends even if its causes form a cycle", () => {
    const error = new Error("round");
    error.cause = error;
    expect(JSON.stringify(describeError(error)).length).toBeLessThan(20_000);
  });
});

it("has SQLite's result code by name", () => {
  const database = new DatabaseSync(":memory:");
  database.exec("create table names (name text unique); pragma max_page_count = 3");
  const full = caught(() => database.exec(`insert into names values ('${"x".repeat(50_000)}')`));
  expect(describeError(full)).toMatchObject({ code: "SQLITE_FULL" });
  database.exec("insert into names values ('Ada')");
  const duplicate = caught(() => database.exec("insert into names values ('Ada')"));
  expect(describeError(duplicate)).toMatchObject({ code: "SQLITE_CONSTRAINT:2067" });
  database.close();
});

function caught(provoke: () => unknown): unknown {
  try {
    provoke();
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

function fail(error: unknown): never {
  throw error;
}

/** As the log writes it, under either of the two names. */
function logged(error: unknown): string {
  let written = "";
  const memory = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written += chunk.toString("utf8");
      done();
    },
  });
  const logger = createLogger("info", memory);
  logger.warn({ error }, "failed");
  logger.warn({ err: error }, "failed");
  return written;
}
