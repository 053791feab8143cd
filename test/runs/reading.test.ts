import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { GraphQLCurrency } from "graphql-scalars";
import { describe, expect, it } from "vitest";
import { BillingError } from "../../src/model/errors.ts";
import { longestText } from "../../src/model/limits.ts";
import { type Mapping, mappingSchema, readDate, readDecimal } from "../../src/runs/mapping.ts";
import { mostBytes, mostLines, mostRows, type ReadRow } from "../../src/runs/model.ts";
import { type FileType, readRows, rowOfMembers } from "../../src/runs/reading.ts";

async function read(
  file: string | Uint8Array,
  mapping: object = {},
  type: FileType = "csv",
  pieceLength = 7,
): Promise<ReadRow[]> {
  const bytes = typeof file === "string" ? Buffer.from(file, "utf8") : file;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += pieceLength) yield bytes.subarray(start, start + pieceLength);
  }
  const rows: ReadRow[] = [];
  for await (const row of readRows(pieces(), type, mappingSchema.parse(mapping))) rows.push(row);
  return rows;
}

const refusal = async (...parameters: Parameters<typeof read>): Promise<string> => {
  const failure: unknown = await read(...parameters).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failure instanceof BillingError)) throw new Error(`not refused: ${String(failure)}`);
  expect(failure.code).toBe("INVALID_INPUT");
  return failure.message;
};

const charges = (rows: readonly ReadRow[]) => rows.map(({ row }) => row.charge);

/** No text with white space that a cell would lose, and no lost letters, which a row must not have. */
const cell = fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.replaceAll(/[\0\ufffd]/g, "").trim());

/** Keys as rows have them: see "has a normalized, printable key". */
const rowKey = cell.map((text) => text.normalize("NFC").replace(/\p{C}/gu, "").trim());

