import { hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { leftOut, type Operation, publishedInput, type Step } from "../journal/model.ts";
import { encodeId } from "../model/id.ts";

/**
 * The journal as an audit trail: JSON lines, oldest first. Each line names the hash of the previous one and ends with its own: the
 * SHA-256 of the line without that last member. To change, remove or insert a line, one has to change all later lines. Whoever keeps
 * the last hash elsewhere can tell.
 */

/** The previous hash of a trail's first line. */
export const beginning = "0".repeat(64);

/**
 * The lines of a trail, each with its line feed, made as they are taken.
 *
 * @param previous the hash of the line before the first
 * @param isSecret finds texts that hold a configured credential: they are left out
 */
export async function* auditTrail(
  operations: AsyncIterable<Operation> | Iterable<Operation>,
  previous: string,
  isSecret: (text: string) => boolean = () => false,
): AsyncGenerator<string, void> {
  let last = previous;
  for await (const operation of operations) {
    const record = { ...recordOf(operation), previous: last };
    const unsealed = inOneLine(
      JSON.stringify(record, (_name, value: unknown) => (typeof value === "string" && isSecret(value) ? leftOut : value)),
    );
    last = hash("sha256", unsealed);
    yield `${unsealed.slice(0, -1)},"hash":"${last}"}\n`;
  }
}

/** Escapes characters that JSON keeps, but that programs, node:readline among them, take for the end of a line. */
function inOneLine(json: string): string {
  return json.replace(/[\u0085\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Verifies a trail. `problem` is the first fault, a sentence for people, or null; `last` is the hash of the last good line. */
export async function verifyTrail(
  file: string,
  previous: string | null,
): Promise<{ readonly problem: string | null; readonly lines: number; readonly last: string }> {
  let last = previous;
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    count += 1;
    const failed = (problem: string) => ({ problem: `Line ${count} ${problem}.`, lines: count, last: last ?? beginning });
    const sealed = /^(.*),"hash":"([0-9a-f]{64})"\}$/s.exec(line);
    if (!sealed) return failed("is not a line of an audit trail");
    const unsealed = `${sealed[1]}}`;
    if (hash("sha256", unsealed) !== sealed[2]) return failed("was changed after it was written");
    const named = previousIn(unsealed);
    if (named === undefined) return failed("is not a line of an audit trail");
    if (named !== (last ?? named))
      return failed("does not follow the line before it: lines are missing, inserted or in another order");
    last = String(sealed[2]);
  }
  return { problem: null, lines: count, last: last ?? beginning };
}

/** The hash of the previous line, as this line names it; undefined if the line is not one of a trail. */
function previousIn(line: string): unknown {
  try {
    const { previous } = JSON.parse(line) as { previous?: unknown };
    return typeof previous === "string" ? previous : undefined;
  } catch {
    return undefined;
  }
}

function recordOf(operation: Operation) {
  const { id, createdAt, completedAt, actor, client, users, mutation, idempotencyKey, validateOnly, onFailure, status } =
    operation;
  return {
    operation: encodeId({ type: "Operation", backend: "", id }),
    createdAt,
    completedAt,
    actor,
    client,
    users,
    mutation,
    idempotencyKey,
    input: publishedInput(operation.input),
    validateOnly,
    onFailure,
    status,
    steps: operation.steps.map(stepOf),
  };
}

function stepOf(step: Step) {
  const { position, target, backend, action, status, attempts, objectId, nodeId, compensates, candidates, resolution } = step;
  const { errors, startedAt, finishedAt } = step;
  return {
    step: position,
    target,
    backend,
    action,
    status,
    attempts,
    object: objectId,
    node: nodeId,
    compensates,
    errors: errors.map(({ code, backendCode, message, field }) => ({ code, backendCode, message, field })),
    candidates: candidates.map(({ nodeId: candidate, differs }) => ({ node: candidate, differs })),
    startedAt,
    finishedAt,
    /** Who resolved an unknown outcome, when and why; null if nobody did. */
    resolution,
  };
}
