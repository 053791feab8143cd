import { undisguised } from "../adapter/doctoring/common.ts";
import type { Diagnosis, DoctorCall, Reply, Verdict } from "../adapter/doctoring/diagnosis.ts";
import { isRow, type Row } from "../adapter/kit/reading.ts";
import type { Examined } from "./examine.ts";

/**
 * Removes from a backend's answers what they say about people. Names of members, forms of values, ids and dates stay, so that an
 * examination of the redacted answers comes to the same conclusions. Pure.
 */

const secretName =
  /pass|token|secret|auth|api_?key|bank|iban|swift|card|c[sv][cv]|account_?(number|data|accessory)|licen[cs]e|pin$|ssn/i;
const amountName = /amount|balance|cost|buy|fee|price|topup|maximum/i;
/** Members with numbers or dates that say nothing about a person. */
const plainName =
  /(^|_)id$|[a-z]Ids?$|^(ids?|customer|parent|plan|quantity|rate|value|start|end|time|number|liable|count|total\w*|page)$/i;
const dateName = /date|time|start|^end|created|modified/i;
const wordName =
  /^(type|period|currency|\w*status|bill_type|billingCycleType|code|errorCode|failureCode|responseType|fieldName|key|timeZoneId|timezone|country\w*|isActive|active)$/i;
const messageName = /message$/i;
const privateDate = /birth/i;
/** Words that show what kind of refusal a message is. */
const vocabulary =
  /^(a|an|and|be|cannot|client|customer|charge|does|exist|found|id|internal|error|invalid|is|large|limit|must|no|not|null|of|or|parameter|record|required|service|such|tax|the|there|this|too|unknown|value|with|wrong)$/i;
const date = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?$|^\/Date\([-+\d]+\)\/$|^\d{8}$|^[A-Z][a-z]+ \d{1,2},? \d{4}$/;
const wholeRows = 200;
/** The doctor's own texts stay, because they show how the backend stored them. */
const own = /^(Doctor\b|gw-doctor)/i;

/** @param factor multiplies all amounts: their ratios stay, their values do not */
export function createShapes(factor: number): (json: unknown) => unknown {
  function shape(value: unknown, name: string): unknown {
    if (Array.isArray(value)) return value.map((item, index) => shape(index < wholeRows ? item : shortened(item), name));
    if (isRow(value)) return members(value);
    if (typeof value === "string") return text(value, name);
    if (typeof value !== "number") return value;
    if (secretName.test(name)) return 0;
    if (amountName.test(name)) return scaled(String(value));
    // Numbers of up to three digits are codes of answers.
    const isPlain = plainName.test(name) || dateName.test(name) || Math.abs(value) <= (wordName.test(name) ? 999 : 1);
    return isPlain ? value : Number(String(value).replace(/[1-9]/g, "1"));
  }

  function members(row: Row): Row {
    const names = Object.keys(row);
    // A custom field of the operator, with a name and a value, may hold anything.
    const isOwnField = names.some((name) => /^name$/i.test(name)) && names.some((name) => /^value$/i.test(name));
    return Object.fromEntries(
      names.map((name) => [name, isOwnField && /^value$/i.test(name) ? letters(String(row[name])) : shape(row[name], name)]),
    );
  }

  function text(value: string, name: string): string {
    if (value === "") return value;
    // "cardgroups" is a flag.
    if (secretName.test(name)) return /^\d$/.test(value) ? "0" : "…";
    if (own.test(value)) return value;
    const isNumber = /^-?\d+(\.\d+)?$/.test(value);
    if (isNumber && amountName.test(name)) return factored(value);
    if (isNumber && (plainName.test(name) || (wordName.test(name) && value.length <= 3))) return value;
    if (date.test(value) && dateName.test(name) && !privateDate.test(name)) return value;
    // Codes of answers stay. The code of a customer or charge is a reference.
    if (/^code$/i.test(name)) return /^(\d{3}|[A-Z]\d{1,3})$/.test(value) ? value : letters(value);
    if (wordName.test(name) && /^[\w./ -]{1,40}$/.test(value) && !/\d{4}/.test(value)) return value;
    if (plainName.test(name) && /^[0-9a-f]{24}$/.test(value)) return value;
    if (messageName.test(name))
      return value.replace(/[\p{L}\p{M}\p{N}]+/gu, (word) => (vocabulary.test(word) ? word : letters(word)));
    return letters(value);
  }

  const scaled = (written: string): number => Number(factored(written));

  /** Multiplies the digits, so that the number of decimals stays. */
  function factored(written: string): string {
    const [, sign = "", whole = "0", decimals = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(written) ?? [];
    if (!/^-?\d+(\.\d+)?$/.test(written)) return "0";
    const digits = String(BigInt(whole + decimals) * BigInt(factor)).padStart(decimals.length + 1, "0");
    const point = digits.length - decimals.length;
    return `${sign}${digits.slice(0, point)}${decimals === "" ? "" : `.${digits.slice(point)}`}`;
  }

  return (json) => shape(json, "");
}

/** A row beyond the first ones keeps only the members that tell rows apart. */
function shortened(item: unknown): unknown {
  if (!isRow(item)) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => plainName.test(name) || dateName.test(name)));
}

/** Replaces each letter by one of its kind, and each digit by 0. Most letters are ASCII: for these no function is called. */
function letters(text: string): string {
  const known = text.replace(/[A-Z]/g, "X").replace(/[a-z]/g, "x").replace(/[0-9]/g, "0");
  return known.replace(/(?!\p{ASCII})[\p{L}\p{N}]/gu, (sign) => {
    if (/\p{N}/u.test(sign)) return "0";
    if (!/\p{Script=Latin}/u.test(sign)) return "文";
    return sign === sign.toUpperCase() && sign !== sign.toLowerCase() ? "É" : "é";
  });
}

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

interface AnswerRecorder {
  readonly onReply: (asked: DoctorCall, reply: Reply) => void;
  /** The recording, which src/sandbox/replaying.ts reads. */
  readonly recording: (clockOffsetMs: number) => object;
}

/** Records the answers, redacted (`createShapes`). */
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
