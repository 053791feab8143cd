import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readText } from "../../src/connections/answers.ts";
import { anyText } from "../support/texts.ts";
import { failureOf, html, json, open, read, serve, write } from "./backend-server.ts";
import { charsets, encodeJson, lettersOf } from "./encodings.ts";

const bytes = (...values: readonly number[]): Buffer => Buffer.from(values);
const textOf = (body: Buffer, contentType?: string, charset?: string): string => readText(body, contentType, { charset }).text;

/** Charset names as headers have them. */
const headerOf = (charset: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom("application/json", "text/plain", "APPLICATION/JSON; v=2", "text/html"),
      fc.constantFrom("; charset=", ";charset=", " ; Charset = ", ";CHARSET="),
      fc.constantFrom("", '"', "'"),
      fc.constantFrom(charset, charset.toUpperCase()),
      fc.constantFrom("", "; q=1", ";charset=utf-8"),
    )
    .map(([type, name, quote, value, rest]) => `${type}${name}${quote}${value}${quote}${rest}`);

describe("a text", () => {
  it.each(charsets)("is read as it was written in %s, by the answer's declaration or by the setting", (charset) => {
    const letters = fc.string({ unit: fc.constantFrom(...lettersOf(charset)), maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(letters, anyText({ maxLength: 40 })), headerOf(charset), (text, header) => {
        const body = encodeJson(JSON.stringify([text]), charset);
        expect(JSON.parse(textOf(body, header))).toEqual([text]);
        expect(JSON.parse(textOf(body, "application/json; charset=koi8-r", charset))).toEqual([text]);
      }),
    );
  });

  it("is UTF-8 by default", () => {
    for (const type of [undefined, "", "application/json", "application/json; charset=", "application/json; charset"]) {
      expect(textOf(Buffer.from("Müßig €"), type)).toBe("Müßig €");
    }
  });

  it("is valid in any charset if it is empty", () => {
    for (const charset of ["utf-8", "utf-16", "x-nobodys"]) {
      expect(textOf(Buffer.alloc(0), `application/json; charset=${charset}`)).toBe("");
    }
  });

  it("is read by its byte order mark first of all", () => {
    for (const charset of ["utf-8", "utf-16le", "utf-16be"]) {
      const marked = encodeJson("\ufeffMüßig", charset);
      expect(textOf(marked, "application/json; charset=iso-8859-1", "windows-1251")).toBe("Müßig");
    }
  });

  it("declared as ISO-8859-1 has the quotes and the euro of windows-1252", () => {
    expect(textOf(bytes(0x80, 0x93, 0xfc, 0x94), "text/plain; charset=ISO-8859-1")).toBe("€“ü”");
  });
});

describe("bytes", () => {
  it("never become U+FFFD", () => {
    const body = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(body, fc.constantFrom(...charsets, "iso-2022-jp", "utf-32", "x-nobodys", "7"), (raw, charset) => {
        const decoded = attempt(() => textOf(raw, `application/json; charset=${charset}`));
        const lost = decoded === null ? 0 : decoded.split("\ufffd").length - 1;
        // Three charsets contain U+FFFD itself, so it may be in the bytes.
        const own = /^(utf-|gb18030)/.test(charset)
          ? raw.toString("latin1").match(/ï¿½|\xff\xfd|\xfd\xff|\x84\x31\xa4\x37/g)
          : null;
        expect(lost).toBeLessThanOrEqual(own?.length ?? 0);
      }),
      { numRuns: 3000 },
    );
  });

  it("that are not valid in their charset are refused", () => {
    for (const [body, type] of [
      [bytes(0x4d, 0xfc), undefined],
      [bytes(0xc3), "application/json"],
      [bytes(0xed, 0xa0, 0x80), "application/json; charset=utf-8"],
      [bytes(0xc0, 0xaf), "application/json; charset=utf-8"],
      [bytes(0x81, 0x20), "application/json; charset=shift_jis"],
      [bytes(0x41), "application/json; charset=utf-16le"],
      [bytes(0x00, 0xd8, 0x41, 0x00), "application/json; charset=utf-16le"],
      [bytes(0x41), "application/json; charset=utf-32"],
      [bytes(0x41), "application/json; charset=x-nobodys"],
      [bytes(0x41), "application/json; charset=hz-gb-2312"],
    ] as const) {
      expect(() => textOf(body, type), `${body.toString("hex")} ${type}`).toThrow(/^the bytes are no text in /);
    }
  });
});

