import { expect, it } from "vitest";
import { operationText } from "../../src/commands/operation-text.ts";
import { printableLines } from "../../src/commands/printable.ts";
import { blankStep, type Operation, type Step } from "../../src/journal/model.ts";

/** What other people and systems write is shown at a terminal. It must not obey any of it. */

const strange = "\u202eturned \u001b]0;title\u0007 \u009b31m\r\n  0 pbx  SUCCEEDED \u2028line\u2066";
/** All that a terminal obeys but the line breaks of the text itself. */
const obeyed = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const at = "2026-01-01T00:00:00.000Z";

const step: Step = {
  ...blankStep,
  position: 0,
  target: 0,
  backend: "pbx",
  action: "charges/create",
  status: "FAILED",
  nodeId: strange,
  errors: [{ code: "REJECTED", backendCode: strange, message: strange, field: null, retryable: false, backend: "pbx" }],
  candidates: [{ nodeId: strange, claim: null, differs: [strange] }],
  resolution: { actor: strange, at, reason: strange, happened: true, rejected: [] },
  warnings: [{ code: "STORED_DIFFERENTLY", message: strange, field: null, sent: strange, stored: strange }],
} as unknown as Step;

const operation: Operation = {
  id: "known",
  mutation: "createCharge",
  actor: strange,
  client: { name: strange, version: null },
  users: {},
  idempotencyKey: strange,
  input: { charge: { customerId: "Q3VzdG9tZXI6cGJ4OjEwMQ", name: strange, amount: "1.00" } },
  inputHash: "",
  validateOnly: false,
  onFailure: "KEEP",
  status: "FAILED",
  owner: null,
  epoch: 1,
  looks: 0,
  nextLookAt: null,
  once: null,
  createdAt: at,
  updatedAt: at,
  completedAt: null,
  steps: [step],
};

it("an operation is shown without the signs that a terminal obeys, whoever wrote them, and each fact on its line", async () => {
  const world = { backends: new Map(), directory: { customerNames: async () => [null] } } as unknown as Parameters<
    typeof operationText
  >[0];
  const text = await operationText(world, [], [operation]);
  const details = text.details(operation);
  expect(details).not.toMatch(obeyed);
  expect(details.match(/turned/g)?.length).toBeGreaterThanOrEqual(10);
  expect(details.split("\n").filter((line) => /^\s+0 pbx/.test(line))).toHaveLength(1);
  const summary = text.summary(operation);
  expect(summary).not.toMatch(obeyed);
  expect(summary).not.toContain("\n");
});

it("texts keep what they say, their scripts and their spaces", () => {
  expect(printableLines("a  b\n  שלום, عليكم\u202e 12.50")).toBe("a  b\n  שלום, عليكم  12.50");
});
