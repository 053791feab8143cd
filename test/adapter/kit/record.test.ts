import { describe, expect, it } from "vitest";
import { isNothing, notUnderstoodIn, recordReader } from "../../../src/adapter/kit/reading.ts";

const text = (sent: unknown): string | null => (typeof sent === "string" ? sent : null);
const count = (sent: unknown): number => (typeof sent === "number" ? sent : 0);

describe("records read by a table of members", () => {
  const reader = recordReader({ name: text, seats: count });

  it("have every member of the table and no other, whatever was sent", () => {
    expect(reader.parse({ seats: 3, name: "Desk", colour: "red" })).toEqual({ name: "Desk", seats: 3 });
    expect(reader.parse({ name: 7 })).toMatchObject({ name: null, seats: 0 });
    expect(reader.parse({})).toEqual({ name: null, seats: 0 });
  });

  it("do not share decoded values", () => {
    const [first, second] = [reader.parse({ name: "Desk" }), reader.parse({ name: "Room" })];
    expect([first.name, second.name]).toEqual(["Desk", "Room"]);
  });

  it("may be collected from other places", () => {
    const pairs = recordReader({ name: text, seats: count }, ([seats, name]: readonly unknown[], found) => {
      Object.assign(found, { seats, name });
    });
    expect(pairs.parse([4, "Room"])).toEqual({ name: "Room", seats: 4 });
  });

  it("report members that are there but not understood, including those of nested records", () => {
    const room = recordReader({ name: text });
    const nested = (sent: unknown) => (typeof sent === "object" && sent !== null ? room.parse(sent as object as never) : null);
    const list = (sent: unknown) => (Array.isArray(sent) ? sent.filter((item) => typeof item === "object").map(nested) : []);
    const deep = recordReader({ name: text, room: nested, rooms: list });
    const strangeIn = (row: object) => notUnderstoodIn(deep.parse(row as never)).notUnderstood;
    expect(strangeIn({ name: "a", room: { name: "b" }, rooms: [{ name: "c" }] })).toBeUndefined();
    for (const nothing of [undefined, null, "", " ", 0, "0", false, [], {}, "0000-00-00 00:00:00"]) {
      expect(isNothing(nothing)).toBe(true);
      if (typeof nothing !== "string") expect(strangeIn({ name: nothing })).toBeUndefined();
    }
    expect(strangeIn({ name: 7, room: "b", rooms: [{ name: "c" }, "d"] })).toEqual(["name", "room", "rooms"]);
    expect(strangeIn({ room: { name: [1] }, rooms: [{ name: "c" }, { name: 5 }] })).toEqual(["room", "rooms"]);
    expect(strangeIn({ room: { called: "b" }, rooms: { name: "c" } })).toEqual(["room", "rooms"]);
    expect(notUnderstoodIn(deep.parse({ name: 7 }), { date: false, day: true, name: false }).notUnderstood).toEqual([
      "name",
      "date",
    ]);
  });

  it("keep that report out of their members, so that comparing and noting work as usual", () => {
    const record = reader.parse({ name: 7 });
    expect(Object.keys(record)).toEqual(["name", "seats"]);
    expect(JSON.parse(JSON.stringify(record))).toEqual({ name: null, seats: 0 });
  });

  it("fail if a member cannot be read", () => {
    const strict = recordReader({
      id: (sent) => {
        if (typeof sent !== "string") throw new TypeError("an id was expected");
        return sent;
      },
    });
    expect(() => strict.parse({})).toThrow(TypeError);
  });
});
