import { simulatedLogin } from "../../invented/simulator.ts";
import type { Asked, Given } from "../worlds/serving.ts";
import type { Draw } from "../worlds/world.ts";
import { createBook, type Entry, type Writer } from "./book.ts";

/** The invented kind of test/invented: people, each with lines. */
export function createTallyWriter(draw: Draw, now: () => number): Writer {
  let made = 0;
  const nextId = (): string => {
    made += draw.pick([1, 5]);
    return String(made);
  };
  const book = createBook(nextId, now);
  const login = `Basic ${Buffer.from(`${simulatedLogin.username}:${simulatedLogin.password}`).toString("base64")}`;
  const row = (entry: Entry): object => ({
    id: Number(entry.id),
    person: Number(entry.owner),
    what: entry.values["description"],
    pennies: entry.values["amount"] == null ? null : Math.round(Number(entry.values["amount"]) * 100),
    day: entry.values["date"],
    tone: entry.values["kind"] === "FEE" ? "loud" : "plain",
    mark: entry.mark,
  });
  function answer({ path, headers, method, body }: Asked): Given {
    if (headers.authorization !== login) return { status: 401, json: { wrong: "login" } };
    const [, id = null, inside] = path.split("/");
    if (id === null)
      return { status: 200, json: book.of("customer").map((entry) => ({ id: Number(entry.id), called: entry.values["name"] })) };
    const person = book.find("customer", id);
    if (!person) return { status: 404, json: { wrong: "person" } };
    if (inside === undefined) return { status: 200, json: { id: Number(id), called: person.values["name"] } };
    if (method === "GET") return { status: 200, json: book.of("charge", id).map(row) };
    const { what, pennies, day, tone, mark } = JSON.parse(body);
    const values = {
      description: what,
      amount: (pennies / 100).toFixed(2),
      date: day,
      kind: tone === "loud" ? "FEE" : "ONE_OFF",
    };
    return { status: 201, json: row(book.add("charge", id, values, mark)) };
  }
  return {
    section: { kind: "tallybook", currency: "EUR", ...simulatedLogin },
    book,
    hides: new Set(),
    refusal: () => ({ status: 404, json: { wrong: "person" } }),
    breakdown: () => ({ status: 500, json: { wrong: "everything" } }),
    isWrite: ({ method }) => method !== "GET",
    shows: (entry) => ({ status: 201, json: row(entry) }),
    answer,
  };
}