describe("an answer that is no text in its charset", () => {
  const latin = (status: number, type: string) => async (_request: unknown, response: import("node:http").ServerResponse) => {
    response.writeHead(status, { "content-type": type }).end(Buffer.from('[{"name":"Müßig"}]', "latin1"));
  };

  it("is BAD_RESPONSE, and never opens the circuit", async () => {
    const server = await serve(latin(200, "application/json"), ...Array(9).fill(latin(200, "application/json")), json([1]));
    const connection = open(server.url, { circuit: { failures: 2, openMs: 60_000 } });
    for (let times = 0; times < 10; times += 1) {
      const { error } = await failureOf(connection, read);
      expect(error).toMatchObject({
        code: "BAD_RESPONSE",
        message: "pbx gave an answer that is not valid text in utf-8: check its setting charset.",
      });
    }
    expect(connection.health()).toMatchObject({ status: "DEGRADED", circuit: "CLOSED" });
    expect(await connection.call(read, {})).toEqual([1]);
  });

  it("leaves the outcome of a write unknown", async () => {
    const server = await serve(latin(200, "application/json"), latin(400, "application/json"));
    const connection = open(server.url);
    for (let times = 0; times < 2; times += 1) {
      expect((await failureOf(connection, write)).error).toMatchObject({ code: "OUTCOME_UNKNOWN", retryable: false });
    }
  });

  it("is read by the setting", async () => {
    const server = await serve(latin(200, "application/json"));
    expect(await open(server.url, { charset: "iso-8859-1" }).call(read, {})).toEqual([{ name: "Müßig" }]);
  });

  it.each([
    [502, "UNAVAILABLE"],
    [429, "RATE_LIMITED"],
  ])("is judged by its status if it is a page of a server in front: %i", async (status, code) => {
    const server = await serve(latin(status, "text/html; charset=utf-8"));
    expect((await failureOf(open(server.url), read)).error).toMatchObject({ code, backendCode: String(status) });
  });

  it("repeats the declared charset only if it looks like a name", async () => {
    const declared = async (charset: string): Promise<string> => {
      const server = await serve(json([], 200, { "content-type": `application/json; charset="${charset}"` }));
      return (await failureOf(open(server.url), read)).error.message;
    };
    expect(await declared("x-ours")).toContain("not valid text in x-ours:");
    expect(await declared("pass word & more")).toContain("not valid text in what it declares:");
  });
});

describe("an answer that is not understood", () => {
  it.each([{ odd: true }, "text", 7, null])("does not open the circuit: %j", async (answer) => {
    const refuse = {
      ...read,
      decode: () => {
        throw new TypeError("not a list");
      },
    };
    const server = await serve(json(answer));
    const connection = open(server.url, { circuit: { failures: 2, openMs: 60_000 } });
    for (let times = 0; times < 6; times += 1) {
      expect((await failureOf(connection, refuse)).error).toMatchObject({ code: "BAD_RESPONSE", message: /not understood/ });
      expect((await failureOf(connection, { ...write, decode: refuse.decode })).error.code).toBe("OUTCOME_UNKNOWN");
    }
    expect(connection.health()).toMatchObject({ status: "DEGRADED", circuit: "CLOSED", message: expect.any(String) });
    expect(await connection.call({ ...read, decode: () => [] }, {})).toEqual([]);
    expect(server.requests).toHaveLength(13);
  });

  it("opens the circuit if it is a page", async () => {
    const server = await serve(html(200));
    const connection = open(server.url, { circuit: { failures: 2, openMs: 60_000 } });
    for (let times = 0; times < 2; times += 1) expect((await failureOf(connection, read)).error.code).toBe("BAD_RESPONSE");
    expect(connection.health()).toMatchObject({ status: "DOWN", circuit: "OPEN" });
  });
});

function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
