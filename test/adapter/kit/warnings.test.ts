import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asAmount,
  asText,
  asTexts,
  createComparison,
  type WarningContext,
  warningsOf,
} from "../../../src/adapter/kit/comparing.ts";
import { named } from "../../../src/model/errors.ts";

const told: WarningContext = {
  backend: "pbx",
  comparison: createComparison({ name: asText, amount: asAmount("EUR"), address: asTexts, line1: asText, line2: asText }),
  fields: {
    line1: ["address", "lines"],
    line2: ["address", "lines"],
    "address.street1": ["address", "lines"],
    period: ["recurrence", "interval"],
    status: [],
  },
};

describe("warnings", () => {
  it("name missing and differing members, with both texts, and nothing else", () => {
    const sent = { name: "Ada", amount: "12.505", period: "monthly", number: 3, shared: true };
    expect(warningsOf(told, sent, { name: " Ada ", amount: "10", number: null, shared: false })).toEqual([
      {
        code: "STORED_DIFFERENTLY",
        message: `amount: ${named("pbx")} has another value than the one that was sent.`,
        field: ["amount"],
        sent: "12.505",
        stored: "10",
      },
      {
        code: "NOT_STORED",
        message: `recurrence.interval: ${named("pbx")} does not show it.`,
        field: ["recurrence", "interval"],
        sent: "monthly",
        stored: null,
      },
      { code: "NOT_STORED", message: `number: ${named("pbx")} does not show it.`, field: ["number"], sent: "3", stored: null },
      {
        code: "STORED_DIFFERENTLY",
        message: `shared: ${named("pbx")} has another value than the one that was sent.`,
        field: ["shared"],
        sent: "true",
        stored: "false",
      },
    ]);
  });

  it("are one for a member that is stored under several names, with its texts one per line", () => {
    const lines = warningsOf(told, { line1: "1 Elm St", line2: "Flat 2" }, { line1: "1 Elm St", line2: null });
    expect(lines).toMatchObject([{ field: ["address", "lines"], sent: "1 Elm St\nFlat 2", stored: "1 Elm St" }]);
    expect(warningsOf(told, { line1: "1 Elm St", line2: "Flat 2" }, {})).toMatchObject([{ code: "NOT_STORED", stored: null }]);
  });

  it("are about the parts of a record that differ", () => {
    const address = { street1: "1 Elm St", city: "Troy", state: "NY" };
    expect(warningsOf(told, { address }, { address: { street1: "1 Elm St", city: "Rome" } })).toMatchObject([
      { code: "STORED_DIFFERENTLY", field: ["address", "city"], sent: "Troy", stored: "Rome" },
      { code: "NOT_STORED", field: ["address", "state"], sent: "NY", stored: null },
    ]);
    for (const there of [undefined, null, "Troy", 7, []]) {
      expect(warningsOf(told, { address: { city: "Troy" } }, { address: there })).toMatchObject([{ field: ["address", "city"] }]);
    }
  });

  it("have no field for a name that is not a member of an input, but name it", () => {
    expect(warningsOf(told, { status: "ARCHIVED" }, { status: "ACTIVE" })).toMatchObject([
      { field: null, message: `status: ${named("pbx")} has another value than the one that was sent.` },
    ]);
  });

  it("report a cleared member that still has a value", () => {
    expect(warningsOf(told, { name: "" }, { name: "Ada" })).toMatchObject([
      { code: "STORED_DIFFERENTLY", sent: null, stored: "Ada" },
    ]);
    expect(warningsOf(told, { name: "" }, { name: null })).toEqual([]);
  });

  it("never throw, name only sent members, and have no values in their message", () => {
    const record = fc.dictionary(fc.constantFrom("name", "amount", "address", "line1", "period", "x"), fc.jsonValue());
    fc.assert(
      fc.property(record, record, (sent, shown) => {
        const names = new Set(["name", "amount", "address", "line1", "recurrence", "period", "x"]);
        for (const { field, message } of warningsOf(told, sent, shown)) {
          expect(names).toContain(field?.[0]);
          expect(message).toMatch(
            /^[\w.\P{ASCII}\p{ASCII}]*: \u2068pbx\u2069 (does not show it|has another value than the one that was sent)\.$/su,
          );
        }
        expect(
          warningsOf(told, sent, sent).filter(({ field }) => field?.[0] === "name" && typeof sent["name"] === "string"),
        ).toEqual([]);
      }),
    );
  });
});
