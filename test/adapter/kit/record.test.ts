import { describe, expect, it } from "vitest";
import { recordReader } from "../../../src/adapter/kit/record.ts";

const text = (sent: unknown): string | null => (typeof sent === "string" ? sent : null);
const count = (sent: unknown): number => (typeof sent === "number" ? sent : 0);

describe("records that are read by a table of their members", () => {
  const reader = recordReader({ name: text, seats: count });

  it("have every member of the table and no other, whatever was sent", () => {
    expect(reader.parse({ seats: 3, name: "Desk", colour: "red" })).toEqual({ name: "Desk", seats: 3 });
    expect(reader.parse({ name: 7 })).toEqual({ name: null, seats: 0 });
    expect(reader.parse({})).toEqual({ name: null, seats: 0 });
  });

  it("do not share what was read", () => {
    const [first, second] = [reader.parse({ name: "Desk" }), reader.parse({ name: "Room" })];
    expect([first.name, second.name]).toEqual(["Desk", "Room"]);
  });

  it("may be gathered from other places", () => {
    const pairs = recordReader({ name: text, seats: count }, ([seats, name]: readonly unknown[], found) => {
      Object.assign(found, { seats, name });
    });
    expect(pairs.parse([4, "Room"])).toEqual({ name: "Room", seats: 4 });
  });

  it("fail when a member cannot be read", () => {
    const strict = recordReader({
      id: (sent) => {
        if (typeof sent !== "string") throw new TypeError("an id was expected");
        return sent;
      },
    });
    expect(() => strict.parse({})).toThrow(TypeError);
  });
});
