import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { examineBackend } from "../../src/doctor/examine.ts";
import { switches } from "../../src/sandbox/switches.ts";
import { oneIn } from "../support/sample.ts";
import { cases } from "./cases.ts";
import { diagnose, kinds, notable, record, replay, serve } from "./patients.ts";

/**
 * Switches that the doctor cannot see: no read and no small charge shows them, or nothing that the gateway asks for depends on
 * them. By switch, and by backend if only one has it.
 */
const untellable: Readonly<Record<string, string>> = {
  "unknownIds hostedsuite-v2": "no read of v2 answers an unknown id with an error",
  "codes enswitch": "references of customers: a trial makes none",
  "codes hostedsuite-v2": "references of customers: a trial makes none",
  "codes hostedsuite-v3": "references of customers: a trial makes none",
  "codeWidth enswitch": "references of customers: a trial makes none",
  "codeWidth hostedsuite-v2": "references of customers: a trial makes none",
  "codeWidth hostedsuite-v3": "references of customers: a trial makes none",
  tokens: "their life shows in no single answer; the adapter copes with each",
  bareEndDate: "the adapter asks for a day more and looks again itself",
  badCredentials: "the adapter reads the envelope, not the status",
  missingMember: "the adapter sends all members",
  unparseableDate: "the adapter sends dates that are some",
  unknownId: "the adapter reads the envelope, not the status",
  requireQuantity: "the adapter refuses quantities of 0 itself",
  withoutRate: "a missing cost and a cost of 0 are both shown as they come",
  wrongVerb: "the adapter sends POST",
  authenticateRefusal: "the adapter reads both",
  entityStatus: "an open text",
  chargeDescription: "read-only, shown as it comes",
  listOrder: "the adapter sorts itself",
  neitherSwitch: "the adapter sets both switches",
  memorizedListed: "the adapter asks /charges/all",
  lists: "the adapter sends whole lists and checks what came of them",
  nameFilter: "the adapter does not filter by name",
  clientNames: "the adapter does not ask for it",
  batch: "the adapter does not use it",
  deleteAnswer: "the adapter takes both",
  zeroCost: "the adapter reads both alike",
  createStatus: "the adapter takes any success",
  failureStatus: "the adapter reads the letter, not the status",
  reverseReturns: "the adapter reads the charge again",
  codeScope: "the adapter's own codes are unique everywhere",
  balancing: "shows in balances over time only",
};

describe("the doctor", () => {
  it.each(kinds)("finds nothing on the default sandbox: %s", async (kind) => {
    expect(notable(await diagnose({ kind, write: true }))).toEqual({});
  });

  const named = cases.map(([kind, name, installation, expected]) => ({ kind, name, installation, expected }));

  /** Recordings have reads only, and are examined as often as the backend itself. */
  const recorded = oneIn(
    3,
    named.filter(({ installation }) => !installation.write),
    "recordings",
  );

  it.each(named.filter((each) => !recorded.includes(each)))(
    "$kind: $name $installation",
    async ({ kind, installation, expected }) => {
      expect(notable(await diagnose({ kind, ...installation }))).toEqual(expected);
    },
  );

  it.each(recorded)("$kind: $name $installation, and the same from a recording", async ({ kind, installation, expected }) => {
    const { examined, settings, file } = await record({ kind, ...installation });
    expect(notable(examined.diagnoses)).toEqual(expected);
    expect(notable((await replay(file, settings)).diagnoses)).toEqual(expected);
  });

  it("makes as many calls as its guide says", async () => {
    const guide = readFileSync("docs/doctor.md", "utf8").replaceAll(/\s+/g, " ");
    const [, fewest = "", most = ""] = /takes (\d+) to (\d+) calls for each backend/.exec(guide) ?? [];
    for (const kind of kinds) {
      const { running, settings } = await serve({ kind });
      await examineBackend("it", settings, { trialCustomer: null });
      await running.close();
      expect(running.calls.length, kind).toBeGreaterThanOrEqual(Number(fewest));
      expect(running.calls.length, kind).toBeLessThanOrEqual(Number(most));
    }
  });

  it("has every check in its guide", async () => {
    const guide = readFileSync("docs/doctor.md", "utf8");
    const names = (await Promise.all(kinds.map((kind) => diagnose({ kind, write: true })))).flat().map(({ check }) => check);
    const untold = names.map((name) => name.replace(/ of .*/, " of …")).filter((name) => !guide.includes(`\`${name}\``));
    expect(untold).toEqual([]);
  });

  it("is tested with every switch of every backend, or a reason is given", () => {
    const tried = new Set(cases.map(([kind, name]) => `${name} ${kind}`));
    expect(new Set(switches.flatMap(({ kinds: those }) => those))).toEqual(new Set(kinds));
    const all = switches.flatMap(({ name, kinds: those }) => those.map((kind) => `${name} ${kind}`));
    const isExcused = (one: string): boolean => one in untellable || (one.split(" ")[0] ?? "") in untellable;
    expect(all.filter((one) => !tried.has(one) && !isExcused(one))).toEqual([]);
    expect(all.filter((one) => tried.has(one) && isExcused(one))).toEqual([]);
  });
});
