import { undisguised } from "../adapter/doctoring/common.ts";
import type { Diagnosis, DoctorCall, Reply, Verdict } from "../adapter/doctoring/diagnosis.ts";
import type { Examined } from "./examine.ts";
import { createShapes } from "./redaction.ts";

/** The table and the recording of an examination. */

const order: readonly Verdict[] = ["DANGER", "DIFFERS", "UNTOLD", "AGREES"];

export function isDangerous({ diagnoses }: Examined): boolean {
  return diagnoses.some(({ verdict }) => verdict === "DANGER");
}

export function table({ backend, label, kind, diagnoses }: Examined, width: number): string {
  const sorted = diagnoses.toSorted((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict));
  const header = ["CHECK", "CONTRACT SAYS", "THIS BACKEND DOES", "VERDICT", "PUT THIS IN YOUR CONFIGURATION"];
  const rows = [header, ...sorted.map(cells)];
  const fixed = [0, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const left = Math.max(60, width - (fixed[0] ?? 0) - (fixed[1] ?? 0) - 4 * gap.length);
  const shares = [fixed[0] ?? 0, Math.floor(left * 0.32), Math.floor(left * 0.38), fixed[1] ?? 0, Math.floor(left * 0.3)];
  return [
    `${label === undefined || label === backend ? backend : `${label}, ${backend}`} (${kind})`,
    "",
    ...rows.flatMap((row) => lines(row, shares)),
    "",
    summary(diagnoses),
  ].join("\n");
}

const gap = "  ";

function cells({ check, contract, backend, verdict, setting }: Diagnosis): string[] {
  return [check, contract, backend, verdict, setting ?? ""];
}

function lines(row: readonly string[], widths: readonly number[]): readonly string[] {
  const wrapped = row.map((cell, column) => wrap(cell, widths[column] ?? 0));
  const height = Math.max(...wrapped.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    wrapped
      .map((cell, column) => (cell[line] ?? "").padEnd(widths[column] ?? 0))
      .join(gap)
      .trimEnd(),
  );
}

/** Breaks at spaces. A word that is longer than a line stays whole. */
function wrap(text: string, width: number): readonly string[] {
  const wrapped: string[] = [];
  for (const word of text.split(" ")) {
    const last = wrapped.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) wrapped.push(word);
    else wrapped[wrapped.length - 1] = `${last} ${word}`;
  }
  return wrapped;
}

function summary(diagnoses: readonly Diagnosis[]): string {
  const count = (verdict: Verdict): number => diagnoses.filter((each) => each.verdict === verdict).length;
  return order.map((verdict) => `${count(verdict)} ${verdict.toLowerCase()}`).join(", ");
}

export interface AnswerRecorder {
  readonly onReply: (asked: DoctorCall, reply: Reply) => void;
  /** The recording, which src/sandbox/replaying.ts reads. */
  readonly recording: (clockOffsetMs: number) => object;
}

/** Records the answers, redacted: see redaction.ts. */
export function createAnswerRecorder(recordedAt: Date = new Date()): AnswerRecorder {
  const shape = createShapes(2 + Math.floor(Math.random() * 8));
  const answers: object[] = [];
  return {
    onReply: ({ function: name, method, path, writes }, reply) => {
      // The trial's writes are left out: its verdicts describe them.
      if (writes) return;
      const { status, headers, empty } = reply;
      const { json, charset } = asWritten(reply);
      const type = headers["content-type"];
      const scheme = /^\w+/.exec(String(headers["www-authenticate"] ?? ""))?.[0];
      const kept = { ...(typeof type === "string" && { "content-type": type }), ...(scheme && { "www-authenticate": scheme }) };
      const shown = json === undefined ? {} : { json: shape(json) };
      answers.push({ function: name, method, path, status, headers: kept, ...shown, empty, charset });
    },
    recording: (clockOffsetMs) => ({ recordedAt: recordedAt.toISOString(), clockOffsetMs: Math.round(clockOffsetMs), answers }),
  };
}

/** Decodes a text that was read in the wrong charset; a redacted text would no longer show that. */
function asWritten(reply: Reply): Pick<Reply, "json" | "charset"> {
  const written = undisguised(reply);
  return written ? { ...written, charset: "utf-8" } : reply;
}

/** The settings by which a backend's answers are read, without addresses and credentials. */
export function readSettings(settings: object): object {
  const hidden = /^(url|label|username|password|tenant|users|accountId)$/;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !hidden.test(name)));
}
