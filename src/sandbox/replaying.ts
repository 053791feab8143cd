import { z } from "zod";
import { createConditions } from "./conditions.ts";
import type { SandboxAnswer, SimulatedBackend } from "./simulated.ts";

/** A backend that repeats recorded answers of a real one, in their order for each method and path. */

export const recordingSchema = z.object({
  /** RFC 3339. */
  recordedAt: z.iso.datetime(),
  /** How far the backend's clock was ahead. */
  clockOffsetMs: z.number(),
  answers: z.array(
    z.object({
      method: z.string(),
      /** Relative to the base address. */
      path: z.string(),
      function: z.string(),
      status: z.int(),
      headers: z.record(z.string(), z.string()),
      /** Absent: the body was empty or no JSON. */
      json: z.json().optional(),
      empty: z.boolean(),
      /** The charset that the body was decoded with. Absent: there was no body, or the recording version knew only UTF-8. */
      charset: z.string().optional(),
    }),
  ),
});

export type Recording = z.infer<typeof recordingSchema>;

const basePath = "/recorded/";

/** The clock goes on from the time of the recording. */
export const createReplay = ({
  recordedAt,
  clockOffsetMs,
  answers,
}: Recording): SimulatedBackend & { readonly now: () => number } => {
  const began = Date.now();
  const now = (): number => Date.parse(recordedAt) + Date.now() - began;
  const turns = Map.groupBy(answers, ({ method, path }) => `${method} ${path}`);
  const taken = new Map<string, number>();
  return {
    kind: "recorded",
    basePath,
    now,
    conditions: createConditions(() => new Date(now() + clockOffsetMs)),
    answer: ({ method, path }) => {
      const key = `${method} ${path.slice(basePath.length)}`;
      const turn = taken.get(key) ?? 0;
      taken.set(key, turn + 1);
      const recorded = turns.get(key);
      const answer = recorded?.[Math.min(turn, recorded.length - 1)];
      if (answer === undefined) return { function: "unknown", status: 404, body: "" };
      const { function: name, status, headers, json, empty, charset = "utf-8" } = answer;
      // Status 0: no answer had come.
      const body = json === undefined ? (empty ? "" : "not JSON") : JSON.stringify(json);
      if (status === 0) return { function: name, status: 502, headers, body: "<html>" };
      return { function: name, status, headers, ...encoded(body, charset) };
    },
  };
};

/** Any charset has the letters of the recording, or JSON escapes them. Only UTF-16 needs another encoding. */
const encoded = (body: string, charset: string): Pick<SandboxAnswer, "body" | "encoding"> => {
  if (charset === "utf-8") return { body };
  if (charset.startsWith("utf-16")) return { body: `\ufeff${body}`, encoding: "utf16le" };
  const isLatin = /^(windows-1252|iso-8859-\d+)$/.test(charset);
  return { body: escaped(body, isLatin ? /[\u0100-\uffff]/g : /[^\p{ASCII}]/gu), encoding: "latin1" };
};

const escaped = (json: string, signs: RegExp): string =>
  json.replace(signs, (sign) =>
    Array.from({ length: sign.length }, (_, unit) => `\\u${sign.charCodeAt(unit).toString(16).padStart(4, "0")}`).join(""),
  );
