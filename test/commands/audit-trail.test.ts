import { hash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { auditTrail, beginning, verifyTrail } from "../../src/commands/audit-trail.ts";
import { operation, step } from "../journal/fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "gateway-trail-"));
afterAll(() => rmSync(folder, { recursive: true }));

const operations = Array.from({ length: 6 }, (_, index) =>
  operation({ id: `op-${index}`, input: { text: `Line ${index}\n"quoted", \u2028 ${"é".repeat(index)}` } }),
);
const { lines, last } = auditTrail(operations, beginning);

async function verified(changed: readonly string[], previous: string | null = null) {
  const file = join(folder, "trail.jsonl");
  writeFileSync(file, changed.map((line) => `${line}\n`).join(""));
  return verifyTrail(file, previous);
}

describe("an audit trail", () => {
  it("is JSON lines with who, when, what, from where, each step, and who resolved it", () => {
    const resolution = { actor: "ada", at: "2026-11-21T11:00:00.000Z", reason: "seen", happened: true, rejected: [] };
    const [line = ""] = auditTrail(
      [
        operation({
          id: "op",
          actor: "back-office",
          client: { name: "console", version: "1.2.3" },
          input: { amount: "1.00", nested: [{ password: "canary", note: "kept" }] },
          steps: [{ ...step, status: "SUCCEEDED", nodeId: "node", resolution }],
        }),
      ],
      beginning,
    ).lines;
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

  it("omits texts that hold a configured credential, wherever they are", () => {
    const hidden = operation({ id: "op", input: { notes: "see s3cr3t" }, steps: [{ ...step, action: "s3cr3t" }] });
    const { lines: cleaned } = auditTrail([hidden], beginning, (text) => text.includes("s3cr3t"));
    expect(cleaned.join("")).not.toContain("s3cr3t");
    expect(cleaned.join("")).toContain("(left out)");
  });

  it("verifies if it is unchanged, and continues another one", async () => {
    expect(await verified(lines)).toEqual({ problem: null, lines: 6, last });
    const next = auditTrail([operation({ id: "later" })], last);
    expect(await verified(next.lines, last)).toMatchObject({ problem: null });
    expect(await verified([...lines, ...next.lines], beginning)).toMatchObject({ problem: null, last: next.last });
    expect((await verified(next.lines, beginning)).problem).toContain("Line 1 does not follow");
  });

  it("reveals every change, removal, insertion and exchange of its lines", async () => {
    const place = fc.nat({ max: lines.length - 1 });
    const tampering = fc.oneof(
      fc.tuple(place, fc.nat(), fc.constantFrom("0", "1", "x", '"', " ")).map(([index, at, letter]) =>
        lines.map((line, each) => {
          const position = at % line.length;
          return each === index ? line.slice(0, position) + letter + line.slice(position + 1) : line;
        }),
      ),
      // Only the last hash, kept elsewhere, reveals lines that are missing at the end.
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
    expect(await verified([line])).toMatchObject({ problem: "Line 1 is no line of an audit trail." });
  });
});
