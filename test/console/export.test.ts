import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { chargeCsvColumns } from "../../src/console/export/columns.ts";
import { csvOf } from "../../src/console/export/csv.ts";
import { type Part, readAll } from "../../src/console/export/exporting.ts";

describe("a list as a file", () => {
  const columns = [
    { name: "name", of: ({ name }: { name: string | null }) => name },
    { name: "amount", isNumber: true, of: () => "-1.50" },
  ];

  it("is RFC 4180, with nothing that a spreadsheet takes for a formula, and exact amounts", () => {
    const rows = [{ name: 'Ada "A", Ltd' }, { name: "=1+1" }, { name: null }];
    expect(csvOf(columns, rows)).toBe('name,amount\r\n"Ada ""A"", Ltd",-1.50\r\n\'=1+1,-1.50\r\n,-1.50\r\n');
  });

  it("has every text unchanged, except for the apostrophe", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), (names) => {
        const [, ...lines] = parse(
          csvOf(
            columns,
            names.map((name) => ({ name })),
          ),
        ) as string[][];
        const read = lines.map(([name = ""]) => name);
        expect(read.map((name, place) => (name === `'${names[place]}` ? names[place] : name))).toEqual(names);
        expect(read.filter((name) => /^[=+\-@\t\r\n]/.test(name))).toEqual([]);
      }),
    );
  });

  it("names the currency of the amount that is known", () => {
    const money = { amount: "2.00", currency: "EUR" } as const;
    const charge = { amount: null, total: null, outstanding: money, backend: { key: "pbx", label: "Telephony" } };
    const [line] = parse(csvOf(chargeCsvColumns, [charge as never]), { columns: true }) as Record<string, string>[];
    expect([line?.["amount"], line?.["outstanding"], line?.["currency"], line?.["backend"]]).toEqual(["", "2.00", "EUR", "pbx"]);
  });
});

describe("reading a list to its end", () => {
  const pageOf =
    (sizes: readonly number[], gaps: readonly string[] = []) =>
    (cursor: string | null): Promise<Part<string>> => {
      const place = Number(cursor ?? 0);
      const rows = Array.from({ length: sizes[place] ?? 0 }, (_, index) => `${place}.${index}`);
      return Promise.resolve({ rows, gaps, pageInfo: { hasNextPage: place < sizes.length - 1, endCursor: `${place + 1}` } });
    };
  const reading = { most: 100, onProgress: () => undefined, signal: new AbortController().signal };

  it("reads every page once, in order, even after an empty one", async () => {
    const onProgress = vi.fn();
    const { rows, gaps } = await readAll({ ...reading, page: pageOf([2, 0, 1]), onProgress });
    expect([rows, gaps]).toEqual([["0.0", "0.1", "2.0"], []]);
    expect(onProgress.mock.calls).toEqual([[2], [2], [3]]);
  });

  it.each([
    [[3], 3, 0],
    [[2, 2], 3, 1],
    [[3, 1], 3, 1],
    [[4], 3, 1],
  ])("of %j returns at most %d, and says that it is cut", async (sizes, most, cuts) => {
    const { rows, gaps } = await readAll({ ...reading, page: pageOf(sizes), most });
    expect(rows).toHaveLength(3);
    expect(gaps).toHaveLength(cuts);
  });

  it("reports missing parts", async () => {
    expect((await readAll({ ...reading, page: pageOf([1], ["Telephony is missing: down"]) })).gaps).toEqual([
      "Telephony is missing: down",
    ]);
  });

  it("returns nothing of a list whose end was refused, or that was stopped", async () => {
    const page = async (cursor: string | null): Promise<Part<string>> => {
      if (cursor !== null) throw new Error("refused");
      return pageOf([1, 1])(cursor);
    };
    await expect(readAll({ ...reading, page })).rejects.toThrow("refused");
    const stopping = new AbortController();
    const stopped = readAll({ ...reading, page: pageOf([1, 1]), signal: stopping.signal, onProgress: () => stopping.abort() });
    await expect(stopped).rejects.toThrow();
  });
});
