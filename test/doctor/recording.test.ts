import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createShapes, readSettings } from "../../src/doctor/report.ts";
import { kinds, record, serve } from "./patients.ts";

/** A recording (--json) contains no personal data. switches.test.ts says that --sandbox-from reaches the same conclusions from it. */

describe("a recording", () => {
  it.each(kinds)("contains nobody's name, address, reference or password: %s", async (kind) => {
    const { settings, file } = await record({ kind });
    const { running } = await serve({ kind });
    await running.close();
    for (const secret of ["sandbox-", "Ada", "Bakery", "Müller", "Wharf", "AC-10", "London", "+44"]) {
      expect([secret, file.includes(secret)]).toEqual([secret, false]);
    }
    expect([...file.matchAll(/[\w.-]+@[\w.-]+/g)].filter(([address]) => !/^[x0é文.-]+@[x0é文.-]+$/i.test(address))).toEqual([]);
    expect(JSON.stringify(readSettings(settings))).not.toMatch(/127\.0\.0\.1|sandbox|gateway|"api|acme|2001/);
  });
});

describe("shapes", () => {
  const shapes = createShapes(3);

  it("keep what distinguishes forms, and nothing else", () => {
    expect(
      shapes({
        id: 17,
        clientId: "5f0000000000000000000abc",
        name: "Müßig & Söhne",
        email: "ada@bakery.example",
        phone: "+49 30 123",
        amount: "10.05",
        balance: -250,
        dateCreated: "2026-05-11 10:00:00",
        birthDate: "1980-01-02",
        auth_token: "eyJ",
        type: "RI",
        failureMessage: "Client Smith not found",
        active: true,
      }),
    ).toEqual({
      id: 17,
      clientId: "5f0000000000000000000abc",
      name: "Xééxx & Xéxxx",
      email: "xxx@xxxxxx.xxxxxxx",
      phone: "+00 00 000",
      amount: "30.15",
      balance: -750,
      dateCreated: "2026-05-11 10:00:00",
      birthDate: "0000-00-00",
      auth_token: "…",
      type: "RI",
      failureMessage: "Client Xxxxx not found",
      active: true,
    });
  });

  it("keep codes of answers, but not codes that are somebody's reference", () => {
    expect(
      shapes([{ code: "404" }, { failureCode: "V24" }, { code: "SMITH-7" }, { code: "1002" }, { code: 404 }, { code: 1002 }]),
    ).toEqual([{ code: "404" }, { failureCode: "V24" }, { code: "XXXXX-0" }, { code: "0000" }, { code: 404 }, { code: 1001 }]);
  });

  it("keep no value of a custom field", () => {
    expect(
      shapes({
        customFields: [
          { name: "Account", value: "70010" },
          { Name: "A", Value: 70_010 },
        ],
      }),
    ).toEqual({
      customFields: [
        { name: "Xxxxxxx", value: "00000" },
        { Name: "X", Value: "00000" },
      ],
    });
  });

  it("keep no letter and no digit of a text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const { note } = shapes({ note: text }) as { note: string };
        expect(note.replace(/^(Doctor\b|gw-doctor).*$/is, "").replace(/[XxÉé文0…]/gu, "")).not.toMatch(/[\p{L}\p{N}]/u);
        expect([...note].length).toBe([...text].length);
      }),
    );
  });

  it("keep relations between amounts, and their decimals", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.integer({ min: 0, max: 6 }), (digits, places) => {
        const written = String(digits).padStart(places + 1, "0");
        const amount = places === 0 ? written : `${written.slice(0, -places)}.${written.slice(-places)}`;
        const shown = (shapes({ amount }) as { amount: string }).amount;
        expect(BigInt(shown.replace(".", ""))).toBe(digits * 3n);
        expect(shown.split(".")[1]?.length ?? 0).toBe(places);
      }),
    );
  });
});
