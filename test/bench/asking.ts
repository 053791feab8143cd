import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { beginningOf } from "./figures.ts";
import { fill, type Template } from "./templates.ts";

const timeoutMs = 30_000;
const headers = { "content-type": "application/json", accept: "application/json" };

/** Sends one request body; resolves with the answer's text. Rejects if the status is not 200. */
export async function post(url: string, body: string): Promise<string> {
  const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(timeoutMs) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${beginningOf(text)}`);
  return text;
}

/** Sends a document and returns its data; rejects if there are errors. */
export async function askData<Data>(url: string, query: string, variables: object = {}): Promise<Data> {
  const answer = JSON.parse(await post(url, JSON.stringify({ query, variables }))) as { data: Data; errors?: unknown };
  if (answer.errors !== undefined) throw new Error(`${url} answered with errors: ${beginningOf(JSON.stringify(answer.errors))}`);
  return answer.data;
}

/** The answers to the first `count` requests of a body, one after the other. */
export async function answersOf(url: string, body: Template, count: number): Promise<readonly string[]> {
  const answers: string[] = [];
  for (let turn = 0; turn < count; turn += 1) answers.push(await post(url, fill(body, turn)));
  return answers;
}

/** Throws unless the whole answer matches the schema. */
export function checkAnswer(name: string, schema: z.ZodType, answer: string): void {
  const { error } = schema.safeParse(JSON.parse(answer));
  if (error) throw new Error(`${name}: the answer is not the expected one:\n${error.message}\n${beginningOf(answer)}`);
}

/** Throws unless two answers mean the same by the schema, whatever the order of their members. */
export function checkSame(name: string, schema: z.ZodType, expected: string, answer: string): void {
  const [left, right] = [expected, answer].map((text) => {
    const read: unknown = JSON.parse(text);
    return schema.safeParse(read).data ?? read;
  });
  if (isDeepStrictEqual(left, right)) return;
  throw new Error(`${name}: the answer is not that of the gateway:\n${differenceOf(left, right)}`);
}

/** The first difference of two values: its path and both values. */
function differenceOf(left: unknown, right: unknown, path = "$"): string {
  if (!isObject(left) || !isObject(right)) return `${path}: ${shown(left)} against ${shown(right)}`;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const key of keys) {
    if (!isDeepStrictEqual(left[key], right[key])) return differenceOf(left[key], right[key], `${path}.${key}`);
  }
  return `${path}: no difference`;
}

const shown = (value: unknown): string => beginningOf(JSON.stringify(value) ?? "nothing");

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
