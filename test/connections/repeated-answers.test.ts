import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExactJson } from "../../src/connections/answers.ts";
import type { Exchanged } from "../../src/connections/exchange.ts";
import { createRepeatedAnswers } from "../../src/connections/repeated-answers.ts";
import { json, open, read, serve } from "./backend-server.ts";

const exchanged = (body: string, headers: Exchanged["headers"] = { "content-type": "application/json" }): Exchanged => ({
  status: 200,
  headers,
  body: Buffer.from(body),
});

describe("an answer", () => {
  it("is decoded from its own bytes, whatever came before it", () => {
    const rows = fc.array(fc.record({ id: fc.nat(3), amount: fc.constantFrom(1, "1", 2) }), { maxLength: 3 });
    const answers = fc.array(fc.tuple(rows, fc.constantFrom("application/json", "application/json; charset=utf-8"), fc.nat(1)), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(answers, (sequence) => {
        const connections = [createRepeatedAnswers(), createRepeatedAnswers()];
        for (const [value, type, user] of sequence) {
          const text = JSON.stringify(value);
          const headers = { "content-type": type, date: "now" };
          const parse = () => ({ status: 200, headers: {}, json: [type, user, parseExactJson(text)], empty: false });
          const answer = connections[user]?.read(exchanged(text, headers), parse);
          expect(answer?.json).toEqual([type, user, value]);
        }
      }),
    );
  });

  it("that came twice is not parsed a third time, but has its own headers", () => {
    const { read } = createRepeatedAnswers();
    let parsed = 0;
    const parse = (headers: Exchanged["headers"]) => () => {
      parsed += 1;
      return { status: 200, headers, json: [{ id: 1 }], empty: false };
    };
    for (const turn of [1, 2, 3, 4]) {
      const headers = { "content-type": "application/json", date: String(turn) };
      const answer = read(exchanged('[{"id":1}]', headers), parse(headers));
      expect(answer.headers).toEqual(headers);
      expect(answer.isRepeated === true).toBe(turn > 2);
    }
    expect(parsed).toBe(2);
  });

  it("is parsed each time if it is an error, or too long to keep", () => {
    const { read } = createRepeatedAnswers();
    let parsed = 0;
    const parse = () => {
      parsed += 1;
      return { status: 200, headers: {}, json: [], empty: false };
    };
    for (let turn = 0; turn < 4; turn += 1) {
      read({ ...exchanged("[]"), status: 500 }, parse);
      read(exchanged(`["${"x".repeat(200_000)}"]`), parse);
    }
    expect(parsed).toBe(8);
  });

  it("is not kept for ever among many", () => {
    const { read } = createRepeatedAnswers();
    let parsed = 0;
    const text = (index: number) => JSON.stringify([index, "x".repeat(1_000)]);
    for (let round = 0; round < 3; round += 1) {
      for (let index = 0; index < 20_000; index += 1) {
        read(exchanged(text(index)), () => {
          parsed += 1;
          return { status: 200, headers: {}, json: [], empty: false };
        });
      }
    }
    expect(parsed).toBeGreaterThan(50_000);
  });
});

describe("a connection", () => {
  it("asks the backend each time, and notices a changed answer at once", async () => {
    const server = await serve(json([1]), json([1]), json([1]), json([1]), json([2]));
    const connection = open(server.url);
    const answers = [];
    for (let turn = 0; turn < 6; turn += 1) answers.push(await connection.call(read, {}));
    expect(answers).toEqual([[1], [1], [1], [1], [2], [2]]);
    expect(answers[3]).toBe(answers[1]);
    expect(server.requests).toHaveLength(6);
  });
});
