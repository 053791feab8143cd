import { describe, expect, it } from "vitest";
import { guessed, mappingOf, readSample, sampleOf } from "../../src/console/runs/mapping.ts";
import { mappingSchema } from "../../src/runs/mapping.ts";
import { mostBytes } from "../../src/runs/model.ts";
import { readRows } from "../../src/runs/reading.ts";

const bytesOf = (text: string, encoding: "utf8" | "latin1" | "utf16le" = "utf8"): ArrayBuffer =>
  Uint8Array.from(Buffer.from(text, encoding)).buffer;

const header = "customerReference;backend;name;amount;date";
const line = (name: string): string => `AC-1;pbx;${name};3,10;30.11.2026`;

/** The names that the gateway reads, by the mapping that the console suggests. */
async function namesIn(bytes: ArrayBuffer): Promise<readonly unknown[]> {
  const sample = sampleOf(bytes);
  const mapping = mappingSchema.parse(mappingOf(sample, guessed(sample)));
  const names: unknown[] = [];
  const pieces = (async function* () {
    yield new Uint8Array(bytes);
  })();
  for await (const { row } of readRows(pieces, "csv", mapping)) names.push([row.charge.name, row.charge.amount, row.charge.date]);
  return names;
}

describe("the suggested mapping of a file", () => {
  it.each(["utf8", "latin1"] as const)(
    "is of its encoding %s, even if that shows at the end of a large file only",
    async (encoding) => {
      const lines = Array.from({ length: 4_000 }, (_, index) => line(`Copies ${index}`));
      const bytes = bytesOf([header, ...lines, line("Büro"), ""].join("\r\n"), encoding);
      const names = await namesIn(bytes);
      expect(names).toHaveLength(4_001);
      expect(names.at(-1)).toEqual(["Büro", "3.10", "2026-11-30"]);
    },
  );

  it.each(["\n", "\r\n", "\r"])("is read from lines that end with %j", async (end) => {
    expect(sampleOf(bytesOf([header, line("a"), line("b"), ""].join(end))).rows).toHaveLength(2);
  });

  it("is not made of a file that the gateway would refuse for its length", async () => {
    await expect(readSample(new Blob(["a".repeat(mostBytes + 1)]))).rejects.toThrow(/larger than 20 MB/);
    expect((await readSample(new Blob(["a,b\n1,2\n"]))).header).toEqual(["a", "b"]);
  });

  it.each([
    ["a workbook", bytesOf("PK\u0003\u0004rest", "latin1"), /workbook.* save the sheet as CSV/],
    ["gzip", bytesOf("\u001f\u008brest", "latin1"), /gzip/],
    ["UTF-16", bytesOf(`\ufeff${header}`, "utf16le"), /UTF-16/],
    ["nothing", bytesOf(""), /no header/],
  ])("is not made of %s", (_what, bytes, problem) => {
    expect(() => sampleOf(bytes)).toThrow(problem);
  });
});
