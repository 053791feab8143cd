import { describe, expect, it } from "vitest";
import { createLogger, logRequest, logStep } from "../../src/server/telemetry/log.ts";
import { codeSpans } from "../support/markdown.ts";
import { sourceFiles } from "../support/source-imports.ts";
import { pages, readPage } from "./pages.ts";

/** Log lines that the pages quote, `"msg":"…"`, are compared with the calls of the logger in the sources. */

interface LogCall {
  /** Null where the level is chosen at run time. */
  readonly level: string | null;
  readonly message: string;
}

const quotedIn = (text: string): readonly string[] =>
  codeSpans(text).flatMap((code) => /^"msg":"([^"]+)"$/.exec(code)?.[1] ?? []);

const quoted = pages.flatMap((page) => quotedIn(readPage(page)).map((message) => ({ page, message })));
const calls = sourceFiles.flatMap((file) => logCalls(readPage(file)));

it("finds the calls of the logger", () => {
  expect(calls).toContainEqual({ level: "error", message: "the store failed" });
  expect(calls).toContainEqual({ level: null, message: "request" });
  expect(quoted.length).toBeGreaterThan(8);
});

it.each(quoted)("$page quotes a line that is logged: $message", ({ message }) => {
  expect(calls.map((call) => call.message)).toContain(message);
});

it.each(pages)("%s quotes log lines in this form only", (page) => {
  const messages = calls.map(({ message }) => message).filter((message) => message.includes(" "));
  const spans = codeSpans(readPage(page)).filter((code) => !quoted.some(({ message }) => code === `"msg":"${message}"`));
  expect(spans.filter((code) => /^"[a-z][^":]* [^":]*"$/.test(code) || messages.some((each) => code.includes(each)))).toEqual([]);
});

describe("the list of lines in docs/metrics.md", () => {
  const [, section = ""] = readPage("docs/metrics.md").split("\n## The log\n");
  const items = (section.split("\n## ")[0] ?? "").split(/\n(?=- )/).slice(1);

  it.each(
    items.flatMap((item) =>
      quotedIn(item)
        .slice(0, 1)
        .map((message) => ({ message, item })),
    ),
  )("gives the level of $message", ({ message, item }) => {
    const levels = calls.filter((call) => call.message === message).map(({ level }) => level);
    const told = codeSpans(item).filter((code) => ["debug", "info", "warn", "error"].includes(code));
    for (const level of levels) if (level !== null) expect(told).toEqual([level]);
    expect(told).not.toEqual([]);
  });

  it("names every member of a request's line", () => {
    const operation = { name: "Customers", kind: "query" };
    const sum = { calls: 1, milliseconds: 1, failures: new Set(["TIMEOUT"]) };
    const state = {
      id: "1",
      route: "/graphql",
      client: { name: "shop", version: "1" },
      caller: { name: "shop" },
      operation,
      backends: new Map([["pbx", sum]]),
      errorCodes: new Set(["TIMEOUT"]),
    } as unknown as Parameters<typeof logRequest>[1];
    const line = logged((logger) => logRequest(logger, state, { status: 200, milliseconds: 1, aborted: true }));
    expect(codeSpans(itemOn("request"))).toEqual(expect.arrayContaining(line));
  });

  it("names every member of a step's line", () => {
    const step = { position: 0, action: "charges.create", backend: "pbx", status: "FAILED", attempts: 1 };
    const times = { startedAt: "2026-11-21T09:30:00.000Z", finishedAt: "2026-11-21T09:30:01.000Z" };
    const line = logged((logger) =>
      logStep(logger, { id: "1", mutation: "createCharge" }, { ...step, ...times, errors: [{ code: "CONFLICT" }] }),
    );
    expect(codeSpans(itemOn("step"))).toEqual(expect.arrayContaining(line));
  });

  const itemOn = (message: string): string => items.find((item) => quotedIn(item).includes(message)) ?? "";
});

/** The members of a line, without those that every line has. */
function logged(log: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  log(createLogger("debug", { write: (line) => lines.push(line) }));
  return Object.keys(JSON.parse(lines.join(""))).filter((key) => !["level", "time", "pid", "hostname", "msg"].includes(key));
}

/** The calls of a logger in a source whose last argument is a text. */
function logCalls(source: string): readonly LogCall[] {
  return Array.from(source.matchAll(/\blogger(?:\.(\w+)|\[[^\]]+\])\(/g), ({ 0: start, 1: level = null, index }) => {
    const message = /"([^"\n]+)",?\s*$/.exec(argumentsFrom(source, index + start.length))?.[1];
    return message === undefined ? [] : [{ level, message }];
  }).flat();
}

/** The text from behind an opening parenthesis up to its closing one. */
function argumentsFrom(source: string, from: number): string {
  let depth = 1;
  let at = from;
  for (; at < source.length && depth > 0; at++) depth += source[at] === "(" ? 1 : source[at] === ")" ? -1 : 0;
  return source.slice(from, at - 1);
}
