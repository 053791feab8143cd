import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvFormat, textCell } from "../../src/model/csv.ts";

describe("a cell of text", () => {
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"])("is no formula: %j", (text) => {
    expect(textCell(text)).toBe(`'${text}`);
  });

  it.each(["", "Acme", "1-2", "a=b", "'=1", " =1", "−1"])("stays as it is: %j", (text) => {
    expect(textCell(text)).toBe(text);
  });

  it("is read back as it was written, for any text", () => {
    const cell = fc.string({ unit: fc.constantFrom("=", "-", '"', ",", "\r", "\n", "'", "a", " ", "＝", "é") });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const cells = rows.map((row) => row.map(textCell));
        expect(parse(stringify(cells, csvFormat), { record_delimiter: "\r\n", skip_empty_lines: false })).toEqual(cells);
      }),
    );
  });
});
