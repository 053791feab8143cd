import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCalendar, type DateForm, formatDate } from "../../src/sandbox/hostedsuite/dates.ts";
import { type Printable, parseJsv, printJsv } from "../../src/sandbox/hostedsuite/jsv.ts";
import { authorization, credentials, startV2, startV3 } from "./hostedsuite.ts";

describe("JSV", () => {
  test.each([
    [{ start: "2026-01-01", end: "1/31/2026 23:59" }, '{start:2026-01-01,end:"1/31/2026 23:59"}'],
    [{ flag: true, count: 2, none: null, list: ["a", 'b "c"', ""] }, '{flag:True,count:2,list:[a,"b ""c""",""]}'],
    [{ nested: { line: "a\nb" } }, '{nested:{line:"a\nb"}}'],
  ])("%j prints as %s", (value, text) => {
    expect(printJsv(value)).toBe(text);
    expect(parseJsv(text)).toBeInstanceOf(Map);
  });

  test("any text that is printed is read back", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.array(fc.string()))), (value: Printable[]) => {
        expect(parseJsv(printJsv(value))).toEqual(value);
      }),
    );
  });

  test("quoted and bare values mix", () => {
    expect(parseJsv('{a:[x,"y,z"],b:{c:1/2/2026 10:00}}')).toEqual(
      new Map<string, unknown>([
        ["a", ["x", "y,z"]],
        ["b", new Map([["c", "1/2/2026 10:00"]])],
      ]),
    );
  });

  test.each(["{", "{a", "{a:1", "{a:1}}", '{"a":"1}', "[1", "{:1}", "[".repeat(100), '"a'])("%s is not JSV", (text) => {
    expect(parseJsv(text)).toBeNull();
  });
});

describe("dates", () => {
  const instant = (): Date => new Date("2026-01-31T14:05:09.999Z");
  const utc = createCalendar("UTC", instant);
  const vienna = createCalendar("Europe/Vienna", instant);

  test.each([
    ["2026-01-31", "2026-01-31T00:00:00.000Z"],
    ["2026-01-31 14:05:09", "2026-01-31T14:05:09.000Z"],
    ["2026-01-31T14:05", "2026-01-31T14:05:00.000Z"],
    ["2026-01-31T14:05:09.1230000", "2026-01-31T14:05:09.123Z"],
    ["2026-01-31T14:05:09+02:00", "2026-01-31T12:05:09.000Z"],
    ["1/31/2026", "2026-01-31T00:00:00.000Z"],
    ["1/31/2026 2:05", "2026-01-31T02:05:00.000Z"],
    ["1/31/2026 12:05:09 AM", "2026-01-31T00:05:09.000Z"],
    ["01/31/2026 02:05 pm", "2026-01-31T14:05:00.000Z"],
    ["/Date(1769868309000)/", "2026-01-31T14:05:09.000Z"],
    ["/Date(1769868309000-0500)/", "2026-01-31T14:05:09.000Z"],
    ["0001-01-01", "0001-01-01T00:00:00.000Z"],
  ])("%s is read", (text, expected) => {
    expect(new Date(utc.parse(text)?.time ?? Number.NaN).toISOString()).toBe(expected);
  });

  test.each([
    "",
    "soon",
    "2026-02-29",
    "31/1/2026",
    "2026-01-31 24:00",
    "1/31/2026 13:00 PM",
    "2026-01-31T10",
    "/Date(99999999999999999)/",
    "0000-01-01",
  ])("%j is not a date", (text) => {
    expect(utc.parse(text)).toBeNull();
  });

  test("are the tenant's wall clock in whole seconds", () => {
    expect(formatDate(utc.now(), "plain")).toBe("2026-01-31 14:05:09");
    expect(formatDate(vienna.now(), "plain")).toBe("2026-01-31 15:05:09");
    expect(vienna.parse("2026-07-01T00:00:00Z")).toEqual(utc.parse("2026-07-01 02:00:00"));
    expect(vienna.parse("2026-07-01")).toEqual({ time: Date.UTC(2026, 6, 1), bare: true });
  });

  test.each<[DateForm, string]>([
    ["plain", "2026-01-31 14:05:09"],
    ["iso", "2026-01-31T14:05:09.0000000"],
    ["american", "1/31/2026 2:05:09 PM"],
    ["dotnet", "/Date(1769868309000)/"],
  ])("are written %s as %s and read back", (form, text) => {
    expect(formatDate(utc.now(), form)).toBe(text);
    expect(utc.parse(text)).toEqual({ time: utc.now(), bare: false });
  });
});

describe("whatever is sent", () => {
  const v2 = startV2();
  const v3 = startV3();
  const paths = [
    "clients",
    "clients/save",
    "clients/update",
    "charges",
    "charges/new",
    "charges/all",
    "contacts/new",
    "centers/update",
  ];
  const names = [
    "ClientId",
    "ServiceId",
    "Name",
    "NewName",
    "StartDate",
    "EndDate",
    "DateOfCharge",
    "Quantity",
    "Cost",
    "Address",
    "CustomFields",
    "PhoneNumbers",
    "CategoryIds",
    "__proto__",
    "DateSelector",
    "CallAllowanceType",
  ];
  const someId = [...v2.state.clients.keys()][0] ?? "";
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(someId, "2026-01-01", "{a:1}", "[1,2", -1, 1e308));
  const members = fc.array(fc.tuple(fc.constantFrom(...names), value)).map((entries) => Object.fromEntries(entries));

  test("v2 answers JSON", () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), members, (path, sent) => {
        const body = JSON.stringify({ ...sent, ...credentials });
        const answer = v2.answer({ method: "POST", path: `/api/${path}`, query: "", headers: {}, body });
        expect([200, 400, 500]).toContain(answer.status);
        expect(() => JSON.parse(answer.body)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  test("v3 answers JSON", () => {
    const routes = ["clients", "charges", "services", "taxes", "contracts"];
    const parameters = [
      "page",
      "countPerPage",
      "sortField",
      "sortOrder",
      "query",
      "ids",
      "archived",
      "detailed",
      "fields",
      "dateOfCharge",
      "dateCreated",
      "type",
    ];
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom("{start:2026-01-01}", "id", "name", "dateOfCharge", "true", "-1", "1e9", "Descend"),
    );
    const query = fc
      .array(fc.tuple(fc.constantFrom(...parameters), text))
      .map((entries) => new URLSearchParams(entries).toString());
    fc.assert(
      fc.property(fc.constantFrom(...routes), query, members, (route, sent, body) => {
        const headers = { authorization };
        const listed = v3.answer({ method: "GET", path: `/api/${route}`, query: sent, headers, body: "" });
        expect([listed.status, Array.isArray(JSON.parse(listed.body).items)]).toEqual([200, true]);
        const created = v3.answer({ method: "POST", path: `/api/${route}`, query: "", headers, body: JSON.stringify(body) });
        expect([200, 400, 404, 500]).toContain(created.status);
      }),
      { numRuns: 300 },
    );
  });
});
