import type { MalformedRequest } from "./malformed-requests.ts";

/** Rules for every answer, whatever the request. */

export interface ReceivedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The fault of an answer; null = a good one. Pure. */
export function problemOf({ status, headers, body }: ReceivedAnswer, request: MalformedRequest): string | null {
  const type = headers["content-type"] ?? "";
  if (status >= 500 && !body.includes("The console is not built")) return `it failed with ${status}`;
  if (status < 200) return `its status is ${status}`;
  if (headers["x-content-type-options"] !== "nosniff") return "it has no security headers";
  if (request.method === "HEAD" && (body === "" || request.damage === null))
    return body === "" ? null : "an answer to HEAD has a body";
  if (status === 204) return body === "" ? null : "an answer without content has a body";
  if (/^text\/(html|plain|javascript|css)/.test(type)) return textProblem(headers, body, request);
  if (type.startsWith("text/event-stream")) return eventsProblem(body, request);
  if (type.startsWith("multipart/mixed")) return partsProblem(body, request);
  if (!/^application\/(graphql-response\+)?json(; charset=utf-8)?$/.test(type)) return `its type is ${type}`;
  return isOperatorRoute(request) ? jsonProblem(body) : shapeProblem(body, request);
}

const operatorRoutes = ["/health", "/ready", "/metrics"];

/** Broken heads may ask for any path. */
function isOperatorRoute({ target, damage }: MalformedRequest): boolean {
  const path = target.replace(/\?.*$/s, "");
  return damage === null ? operatorRoutes.includes(path) : operatorRoutes.some((route) => path.includes(route));
}

function textProblem(headers: ReceivedAnswer["headers"], body: string, request: MalformedRequest): string | null {
  const type = headers["content-type"] ?? "";
  if (type.startsWith("text/plain")) return isOperatorRoute(request) ? null : "it is plain text";
  if (!type.startsWith("text/html") || headers["content-encoding"] !== undefined) return null;
  return /^\s*<!doctype html/i.test(body) ? null : "it is a page that is none";
}

function jsonProblem(body: string): string | null {
  return parsed(body) === undefined ? "it is no JSON" : null;
}

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message?: unknown; readonly extensions?: { readonly code?: unknown } }[];
}

function shapeProblem(body: string, request: MalformedRequest): string | null {
  const result = parsed(body) as Result | null | undefined;
  if (typeof result !== "object" || result === null || Array.isArray(result)) return "it is no JSON object";
  const { data, errors } = result;
  if (data === undefined && errors === undefined) return "it has neither data nor errors";
  if (data !== undefined && !request.isKnown) return "it has data for nobody";
  if (errors === undefined) return null;
  if (!Array.isArray(errors) || errors.length === 0) return "its errors are no list";
  for (const { message, extensions } of errors) {
    if (typeof message !== "string" || message === "") return "an error has no message";
    if (typeof extensions?.code !== "string") return "an error has no code";
    if (extensions.code === "INTERNAL") return "the gateway failed unexpectedly";
  }
  return null;
}

/** For a stream, the part that arrived before it was left. */
function eventsProblem(body: string, request: MalformedRequest): string | null {
  const results = [...body.matchAll(/^data: (.+)$/gm)].map(([, text = ""]) => shapeProblem(text, request));
  return results.find((problem) => problem !== null) ?? null;
}

function partsProblem(body: string, request: MalformedRequest): string | null {
  const results = [...body.matchAll(/^\{.*\}$/gm)].map(([text]) => shapeProblem(text, request));
  return results.length === 0 ? "it has no parts" : (results.find((problem) => problem !== null) ?? null);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The answers in what came over a connection, until it was closed. Throws where they are not HTTP. */
export function answersIn(bytes: Buffer): readonly ReceivedAnswer[] {
  const text = bytes.toString("latin1");
  const answers: ReceivedAnswer[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\r\n\r\n", at);
    const [statusLine = "", ...lines] = text.slice(at, end < 0 ? text.length : end).split("\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3}) [^\r\n]*$/.exec(statusLine)?.[1]);
    if (end < 0 || Number.isNaN(status))
      throw new Error(`This is no answer over HTTP: ${JSON.stringify(text.slice(at, at + 500))}`);
    const headers = Object.fromEntries(
      lines.map((line) => {
        const [, name = "", value = ""] = /^([\w-]+): ([^\r\n]*)$/.exec(line) ?? [];
        if (name === "") throw new Error(`This is no header: ${JSON.stringify(line)}`);
        return [name.toLowerCase(), value];
      }),
    );
    const { body, next } = bodyFrom(text, end + 4, status, headers);
    // A status that only allows the request to continue is not an answer yet.
    if (status !== 100) answers.push({ status, headers, body: Buffer.from(body, "latin1").toString("utf8") });
    at = next;
  }
  return answers;
}

function bodyFrom(text: string, start: number, status: number, headers: Readonly<Record<string, string>>) {
  if (status < 200 || status === 204 || status === 304) return { body: "", next: start };
  if (headers["transfer-encoding"] === "chunked") return chunksFrom(text, start);
  const length = headers["content-length"];
  // An answer to HEAD tells a length, and nothing or another answer follows.
  const isAbsent = text.slice(start, start + 5) === "" || text.startsWith("HTTP/", start);
  if (length === undefined || isAbsent) return { body: "", next: start };
  return { body: text.slice(start, start + Number(length)), next: start + Number(length) };
}

function chunksFrom(text: string, start: number) {
  let body = "";
  for (let at = start; ; ) {
    const end = text.indexOf("\r\n", at);
    const size = Number.parseInt(text.slice(at, end), 16);
    // A stream that the client has left, or an answer to HEAD.
    if (end < 0 || Number.isNaN(size)) return { body, next: end < 0 ? text.length : start };
    body += text.slice(end + 2, end + 2 + size);
    at = end + 2 + size + 2;
    if (size === 0) return { body, next: at };
  }
}
