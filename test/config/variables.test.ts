import { describe, expect, it } from "vitest";
import { backends, parse, problemsOf, type Variables } from "./fixture.ts";

describe("variables", () => {
  const withPassword = (password: string) => ({ backends: { pbx: { ...backends.pbx, password } } });
  const passwordOf = (password: string, environment: Variables) =>
    parse(withPassword(password), environment).backends["pbx"]?.password;

  it.each([
    [`\${X}`, { X: "abc" }, "abc"],
    [`\${X}`, { X: "12345" }, "12345"],
    [`\${X}`, { X: "0x1F" }, "0x1F"],
    [`\${X}`, { X: "true" }, "true"],
    [`\${X}`, { X: "null" }, "null"],
    [`\${X}`, { X: `\${Y}` }, `\${Y}`],
    [`\${X}`, { X: "$&" }, "$&"],
    [`a\${X}-\${Y}z`, { X: "1", Y: "2" }, "a1-2z"],
    [`\${X:-fallback}`, {}, "fallback"],
    [`\${X:-fallback}`, { X: "" }, "fallback"],
    [`\${X:-fallback}`, { X: "given" }, "given"],
    [`$\${X}`, { X: "abc" }, `\${X}`],
    ["pa$$ $X {X}", { X: "abc" }, "pa$$ $X {X}"],
  ])("%s with %j is the text %s", (text, environment, expected) => {
    expect(passwordOf(text, environment as Variables)).toBe(expected);
  });

  it("become numbers, booleans and literals where the schema wants them", () => {
    const document = {
      server: { port: `\${PORT:-4000}`, debug: `\${DEBUG}`, graphiql: `\${GRAPHIQL:-false}` },
      limits: { maxPageSize: `\${SIZE}` },
      operations: { reconcileSeconds: [1, `\${PAUSE}`] },
      backends: { pbx: { ...backends.pbx, password: `\${SIZE}`, retries: `\${RETRIES}`, circuit: { failures: `\${SIZE}` } } },
    };
    const configuration = parse(document, { DEBUG: "true", SIZE: "50", PAUSE: "2.5", RETRIES: "0" });
    expect(configuration.server).toMatchObject({ port: 4000, debug: true, graphiql: false });
    expect(configuration.limits.maxPageSize).toBe(50);
    expect(configuration.operations.reconcileSeconds).toEqual([1, 2.5]);
    expect(configuration.backends["pbx"]).toMatchObject({
      password: "50",
      retries: 0,
      circuit: { failures: 50, openMs: 15_000 },
    });
  });

  it("stay text inside a longer text, and so does a quoted number", () => {
    expect(problemsOf(() => parse({ server: { port: `4\${X}` }, limits: { maxPageSize: "5" }, backends }, { X: "000" }))).toEqual(
      {
        "server.port": "must be a number",
        "limits.maxPageSize": "must be a number",
      },
    );
  });

  it.each([["abc"], ["4000.5"], [""], ["[1]"], ["70000"], ["'"]])("that hold %j are no port", (PORT) => {
    expect(Object.keys(problemsOf(() => parse({ server: { port: `\${PORT}` }, backends }, { PORT })))).toEqual(["server.port"]);
  });

  it.each([`\${`, `\${}`, `\${a b}`, `\${X:fallback}`, `x\${1}`])("written %s are refused", (text) => {
    expect(problemsOf(() => parse(withPassword(text), { X: "abc" }))["backends.pbx.password"]).toContain(
      "without the name of a variable",
    );
  });

  it("that are not set are reported once, without the schema's errors about the missing value", () => {
    const document = {
      server: { port: `\${PORT}` },
      backends: { pbx: { ...backends.pbx, url: `https://\${HOST}/api`, kind: `\${KIND}` } },
    };
    expect(problemsOf(() => parse(document))).toEqual({
      "server.port": "the variable PORT is not set",
      "backends.pbx.url": "the variable HOST is not set",
      "backends.pbx.kind": "the variable KIND is not set",
    });
  });

  it("that are empty count as missing credentials", () => {
    expect(problemsOf(() => parse(withPassword(`\${X}`), { X: "" }))).toEqual({ "backends.pbx.password": "must not be empty" });
  });
});
