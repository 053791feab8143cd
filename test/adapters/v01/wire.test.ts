import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendarDate, customerRow, instant, planRow, rowsOf, taxRow, transactionRow } from "../../../src/adapters/v01/wire.ts";

const records = { customerRow, transactionRow, planRow, taxRow };
const amounts = ["balance", "amount", "taxAmount", "value", "accountId"];
const flags = ["isActive"];

describe("records of the v01 backend", () => {
  it("are read alike with numbers and with their text (contract 2.5)", () => {
    const sent = { id: 905, type: "RI", amount: 5400, balance: 5400, taxAmount: 400, customerId: 10021, note: "June membership" };
    const asText = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)]));
    const { raw: _numbers, ...fromNumbers } = transactionRow.parse(sent);
    const { raw: _texts, ...fromTexts } = transactionRow.parse(asText);
    expect(fromNumbers).toEqual(fromTexts);
    expect(fromNumbers).toMatchObject({ id: "905", amount: 5400n, taxAmount: 400n, customerId: "10021" });
  });

  it("keep 64-bit ids exact", () => {
    expect(customerRow.parse({ id: "9223372036854775807" }).id).toBe("9223372036854775807");
  });

  it.each([{}, { id: null }, { id: "" }, { id: "x" }, { id: 1.5 }, { id: -1 }, "text", null, 7])(
    "are not understood: %j",
    (sent) => {
      expect(() => customerRow.parse(sent)).toThrow();
    },
  );

  it.each(["true", "TRUE", true])("are read with the boolean %j", (sent) => {
    expect(taxRow.parse({ id: 1, isActive: sent }).isActive).toBe(true);
  });

  it("have no secrets and payment data in `raw`, at any depth", () => {
    const sent = {
      id: 1,
      accountId: 2001,
      accountNumber: "4111",
      note: "x",
      driverLicenseNumber: "D1",
      processingInfo: {
        holderName: "A",
        token: "t",
        city: "Bern",
        cards: [{ csc: "123" }],
        history: [{ accountAccessory: "1", id: 5 }],
      },
    };
    const kept = { id: 1, accountId: 2001, note: "x", processingInfo: { city: "Bern", history: [{ id: 5 }] } };
    expect(transactionRow.parse(sent).raw).toEqual(kept);
  });

  it.each(Object.entries(records))("%s accepts any mixture of values, and invents none", (_name, schema) => {
    const names = Object.keys(schema.parse({ id: 1 })).filter((name) => name !== "id" && name !== "raw");
    const sent = fc.record(
      Object.fromEntries(
        names.map((name) => [
          name,
          fc.oneof(
            fc.string(),
            fc.integer(),
            fc.double(),
            fc.boolean(),
            fc.constant(null),
            fc.object(),
            fc.integer().map(String),
          ),
        ]),
      ),
      { requiredKeys: [] },
    );
    const extra = fc.dictionary(
      fc.string().filter((name) => name !== "id" && !names.includes(name)),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(sent, extra, fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), (fields, further, id) => {
        const record = Object.entries(schema.parse({ ...further, ...fields, id: String(id) }));
        for (const [name, value] of record) {
          if (name === "raw" || name === "id" || value === null) continue;
          const origin = (fields as Record<string, unknown>)[name];
          if (flags.includes(name)) expect(value ? ["true", "1"] : ["false", "0"]).toContain(String(origin).trim().toLowerCase());
          else if (amounts.includes(name)) expect(BigInt(String(origin))).toBe(value);
          else expect(String(origin).trim().toUpperCase()).toBe(String(value).toUpperCase());
        }
      }),
    );
  });
});

describe("lists of the v01 backend", () => {
  const row = { id: 1 };
  it.each([
    ["a bare array", [row], [row], "list"],
    ["an object with the plural key", { customers: [row] }, [row], "list"],
    ["the same with a warning", { failureCode: "W01", failureMessage: "remark", customers: [row] }, [row], "list"],
    ["a lone object", row, [row], "one"],
    ["a lone object with a list of its own", { id: 1, options: [] }, [{ id: 1, options: [] }], "one"],
    ["an empty object", {}, [], "none"],
    ["an empty body", undefined, [], "none"],
    ["a warning by itself", { failureCode: "W01", failureMessage: "remark" }, [], "none"],
    ["an empty plural", { customers: [] }, [], "list"],
    ["an empty element", { taxRates: "" }, [], "list"],
  ])("can be %s", (_shape, json, rows, shape) => {
    expect(rowsOf(json)).toEqual({ rows, shape });
  });

  it.each([["text"], [7], [{ total: 3 }], [{ one: [row], two: [row] }]])("cannot be %j", (json) => {
    expect(() => rowsOf(json)).toThrow();
  });
});

describe("dates without zone (contract 2.6)", () => {
  it.each([
    ["2024-05-20 14:03:11", "2024-05-20", "2024-05-20T14:03:11Z"],
    ["2024-05-20T14:03:11", "2024-05-20", "2024-05-20T14:03:11Z"],
    ["2024-05-20", "2024-05-20", "2024-05-20T00:00:00Z"],
    ["2024-05-20 25:00:00", "2024-05-20", null],
    ["2024-02-30", null, null],
    ["0000-00-00", null, null],
    ["20.05.2024", null, null],
    ["", null, null],
    [null, null, null],
  ])("%j", (sent, date, at) => {
    expect(calendarDate(sent)).toBe(date);
    expect(instant(sent, "UTC")).toBe(at);
  });
});
