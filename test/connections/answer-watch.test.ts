import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KnownAnswers } from "../../src/adapter/doctoring/diagnosis.ts";
import { type Surprise, watchAnswers } from "../../src/connections/answer-watch.ts";

const known: KnownAnswers = {
  within: "data",
  members: { list: { known: ["id", "name", "email"], needed: ["id", "name"], wanted: ["email"] } },
};

function watching() {
  const surprises: Surprise[] = [];
  return { surprises, watch: watchAnswers(known, (surprise) => surprises.push(surprise)) };
}

const rows = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, id) => ({ id, name: "Ada", email: "a@b.example", ...more }));

/** Twenty answers of five records. */
function learnt(more: object = {}) {
  const watched = watching();
  for (let answer = 0; answer < 20; answer += 1) watched.watch("list", { data: rows(5, more) });
  expect(watched.surprises).toEqual([]);
  return watched;
}

const recordOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "x"]));

/** An order of names that depends on these numbers. */
function placeOf(numbers: readonly number[], left: string, right: string): number {
  const rank = (name: string): number => numbers[name.charCodeAt(0) % Math.max(numbers.length, 1)] ?? 0;
  return rank(left) - rank(right);
}

describe("the watch on answers", () => {
  it("does not repeat a name that may be a value of the record", () => {
    const { watch, surprises } = learnt();
    watch("list", { data: rows(1, { Kq7y5h8qghuq6El0: "red", "ada@company.example": 1, "4111 1111": 2 }) });
    expect(new Set(surprises.map(({ what }) => what))).toEqual(new Set(["(a name that is not repeated)"]));
  });

  it("reports a member that neither the contract nor the first answers had", () => {
    const { watch, surprises } = learnt({ vip: 1 });
    watch("list", { data: rows(1, { vip: 1, Email: "x" }) });
    expect(surprises).toEqual([]);
    watch("list", { data: rows(1, { colour: "red" }) });
    expect(surprises).toEqual([{ function: "list", kind: "unknown_member", what: "colour" }]);
  });

  it("finds the same in records whose members come in another order", () => {
    const names = ["id", "name", "email", "vip", "colour", "Since"];
    const record = fc.record({ members: fc.subarray(names, { minLength: 1 }), order: fc.array(fc.nat()) });
    const answers = fc.array(fc.array(record, { minLength: 1, maxLength: 12 }), { minLength: 15, maxLength: 60 });
    const sorted = (surprises: readonly Surprise[]) => surprises.map((surprise) => JSON.stringify(surprise)).sort();
    fc.assert(
      fc.property(answers, (given) => {
        const [plain, shuffled] = [watching(), watching()];
        for (const records of given) {
          const lists = records.map(({ members }) => ["id", ...members.filter((name) => name !== "id")]);
          const shuffledLists = lists.map((list, index) => list.toSorted((a, b) => placeOf(records[index]?.order ?? [], a, b)));
          plain.watch("list", { data: lists.map(recordOf) });
          shuffled.watch("list", { data: shuffledLists.map(recordOf) });
        }
        expect(sorted(shuffled.surprises)).toEqual(sorted(plain.surprises));
      }),
    );
  });

  it("counts an answer that came before as a usual one, and finds nothing new in it", () => {
    const { watch, surprises } = watching();
    for (let answer = 0; answer < 20; answer += 1) watch("list", { data: rows(1) }, answer > 0);
    watch("list", { data: rows(1, { colour: "red" }) }, true);
    expect(surprises).toEqual([]);
    watch("list", { data: rows(1, { colour: "red" }) });
    expect(surprises).toMatchObject([{ kind: "unknown_member", what: "colour" }]);
  });

  it("reports a member that came with every record, after ten records without it", () => {
    const { watch, surprises } = learnt();
    const without = rows(3).map(({ email: _email, ...row }) => row);
    for (let answer = 0; answer < 3; answer += 1) watch("list", { data: without });
    expect(surprises).toEqual([]);
    watch("list", { data: without });
    expect(surprises.map(({ kind, what }) => [kind, what])).toEqual([
      ["vanished_member", "email"],
      ["vanished_member", "email"],
      ["vanished_member", "email"],
    ]);
  });

  it("does not report members that only some records have", () => {
    const { watch, surprises } = watching();
    for (let answer = 0; answer < 40; answer += 1) {
      watch("list", { data: rows(5).map(({ email, ...row }, index) => (index === 2 ? row : { ...row, email })) });
    }
    for (let answer = 0; answer < 40; answer += 1) watch("list", { data: rows(5).map(({ email: _email, ...row }) => row) });
    expect(surprises).toEqual([]);
  });

  it("reports records in another place, and ignores answers without records", () => {
    const { watch, surprises } = learnt();
    for (const empty of [{ data: [] }, {}, null, "", { responses: [{ code: "404" }] }]) watch("list", empty);
    expect(surprises).toEqual([]);
    watch("list", { data: { customers: { customer: rows(1) } } });
    expect(surprises).toEqual([{ function: "list", kind: "shape", what: "data.customers.customer[]" }]);
  });

  it("ignores other functions, and survives any answer", () => {
    const { watch, surprises } = watching();
    fc.assert(fc.property(fc.anything(), fc.constantFrom("list", "other"), (json, name) => watch(name, json)));
    const before = surprises.length;
    watch("other", { data: rows(1, { colour: 1 }) });
    expect(surprises).toHaveLength(before);
  });
});
