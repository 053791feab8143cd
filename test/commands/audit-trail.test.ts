import { hash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { auditTrail, beginning, verifyTrail } from "../../src/commands/audit-trail.ts";
import type { Operation } from "../../src/journal/model.ts";
import { openStore, operationsIn } from "../../src/journal/store.ts";
import { operation, step } from "../journal/fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "gateway-trail-"));
afterAll(() => rmSync(folder, { recursive: true }));

const operations = Array.from({ length: 6 }, (_, index) =>
  operation({ id: `op-${index}`, input: { text: `Line ${index}\n"quoted", \u2028 ${"é".repeat(index)}` } }),
);
const { lines, last } = await trail(operations, beginning);

/** Lines without their line feeds, and the hash that the last one ends with. */
async function trail(given: readonly Operation[], previous: string, isSecret?: (text: string) => boolean) {
  const written = (await Array.fromAsync(auditTrail(given, previous, isSecret))).map((line) => line.replace(/\n$/, ""));
  const { hash: sealed } = JSON.parse(written.at(-1) ?? "{}") as { readonly hash?: string };
  return { lines: written, last: sealed ?? previous };
}

async function verified(changed: readonly string[], previous: string | null = null) {
  const file = join(folder, "trail.jsonl");
  writeFileSync(file, changed.map((line) => `${line}\n`).join(""));
  return verifyTrail(file, previous);
}

describe("an audit trail", () => {
  it("is JSON lines with who, when, what, from where, each step, and who resolved it", async () => {
    const resolution = { actor: "ada", at: "2026-11-21T11:00:00.000Z", reason: "seen", happened: true, rejected: [] };
    const recorded = operation({
      id: "op",
      actor: "back-office",
      client: { name: "console", version: "1.2.3" },
      input: { amount: "1.00", nested: [{ password: "canary", note: "kept" }] },
      steps: [{ ...step, status: "SUCCEEDED", nodeId: "node", resolution }],
    });
    const [line = ""] = (await trail([recorded], beginning)).lines;
    expect(JSON.parse(line)).toMatchObject({
      actor: "back-office",
      client: { name: "console", version: "1.2.3" },
      createdAt: "2026-11-21T10:00:00.000Z",
      mutation: "createCharge",
      input: { amount: "1.00", nested: [{ password: "(left out)", note: "kept" }] },
      steps: [{ backend: "pbx", action: "charges/create", status: "SUCCEEDED", node: "node", resolution }],
      previous: beginning,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(line).not.toContain("canary");
  });

  it("omits texts that hold a configured credential, wherever they are", async () => {
    const hidden = operation({ id: "op", input: { notes: "see s3cr3t" }, steps: [{ ...step, action: "s3cr3t" }] });
    const { lines: cleaned } = await trail([hidden], beginning, (text) => text.includes("s3cr3t"));
    expect(cleaned.join("")).not.toContain("s3cr3t");
    expect(cleaned.join("")).toContain("(left out)");
  });

  it("verifies if it is unchanged, and continues another one", async () => {
    expect(await verified(lines)).toEqual({ problem: null, lines: 6, last });
    const next = await trail([operation({ id: "later" })], last);
    expect(await verified(next.lines, last)).toMatchObject({ problem: null });
    expect(await verified([...lines, ...next.lines], beginning)).toMatchObject({ problem: null, last: next.last });
    expect((await verified(next.lines, beginning)).problem).toContain("Line 1 does not follow");
  });

  it("reveals every changed, removed, inserted and reordered line", async () => {
    const place = fc.nat({ max: lines.length - 1 });
    const tampering = fc.oneof(
      fc.tuple(place, fc.nat(), fc.constantFrom("0", "1", "x", '"', " ")).map(([index, at, letter]) =>
        lines.map((line, each) => {
          const position = at % line.length;
          return each === index ? line.slice(0, position) + letter + line.slice(position + 1) : line;
        }),
      ),
      // Only the last hash, kept elsewhere, reveals missing lines at the end.
      place.map((index) => lines.toSpliced(index, 1)),
      place.map((index) => lines.toSpliced(index, 0, lines[index] ?? "")),
      fc.tuple(place, place).map(([one, other]) => lines.with(one, lines[other] ?? "").with(other, lines[one] ?? "")),
    );
    await fc.assert(
      fc.asyncProperty(tampering, async (changed) => {
        const result = await verified(changed, beginning);
        const isSame = changed.join("\n") === lines.join("\n");
        expect(result.problem === null && result.last === last).toBe(isSame);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['{"previous":x', '{"a":1', '{"previous":1', "[1"])("refuses %s under its own hash", async (text) => {
    const line = `${text},"hash":"${hash("sha256", `${text}}`)}"}`;
    expect(await verified([line])).toMatchObject({ problem: "Line 1 is not a line of an audit trail." });
  });
});

describe("the operations of a trail", () => {
  const start = Date.UTC(2026, 0, 31);
  const at = (index: number): string => new Date(start + Math.floor(index / 3)).toISOString();

  it("are those of the requested time, each once, oldest first", async () => {
    const store = await openStore("sqlite::memory:");
    for (let index = 0; index < 400; index += 1) {
      await store.insert(operation({ id: `op-${String((index * 7) % 400).padStart(3, "0")}`, createdAt: at((index * 7) % 400) }));
    }
    const idsOf = async (since: string, until: string | null) =>
      (await Array.fromAsync(store.trail({ since, until }))).map(({ id }) => id);
    const all = Array.from({ length: 400 }, (_, index) => `op-${String(index).padStart(3, "0")}`);
    expect(await idsOf(at(0), null)).toEqual(all);
    // Three operations have the same time. The next export begins with those of the last exported time.
    expect([...(await idsOf(at(30), at(150))), ...(await idsOf(at(150), at(399)))]).toEqual(all.slice(30, 399));
    expect(await idsOf(at(150), at(150))).toEqual([]);
    await store.close();
  });

  it("are read as they are consumed, however many there are", async () => {
    let asked = 0;
    const endless = async (_range: unknown, first: number, after: { readonly id: string } | null) => {
      asked += first;
      const from = after === null ? 0 : Number(after.id) + 1;
      return Array.from({ length: first }, (_, index) => operation({ id: String(from + index) }));
    };
    const taken: string[] = [];
    for await (const line of auditTrail(operationsIn(endless, { since: at(0), until: null }), beginning)) {
      taken.push(line);
      expect(asked - taken.length).toBeLessThan(100);
      if (taken.length === 2_000) break;
    }
    expect(new Set(taken).size).toBe(2_000);
  });
});