describe("reading CSV", () => {
  it("returns what was written, with quotes, commas, semicolons and line breaks, in whatever pieces it arrives", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ name: cell, notes: cell, key: rowKey }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom(",", ";", "\t", "|"),
        fc.boolean(),
        fc.constantFrom("\n", "\r\n"),
        fc.integer({ min: 1, max: 40 }),
        async (rows, delimiter, bom, lineBreak, pieceLength) => {
          // A row of empty cells only is no row.
          const written = rows.filter((row) => Object.values(row).some((text) => text !== ""));
          fc.pre(written.length > 0);
          const file = stringify([["name", "notes", "key"], ...rows.map(({ name, notes, key }) => [name, notes, key])], {
            delimiter,
            bom,
            record_delimiter: lineBreak,
            quoted: true,
          });
          const found = await read(file, {}, "csv", pieceLength);
          const texts = found.map(({ row }) => [row.charge.name ?? "", row.charge.notes ?? "", row.key ?? ""]);
          expect(texts).toEqual(written.map(({ name, notes, key }) => [name, notes, key]));
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([",", ";", "\t", "|"])("reads a file whose first line names the delimiter %j, as Excel's do", async (delimiter) => {
    for (const end of ["\n", "\r\n", "\r"]) {
      for (const first of [`sep=${delimiter}`, `SEP=${delimiter}`, `\ufeffsep=${delimiter}`, `"sep=${delimiter}"`]) {
        const lines = [first, ["customerReference", "name"], ["AC-1", "a,b;c"], ["AC-2", "d"]];
        const file = lines.map((line) => (typeof line === "string" ? line : line.map((text) => `"${text}"`).join(delimiter)));
        for (const pieceLength of [1, 6, 100]) {
          const rows = await read(file.join(end) + end, {}, "csv", pieceLength);
          expect(charges(rows), first).toEqual([{ name: "a,b;c" }, { name: "d" }]);
          expect(rows.map(({ line }) => line)).toEqual([3, 4]);
        }
      }
    }
  });

  it("refuses a first line that names another delimiter than the mapping, or one that is not read", async () => {
    expect(await refusal("sep=;\nname;amount\na;1\n", { delimiter: "," })).toMatch(/first line says "sep=;".* delimiter: ","/);
    expect(await refusal("sep=#\nname#amount\na#1\n")).toMatch(/first line, "sep="/);
    expect(await refusal("sep=\nname,amount\na,1\n")).toMatch(/first line, "sep="/);
    expect(await refusal("sep=;\n")).toMatch(/no rows/);
    expect(await read("sep=;\nname;amount\na;1\n", { delimiter: ";" })).toHaveLength(1);
  });

  it("finds the delimiter in the header, and decimal commas only if the mapping says so", async () => {
    const file = "customerReference;amount;name\nAC-1;1.234,50;a\nAC-2;12,5;b\nAC-3;1.500;c\nAC-4;1.50;d\n";
    const comma = await read(file, { decimals: "comma" });
    expect(charges(comma).map(({ amount }) => amount ?? null)).toEqual(["1234.50", "12.5", null, null]);
    expect(comma.map(({ row }) => row.problems.length)).toEqual([0, 0, 1, 1]);
    const point = await read(file);
    expect(charges(point).map(({ amount }) => amount ?? null)).toEqual([null, null, "1.500", "1.50"]);
    expect(point[0]?.row.problems[0]).toMatchObject({ code: "INVALID_INPUT", field: ["amount"] });
  });

  it("takes columns by a mapping, joins several, and adds the mapping's values to every row", async () => {
    const mapping = {
      columns: { customerReference: "Kd.-Nr.", amount: "Betrag", date: "Buchung", description: ["Text", "Von", "Bis"] },
      values: { backend: "pbx", currency: "eur", name: "Copier" },
      decimals: "comma",
      dates: "dd.MM.yyyy",
    };
    const file = "Kd.-Nr.;Text;Von;Bis;Betrag;Buchung;Sonst\n0017;Seiten;1.11.;30.11.;-7,00;30.11.2026;x\n";
    const [only] = await read(file, mapping);
    expect(only?.row).toMatchObject({ key: null, customerReference: "0017", problems: [] });
    expect(only?.row.charge).toEqual({
      backend: "pbx",
      currency: "EUR",
      name: "Copier",
      description: "Seiten 1.11. 30.11.",
      amount: "-7.00",
      date: "2026-11-30",
    });
    expect(only?.line).toBe(2);
  });

  it("takes the currencies that a single charge takes, and no others", () => {
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const codes = letters.flatMap((one) => letters.flatMap((two) => letters.map((three) => one + two + three)));
    const ofCharge = codes.filter((code) => {
      try {
        return GraphQLCurrency.parseValue(code) === code;
      } catch {
        return false;
      }
    });
    const ofRow = codes.filter((currency) => rowOfMembers(1, { currency }).row.problems.length === 0);
    expect(ofRow).toEqual(ofCharge);
    expect(ofRow).toContain("EUR");
    expect(rowOfMembers(1, { currency: "EUX" }).row.problems).toMatchObject([{ field: ["currency"] }]);
  });

  it("reads Latin-1 if the mapping says so, and otherwise refuses what is not UTF-8", async () => {
    const file = Buffer.from("name,amount\nMüller & Söhne,1\n", "latin1");
    expect(charges(await read(file, { encoding: "latin1" }))[0]?.name).toBe("Müller & Söhne");
    expect(await refusal(file)).toMatch(/not UTF-8.*latin1/);
    expect(charges(await read("name,amount\nMüller & Söhne,1\n", {}, "csv", 1))[0]?.name).toBe("Müller & Söhne");
  });

  it.each([
    ["a row with a cell too many", "name,amount\na,1\nb,2,3\n", /line 3 has 3 cells, and the header has 2/],
    ["a row with a cell too few", "name,amount\na,1\n\nb\n", /line 4 has 1 cell, and the header has 2/],
    ["a quote that is not closed", 'name,amount\n"a,1\n', /quote that is not closed/],
    ["an unknown column", "name,amont\na,1\n", /no member "amont"/],
    ["two columns of one name", "name,name\na,b\n", /two columns "name"/],
    ["nothing", "", /no rows/],
    ["a header alone", "name,amount\n", /no rows/],
  ])("refuses %s, and says where", async (_what, file, message) => {
    expect(await refusal(file)).toMatch(message);
  });

  it("takes every kind of line break, several in one file, and no blank line for a row", async () => {
    const breaks = fc.constantFrom("\n", "\r\n", "\r", "\n\n", "\r\n \r\n", "\n,\n", "\r\r \t\u00a0\r", "\n,,,\n");
    await fc.assert(
      fc.asyncProperty(
        fc.array(breaks, { minLength: 2, maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        async (between, size) => {
          const file = between.map((each, at) => `${at === 0 ? "name,amount" : `row ${at},${at}`}${each}`).join("");
          const rows = await read(file, {}, "csv", size);
          expect(rows.map(({ row }) => row.charge.name)).toEqual(between.slice(1).map((_, at) => `row ${at + 1}`));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("says on which line a row begins, whatever line breaks are within its cells", async () => {
    const text = fc
      .string({ unit: fc.constantFrom("a", "\n", "\r\n", "\r", '"', ","), maxLength: 6 })
      .map((inner) => `a${inner}a`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 8 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.integer({ min: 1, max: 9 }),
        async (given, lineBreak, size) => {
          const lines = given.map((cells) => cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(",") + lineBreak);
          const file = `name,notes${lineBreak}${lines.join("")}`;
          const rows = await read(file, {}, "csv", size);
          const begins = lines.map(
            (_, at) =>
              lines
                .slice(0, at)
                .join("")
                .split(/\r\n|\r|\n/).length + 1,
          );
          expect(rows.map(({ line }) => line)).toEqual(begins);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("refuses a column that is there twice only if the mapping names it", async () => {
    const file = "no;Sum;Remark;Remark;;\nAC-1;1;a;b;;\n";
    const columns = { customerReference: "no", amount: "Sum" };
    expect((await read(file, { columns }))[0]?.row).toMatchObject({ customerReference: "AC-1", charge: { amount: "1" } });
    expect(await refusal(file, { columns: { ...columns, notes: "Remark" } })).toMatch(/two columns "Remark"/);
  });

  it("knows a column by its name, however its letters are composed", async () => {
    const [only] = await read("Büro;Sum\na;1\n".normalize("NFD"), { columns: { name: "Büro".normalize("NFC"), amount: "Sum" } });
    expect(only?.row.charge).toEqual({ name: "a", amount: "1" });
  });

  it("refuses UTF-8 that the mapping calls Latin-1, as it would silently become other letters", async () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "ü", "ß", "É", "é", "©", "\u00a0", "»") });
    await fc.assert(
      fc.asyncProperty(letters, fc.integer({ min: 1, max: 9 }), async (text, size) => {
        const file = `name\na${text}a\n`;
        const mapping = { encoding: "latin1" };
        const utf8 = Buffer.from(file, "utf8");
        if (/^a*$/.test(text)) expect(await read(utf8, mapping, "csv", size)).toHaveLength(1);
        else expect(await refusal(utf8, mapping, "csv", size)).toMatch(/it is UTF-8, and the mapping says encoding: latin1/);
        const [row] = await read(Buffer.from(file, "latin1"), mapping, "csv", size);
        expect(row?.row.charge.name).toBe(`a${text}a`);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["a workbook", [0x50, 0x4b, 3, 4, 20, 0], /workbook or a ZIP file.* save the sheet as CSV/],
    ["an old workbook", [0xd0, 0xcf, 0x11, 0xe0, 0xa1], /workbook/],
    ["a compressed file", [0x1f, 0x8b, 8, 0], /gzip/],
    ["UTF-16", [0xff, 0xfe, 0x6e, 0, 0x61, 0], /UTF-16: save it as CSV UTF-8/],
  ])("says what it is instead of text: %s", async (_what, bytes, message) => {
    for (const encoding of ["utf-8", "latin1"]) {
      expect(await refusal(Buffer.from(bytes), { encoding }, "csv", 1)).toMatch(message);
    }
  });

  it("refuses a mapping of columns that do not exist", async () => {
    expect(await refusal("a,b\n1,2\n", { columns: { amount: "c" } })).toMatch(/no column "c"/);
  });

  it("refuses more rows and bytes than a run may have, without reading on", async () => {
    expect(await refusal(`name\n${"a\n".repeat(mostRows + 1)}`, {}, "csv", 65_536)).toMatch(/at most 50000 rows/);
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("name\n");
      for (;;) {
        read += 1_048_576;
        yield Buffer.from(`"${"a".repeat(60_000)}"\n`.repeat(17));
      }
    }
    const mapping: Mapping = mappingSchema.parse({});
    const reading = (async () => {
      for await (const _ of readRows(endless(), "csv", mapping));
    })();
    await expect(reading).rejects.toThrow(/at most 20971520 bytes/);
    expect(read).toBeLessThan(2 * mostBytes);
  });

  it.each([
    ["csv", "\n"],
    ["csv", "\r"],
    ["csv", ",\r\n"],
    ["jsonl", "\r\n"],
    ["jsonl", " \n"],
  ] as const)("refuses more blank lines than a file may have, without reading on (%s, %j)", async (type, line) => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("name,amount\n".repeat(type === "csv" ? 1 : 0));
      for (;;) {
        read += 10_000;
        yield Buffer.from(line.repeat(10_000));
      }
    }
    const reading = (async () => {
      for await (const _ of readRows(endless(), type, mappingSchema.parse({})));
    })();
    await expect(reading).rejects.toThrow(`at most ${mostLines} lines`);
    expect(read).toBeLessThan(2 * mostLines);
  });
});

describe("reading JSON lines", () => {
  it("takes members, numbers without losing a digit, and a mapping", async () => {
    const file = '{"name":"a","amount":12345678901234567.89,"allowDuplicate":true}\n\n{"name":"b","amount":"1.50","key":"k"}';
    const rows = await read(file, {}, "jsonl");
    expect(charges(rows)).toEqual([
      { name: "a", amount: "12345678901234567.89" },
      { name: "b", amount: "1.50" },
    ]);
    expect(rows.map(({ line, row }) => [line, row.key, row.allowDuplicate])).toEqual([
      [1, null, true],
      [3, "k", false],
    ]);
    const mapped = await read(
      '{"no":7,"sum":1,"extra":{}}'.replace("{}", '""'),
      { columns: { customerReference: "no", amount: "sum", notes: "none" } },
      "jsonl",
    );
    expect(mapped[0]?.row).toMatchObject({ customerReference: "7", charge: { amount: "1" } });
  });

  it.each([
    ["what is no JSON", '{"name":"a"}\nname\n', /line 2 is not a JSON object/],
    ["what is no object", "[1]", /line 1 is not a JSON object/],
    ["an unknown member", '{"nmae":"a"}', /line 1: there is no member "nmae"/],
    ["an object in a member", '{"name":{}}', /"name" in line 1/],
    ["a member that is there twice", '{"name":"a","amount":1,"amount":1000}', /line 1 has "amount" twice/],
    ["the same in other letters", '{"name":"a"}\n{"amount":1,"name":"{\\"","\\u0061mount":1000}', /line 2 has "amount" twice/],
  ])("refuses %s", async (_what, file, message) => {
    expect(await refusal(file, {}, "jsonl")).toMatch(message);
  });

  it("never picks one of two values for a member, and never refuses a line because of its texts", async () => {
    const name = fc.constantFrom("name", "notes", "amount", "description");
    const text = fc.oneof(fc.string({ unit: fc.constantFrom(...'{}[]:,"\\a1 ') }), fc.constantFrom('"amount":1', "\\", '\\"'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, text), { minLength: 1, maxLength: 5 }), async (given) => {
        const line = `{${given.map(([member, value]) => `${JSON.stringify(member)}: ${JSON.stringify(value)}`).join(" , ")}}`;
        const names = given.map(([member]) => member);
        if (new Set(names).size === names.length) expect(await read(line, {}, "jsonl")).toHaveLength(1);
        else expect(await refusal(line, {}, "jsonl")).toMatch(/line 1 has/);
      }),
      { numRuns: 300 },
    );
  });

  it("refuses a mapping that names a member no line has, except for remarks, which some files lack", async () => {
    const columns = { customerReference: "no", amount: "smu", notes: "none" };
    expect(await refusal('{"no":7,"sum":1}\n{"no":8,"sum":2}', { columns }, "jsonl")).toMatch(/no line has "smu".* amount/);
    expect(await read('{"no":7}\n{"no":8,"smu":2}', { columns }, "jsonl")).toHaveLength(2);
  });
});

describe("a row of a file", () => {
  it("accepts no longer texts than GraphQL: a longer one is refused at its member, and left out of the row", async () => {
    const member = fc.constantFrom("name", "notes", "description", "reference", "customerId", "serviceId", "customerReference");
    const length = fc.oneof(fc.integer({ min: 1, max: 1_100 }), fc.constantFrom(5_000, 5_001, 20_000, 20_001));
    const types = fc.constantFrom<FileType>("csv", "jsonl");
    await fc.assert(
      fc.asyncProperty(member, length, types, async (name, letters, type) => {
        const text = "x".repeat(letters);
        const file = type === "csv" ? `${name}\n${text}\n` : JSON.stringify({ [name]: text });
        const [{ row } = { row: null }] = await read(file, {}, type, 4096);
        const isTaken = letters <= longestText(name);
        const found = name === "customerReference" ? row?.customerReference : row?.charge[name as "name"];
        expect([found ?? null, row?.problems.map(({ field }) => field)]).toEqual(isTaken ? [text, []] : [null, [[name]]]);
      }),
      { numRuns: 100 },
    );
  });

  it("has numbers that can be added up without rounding", async () => {
    const amounts = ["9".repeat(40), `0.${"3".repeat(38)}`, "9".repeat(41), "1".repeat(50_000)];
    const rows = await read(`amount\n${amounts.join("\n")}\n`, {}, "csv", 4096);
    expect(charges(rows).map(({ amount }) => amount ?? null)).toEqual([amounts[0], amounts[1], null, null]);
    expect(rows.map(({ row }) => row.problems.length)).toEqual([0, 0, 1, 1]);
    expect(JSON.stringify(rows[3]).length).toBeLessThan(1_000);
  });

  it("has a normalized, printable key of limited length, or none and a problem", async () => {
    const keys = ["caf\u0065\u0301", "caf\u00e9", "k".repeat(200), "k".repeat(201), "a\0b", "a\ud800", "a\nb"];
    const rows = await read(keys.map((key) => JSON.stringify({ key })).join("\n"), {}, "jsonl");
    expect(rows.map(({ row }) => row.key)).toEqual(["caf\u00e9", "caf\u00e9", keys[2], null, null, null, null]);
    expect(rows.map(({ row }) => row.problems.length)).toEqual([0, 0, 0, 1, 1, 1, 1]);
  });
});

describe("numbers and days", () => {
  it("are read as they are written, or not at all", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 4 }), (units, places) => {
        const sign = units < 0n ? "-" : "";
        const digits = String(units < 0n ? -units : units).padStart(places + 1, "0");
        const whole = digits.slice(0, digits.length - places);
        const rest = digits.slice(digits.length - places);
        const point = `${sign}${whole}${places > 0 ? `.${rest}` : ""}`;
        expect(readDecimal(point, "point")).toBe(point);
        expect(readDecimal(point.replace(".", ","), "comma")).toBe(point);
        const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ".");
        if (places > 0) expect(readDecimal(`${sign}${grouped},${rest}`, "comma")).toBe(point);
      }),
    );
    for (const text of ["1,234.50", "1e3", "1.", ".5", "", "€ 1", "1 000", "--1", "+1", "0x1"])
      expect(readDecimal(text, "point")).toBeNull();
    for (const text of ["1.50", "1.500", "1,2,3", "12.34,5"]) expect(readDecimal(text, "comma")).toBeNull();
  });

  it("days are days of the calendar", () => {
    expect(readDate("2026-02-29", "yyyy-MM-dd")).toBeNull();
    expect(readDate("29.2.2028", "dd.MM.yyyy")).toBe("2028-02-29");
    expect(readDate("03/04/2026", "dd/MM/yyyy")).toBe("2026-04-03");
    expect(readDate("03/04/2026", "MM/dd/yyyy")).toBe("2026-03-04");
    expect(readDate("20261130", "yyyyMMdd")).toBe("2026-11-30");
    expect(readDate("2026-11-31", "yyyy-MM-dd")).toBeNull();
    expect(readDate("30.11.26", "dd.MM.yyyy")).toBeNull();
  });
});
