import { z } from "zod";
import type { SandboxAnswer, SandboxRequest, SimulatedBackend } from "./simulated.ts";

/** Conditions on the wire that any backend may have: members, parameters, functions and the charset. */
export const wireConditions = {
  /** The charset of answers. "undeclared": their header does not name it; "as": their header names another one. */
  charset: z.exactOptional(z.enum(["iso-8859-1", "iso-8859-1 undeclared", "utf-8 as iso-8859-1"])),
  /** Functions that do not exist, by their names in the call log. */
  missingFunctions: z.exactOptional(z.array(z.string())),
  /** Functions that the user has no privilege for. */
  forbiddenFunctions: z.exactOptional(z.array(z.string())),
  /** Parameters that are accepted and ignored, in any case. */
  ignoredParameters: z.exactOptional(z.array(z.string())),
  /** Members missing from all answers. */
  membersLeftOut: z.exactOptional(z.array(z.string())),
  /** Members with another name, in answers and requests. */
  membersRenamed: z.exactOptional(z.record(z.string(), z.string())),
  /** Members with other values, wherever they occur. */
  membersReplaced: z.exactOptional(z.record(z.string(), z.json())),
  /** Members added to all records. */
  membersAdded: z.exactOptional(z.record(z.string(), z.json())),
};

export type WireConditions = z.infer<z.ZodObject<typeof wireConditions>>;

/** The backend's answer under these conditions. */
export const answerUnder = (backend: SimulatedBackend, request: SandboxRequest, inForce: WireConditions): SandboxAnswer => {
  const { missingFunctions = [], forbiddenFunctions = [] } = inForce;
  if (missingFunctions.length + forbiddenFunctions.length > 0) {
    const name = backend.functionOf?.(request) ?? "";
    if (missingFunctions.includes(name)) {
      return { ...backend.answer({ ...request, path: `${backend.basePath}no/such` }), function: name };
    }
    if (forbiddenFunctions.includes(name) && backend.forbidden) return { function: name, ...backend.forbidden() };
  }
  return changed(backend.answer(asUnderstood(request, inForce)), inForce);
};

/** Removes ignored parameters, and restores the backend's own names. */
const asUnderstood = (
  request: SandboxRequest,
  { ignoredParameters = [], membersRenamed = {} }: WireConditions,
): SandboxRequest => {
  if (ignoredParameters.length === 0 && Object.keys(membersRenamed).length === 0) return request;
  const ignored = new Set(ignoredParameters.map((name) => name.toLowerCase()));
  const own = new Map(Object.entries(membersRenamed).map(([name, other]) => [other, name]));
  const rename = (name: string): string | undefined => (ignored.has(name.toLowerCase()) ? undefined : (own.get(name) ?? name));
  const isForm = request.headers["content-type"]?.includes("x-www-form-urlencoded") ?? false;
  const { query, body } = request;
  return {
    ...request,
    query: pairs(query, rename),
    body: isForm ? pairs(body, rename) : mapJson(body, (row) => renamed(row, rename)),
  };
};

const pairs = (encoded: string, rename: (name: string) => string | undefined): string =>
  encoded
    .split(/[&;]/)
    .flatMap((pair) => {
      const [name = "", ...rest] = pair.split("=");
      const kept = rename(decodeURIComponent(name));
      return kept === undefined ? [] : [[kept === decodeURIComponent(name) ? name : encodeURIComponent(kept), ...rest].join("=")];
    })
    .join("&");

const changed = (answer: SandboxAnswer, inForce: WireConditions): SandboxAnswer => {
  const { membersLeftOut = [], membersRenamed = {}, membersReplaced = {}, membersAdded = {}, charset } = inForce;
  const hidden = new Set(membersLeftOut);
  const rename = (name: string): string | undefined => (hidden.has(name) ? undefined : (membersRenamed[name] ?? name));
  const isTouched =
    hidden.size + [membersRenamed, membersReplaced, membersAdded].flatMap((members) => Object.keys(members)).length > 0;
  const replaced = (row: Members): Members =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, membersReplaced[name] ?? value]));
  const change = (row: Members): Members =>
    renamed("id" in row || "Id" in row ? { ...replaced(row), ...membersAdded } : replaced(row), rename);
  const sent = isTouched ? { ...answer, body: mapJson(answer.body, change) } : answer;
  if (charset === undefined) return sent;
  const type = `application/json${charset === "iso-8859-1 undeclared" ? "" : "; charset=ISO-8859-1"}`;
  if (charset === "utf-8 as iso-8859-1") return { ...sent, headers: { ...sent.headers, "content-type": type } };
  // JSON escapes the characters that the charset lacks.
  const body = sent.body.replace(/[\u0100-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return { ...sent, body, headers: { ...sent.headers, "content-type": type }, encoding: "latin1" };
};

type Members = Readonly<Record<string, unknown>>;

const renamed = (row: Members, rename: (name: string) => string | undefined): Members =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      const kept = rename(name);
      return kept === undefined ? [] : [[kept, value]];
    }),
  );

/** From ECMAScript 2026. TypeScript does not know them yet. */
const { rawJSON, isRawJSON } = JSON as unknown as {
  readonly rawJSON: (text: string) => object;
  readonly isRawJSON: (value: object) => boolean;
};

/** Changes each object in a JSON text, innermost first, and keeps numbers as written. Other texts stay as they are. */
const mapJson = (text: string, change: (row: Members) => Members): string => {
  if (text === "") return text;
  try {
    return JSON.stringify(
      JSON.parse(text, (_name: string, value: unknown, context?: { readonly source?: string }) => {
        if (typeof value === "number") return rawJSON(context?.source ?? String(value));
        const isObject = typeof value === "object" && value !== null && !Array.isArray(value) && !isRawJSON(value);
        return isObject ? change(value as Members) : value;
      }),
    );
  } catch {
    return text;
  }
};
