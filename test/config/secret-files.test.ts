import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { backends, parse, problemsOf } from "./fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "gateway-secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const withPassword = (password: string) => ({ backends: { pbx: { ...backends.pbx, password } } });
const passwordOf = (password: string) => parse(withPassword(password)).backends["pbx"]?.password;

describe("secrets from files", () => {
  it.each([
    ["plain", "s3cret", "s3cret"],
    ["a line", "s3cret\n", "s3cret"],
    ["a line of Windows", "s3cret\r\n", "s3cret"],
    ["spaces", " s3cret ", " s3cret "],
    ["what looks like a variable", `\${HOME} $& $$`, `\${HOME} $& $$`],
    ["a byte order mark", "\ufeffs3cret", "s3cret"],
  ])("are their content, without the line break at its end: %s", (name, content, expected) => {
    expect(passwordOf(`\${file:${fileWith(name, content)}}`)).toBe(expected);
  });

  it("may have several lines where a certificate has: only the last line break is left out", () => {
    const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const ca = `\${file:${fileWith("pem", `${pem}\n`)}}`;
    expect(parse({ backends: { pbx: { ...backends.pbx, tls: { ca } } } }).backends["pbx"]).toMatchObject({ tls: { ca: pem } });
  });

  const strayed = "must not have control characters, such as a line break at its end, nor letters that were lost";
  it.each([
    ["several line breaks at the end", "canary\n\n", strayed],
    ["a NUL", "can\0ary", strayed],
    ["letters of Latin-1", Buffer.from("can\xe9ary", "latin1"), "is not UTF-8"],
    ["UTF-16", Buffer.from("\ufeffcanary", "utf16le"), "is not UTF-8"],
  ])("are refused as a password with %s, and not repeated", (name, content, problem) => {
    const found = problemsOf(() => passwordOf(`\${file:${fileWith(name, content)}}`));
    expect(found).toEqual({ "backends.pbx.password": expect.stringMatching(new RegExp(`${problem}$`)) });
  });

  it("are refused as a password in a variable with a line break at its end", () => {
    const environment = { PASSWORD: "canary\n" };
    const found = problemsOf(() => parse(withPassword(`\${PASSWORD}`), environment));
    expect(found).toEqual({ "backends.pbx.password": strayed });
  });

  it("work inside longer texts, and become numbers if the schema wants numbers", () => {
    const password = fileWith("store", "p%40ss\n");
    const port = fileWith("port", "4321\n");
    const document = {
      store: { url: `postgres://gateway:\${file:${password}}@db/billing` },
      server: { port: `\${file:${port}}` },
    };
    const configuration = parse({ ...document, backends });
    expect(configuration.store.url).toBe("postgres://gateway:p%40ss@db/billing");
    expect(configuration.server.port).toBe(4321);
  });

  it("are read anew each time", () => {
    const file = fileWith("changing", "before");
    expect(passwordOf(`\${file:${file}}`)).toBe("before");
    writeFileSync(file, "after");
    expect(passwordOf(`\${file:${file}}`)).toBe("after");
  });

  it("are all named at once if they cannot be read", () => {
    const empty = fileWith("empty", "\n");
    const huge = fileWith("huge", "x".repeat(65_537));
    const documents = { a: join(folder, "missing"), b: folder, c: empty, d: huge };
    const sections = Object.entries(documents).map(([key, file]) => [key, { ...backends.pbx, password: `\${file:${file}}` }]);
    expect(problemsOf(() => parse({ backends: Object.fromEntries(sections) }))).toEqual({
      "backends.a.password": `the file ${documents.a} cannot be read (ENOENT)`,
      "backends.b.password": `the file ${folder} cannot be read (EISDIR)`,
      "backends.c.password": "must not be empty",
      "backends.d.password": `the file ${huge} is too long for a secret`,
    });
  });

  it("need absolute paths; a secret in the place of a path is not repeated", () => {
    const problems = problemsOf(() => parse(withPassword(`\${file:canary-7f3a}`)));
    expect(problems).toEqual({ "backends.pbx.password": "names a file (file:…) whose path is not absolute" });
  });
});

describe("the file that BILLING_GATEWAY_ENVIRONMENT_FILE names", () => {
  it("adds variables, and overrides the environment", () => {
    const file = fileWith("variables.env", "# secrets\nPASSWORD='from the file'\nexport PORT=4321\n");
    const environment = { BILLING_GATEWAY_ENVIRONMENT_FILE: file, PASSWORD: "from the process", KEPT: "info" };
    const document = { ...withPassword(`\${PASSWORD}`), server: { port: `\${PORT}` }, telemetry: { logLevel: `\${KEPT}` } };
    const configuration = parse(document, environment);
    expect(configuration.backends["pbx"]?.password).toBe("from the file");
    expect(configuration).toMatchObject({ server: { port: 4321 }, telemetry: { logLevel: "info" } });
  });

  it("may begin with a byte order mark, as editors of Windows write it", () => {
    const file = fileWith("marked.env", "\ufeffPASSWORD=marked\r\n");
    const environment = { BILLING_GATEWAY_ENVIRONMENT_FILE: file };
    expect(parse(withPassword(`\${PASSWORD}`), environment).backends["pbx"]?.password).toBe("marked");
  });

  it("must exist if it is named", () => {
    const file = join(folder, "missing.env");
    expect(problemsOf(() => parse({ backends }, { BILLING_GATEWAY_ENVIRONMENT_FILE: file }))).toEqual({
      BILLING_GATEWAY_ENVIRONMENT_FILE: `the file ${file} cannot be read (ENOENT)`,
    });
  });
});
