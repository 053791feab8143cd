import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGatewayClient, ViewerDocument } from "../../src/client/index.ts";
import { keyOf } from "../../src/mutations/idempotency.ts";

const key = (input: string | null, header: string | null = null): string | undefined => keyOf(input, header)?.key;
/** A header as Node gives it: one character for each byte. */
const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
const quoted = (text: string): string => bytes(`"${text.replace(/["\\]/g, "\\$&")}"`);

/** Text that may be a key, with decomposed letters, quotes, and white space inside and around. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', "\\", " ", "\t", "\u00a0", "e\u0301", "ä", "漢", "🏃", "q"),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 20,
});
const usable = text.filter((each) => {
  try {
    return keyOf(each, null) !== null;
  } catch {
    return false;
  }
});
const spaces = fc.string({ unit: fc.constantFrom(" ", "\t", "\n", "\u00a0", "\u3000", "\ufeff"), maxLength: 3 });

describe("an idempotency key", () => {
  it("is null when none is given", () => expect(keyOf(null, null)).toBeNull());

  it("is one key in both Unicode forms and with any white space around it", () => {
    fc.assert(
      fc.property(usable, spaces, spaces, fc.constantFrom("NFC", "NFD"), (plain, before, after, form) => {
        expect(key(`${before}${plain.normalize(form)}${after}`)).toBe(key(plain));
      }),
    );
  });

  it("is stable: its comparable form is a key with the same form", () => {
    fc.assert(
      fc.property(usable, (plain) => {
        expect(key(key(plain) as string)).toBe(key(plain));
      }),
    );
  });

  it("is the same key in a header, plain or as a quoted string", () => {
    fc.assert(
      fc.property(usable, (plain) => {
        expect(key(null, quoted(plain))).toBe(key(plain));
        expect(key(plain, quoted(plain))).toBe(key(plain));
        if (!plain.trim().startsWith('"')) expect(key(null, bytes(plain))).toBe(key(plain));
      }),
    );
  });

  it("differs in any other case", () => {
    fc.assert(
      fc.property(usable, usable, (one, other) => {
        fc.pre(one.normalize("NFC").trim() !== other.normalize("NFC").trim());
        expect(key(one)).not.toBe(key(other));
        expect(key(null, quoted(one))).not.toBe(key(null, quoted(other)));
        expect(() => keyOf(one, quoted(other))).toThrow(/differs from the Idempotency-Key header/);
      }),
    );
  });

  it.each([
    ["q1", "q1"],
    ['"q1"', "q1"],
    ['  "q1" ', "q1"],
    ['" q1 "', "q1"],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ["it's", "it's"],
    ['a"b', 'a"b'],
    // Latin-1, not UTF-8.
    ["caf\u00e9", "café"],
    [bytes("cafe\u0301"), "café"],
  ])("in the header %j is %j", (header, expected) => expect(key(null, header)).toBe(expected));

  it("keeps quotes of the input: only a header has the quoted form", () => expect(key('"q1"')).toBe('"q1"'));

  it.each(["", " ", "\u00a0\u3000", "\n", "\u200b", "a\u0000b", "a\nb", "\ud800", "x".repeat(201), "\u0958".repeat(101)])(
    "is refused in the input when it is blank, too long or not printable: %j",
    (blank) => {
      expect(() => keyOf(blank, null)).toThrow(
        expect.objectContaining({ code: "INVALID_INPUT", field: ["input", "idempotencyKey"] }),
      );
    },
  );

  it.each(["", " ", '""', '" "', '"', '"q1', '"q1"x', '"q1", "q2"', '"q1";v=1', '"a"b"', '"a\\b"', `"${"x".repeat(201)}"`])(
    "is refused in the header when it is blank, too long or no whole string: %j",
    (header) => {
      expect(() => keyOf(null, header)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: ["Idempotency-Key"] }));
      expect(() => keyOf("q1", header)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    },
  );

  it("has its length measured in the comparable form", () => {
    expect(key(` ${"x".repeat(200)} `)).toHaveLength(200);
    expect(key("e\u0301".repeat(200))).toBe("é".repeat(200));
    expect([...(key("🏃".repeat(200)) ?? "")]).toHaveLength(200);
  });

  it("arrives unchanged from the client", async () => {
    let header: string | null = null;
    const client = createGatewayClient({
      url: "http://gateway.test/graphql",
      fetch: async (_url, init) => {
        header = new Headers(init?.headers).get("idempotency-key");
        return Response.json({ data: {} });
      },
    });
    await fc.assert(
      fc.asyncProperty(usable, async (plain) => {
        await client.request(ViewerDocument, {}, { idempotencyKey: plain });
        expect(key(null, header)).toBe(key(plain));
      }),
    );
  });
});
