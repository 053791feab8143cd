import { describe, expect, it } from "vitest";
import { keepRows, oncePerRow } from "../../../src/adapter/kit/reading.ts";

describe("the value made from a row", () => {
  const made = oncePerRow((row: object, currency: string) => ({ row, currency }));

  it("is made each time for rows of an answer that came once", () => {
    const row = { id: 1 };
    expect(made(row, "EUR")).toEqual(made(row, "EUR"));
    expect(made(row, "EUR")).not.toBe(made(row, "EUR"));
  });

  it.each([
    (row: object) => [row],
    (row: object) => ({ items: [row] }),
    (row: object) => ({ data: { customers: [row] } }),
    (row: object) => row,
  ])("is made once for a row of an answer that came again, wherever the row is", (answer) => {
    const row = { id: 1 };
    keepRows(answer(row));
    expect(made(row, "EUR")).toBe(made(row, "EUR"));
  });

  it("is made again if it also depends on something else", () => {
    const row = { id: 1 };
    keepRows([row]);
    expect(made(row, "EUR")).toMatchObject({ currency: "EUR" });
    expect(made(row, "USD")).toMatchObject({ currency: "USD" });
    expect(made(row, "EUR")).toMatchObject({ currency: "EUR" });
  });

  it("may itself be the source of such a value", () => {
    const row = { id: 1 };
    const named = oncePerRow((record: { currency: string }) => ({ name: record.currency }));
    keepRows([row]);
    expect(named(made(row, "EUR"))).toBe(named(made(row, "EUR")));
  });
});
