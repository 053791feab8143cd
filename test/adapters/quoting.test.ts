import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as enswitch from "../../src/adapters/enswitch/errors.ts";
import * as hostedsuite from "../../src/adapters/hostedsuite/errors.ts";
import * as v01 from "../../src/adapters/v01/errors.ts";
import type { BackendAnswer } from "../../src/connections/http.ts";
import { BillingError } from "../../src/model/errors.ts";
import { helpful, unfit } from "../adapter/kit/unfit-words.ts";

/** One rule for all backends about which of their words a caller reads, wherever in an error they are. */

const secrets = ["gateway", "Pa55word"];

/** A refusal of each backend with this code, and with these words in every place for words. */
type Refuse = (status: number, code: string, words: string) => BillingError | null;

const answer = (status: number, json: unknown): BackendAnswer => ({ status, headers: {}, json, empty: false });

const backends: Readonly<Record<string, Refuse>> = {
  enswitch: (_status, code, words) => {
    const expected = {
      backend: "pbx",
      function: "charges/create",
      answer: "result",
      subject: "Customer 1",
      fields: {},
      secrets,
    } as const;
    const numbers = code.replace(/\D/g, "").padEnd(3, "0").slice(0, 3);
    return enswitch.errorIn(answer(200, { responses: [{ code: numbers, key: words, message: words }] }), expected);
  },
  hostedsuite: (status, code, words) => {
    const Errors = [{ ErrorCode: words, FieldName: words, Message: words }];
    return hostedsuite.errorIn(answer(status, { ResponseStatus: { ErrorCode: code, Message: words, Errors } }), {
      backend: "suite",
      secrets,
      entity: "charge",
    });
  },
  "hostedsuite, one message": (status, code, words) =>
    hostedsuite.errorIn(answer(status, { ResponseStatus: { ErrorCode: code, Message: words } }), { backend: "suite", secrets }),
  v01: (status, code, words) => {
    const json = { failureCode: code, failureMessage: words };
    return v01.errorIn({ status, json }, { backend: "recurring", secrets, parameters: {} });
  },
};

const codes = ["400", "404", "402", "500", "F01", "V03", "L04", "U01", "ArgumentException", "NotFound", "x y"];

describe.each(Object.entries(backends))("%s", (_, refuse) => {
  it("shows only sentences for people, whatever surrounds them", () => {
    const words = fc.constantFrom(...Object.values(unfit).flat());
    const status = fc.constantFrom(400, 404, 409, 422, 500);
    let refused = 0;
    fc.assert(
      fc.property(status, fc.constantFrom(...codes), fc.constantFrom("", ...helpful), words, (number, code, before, inner) => {
        const error = refuse(number, code, `${before} ${inner}`);
        if (error === null) return;
        refused += 1;
        expect(error).toBeInstanceOf(BillingError);
        const shown = JSON.stringify(error.flatten().map(({ message, field, backendCode }) => [message, field, backendCode]));
        expect(shown).not.toContain(JSON.stringify(inner).slice(1, -1));
        if (before !== "") expect(shown).not.toContain(before);
      }),
      { numRuns: 4_000 },
    );
    expect(refused).toBeGreaterThan(500);
  });

  it.each(helpful)("shows this of a refusal: %s", (sentence) => {
    const code = refuse === backends["v01"] ? "F01" : refuse === backends["enswitch"] ? "400" : "ArgumentException";
    expect(refuse(400, code, sentence)?.message).toContain(sentence);
  });
});
