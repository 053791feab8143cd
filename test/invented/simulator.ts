import { createConditions } from "../../src/sandbox/conditions.ts";
import { type RunningBackend, serveSimulated } from "../../src/sandbox/server.ts";
import type { SandboxAnswer, SandboxRequest, SimulatedBackend } from "../../src/sandbox/simulated.ts";
import { byHand, columnsOf, Table } from "../../src/sandbox/table.ts";

/** An imaginary billing system: people, each with lines in a book. It speaks JSON over HTTP and keeps everything in memory. */

export interface Person {
  readonly id: number;
  readonly called: string;
}
export interface Line {
  readonly id: number;
  readonly person: number;
  readonly what: string;
  /** Whole pennies. */
  readonly pennies: number;
  readonly day: string;
  readonly tone: "plain" | "loud";
  /** The sender's own reference. */
  readonly mark: string | null;
}

export const simulatedLogin = { username: "clerk", password: "tally-secret" };

/** The system without HTTP; the sandbox's server gives it that, with faults and a log of calls. */
export interface TallyBook extends SimulatedBackend {
  readonly lines: ReadonlyMap<number, Line>;
}

export interface Book {
  readonly people: readonly string[];
  /** How many lines each person has, in their order; others have none. */
  readonly lines: readonly number[];
  readonly login?: { readonly username: string; readonly password: string };
}

export function createTallyBook({ people: names, lines: counts, login = simulatedLogin }: Book): TallyBook {
  const conditions = createConditions(() => new Date());
  const people = names.map((called, index): Person => ({ id: index + 1, called }));
  const lines = new Table<number, Line>(conditions, columnsOf({ text: "what", code: "mark" }));
  const add = (line: Omit<Line, "id">): Line => {
    const id = lines.size + 1;
    lines.set(id, { id, ...line });
    return lines.get(id) as Line;
  };
  for (const [index, count] of counts.entries()) {
    for (let number = 1; number <= count; number += 1) {
      const day = `2026-0${1 + (index % 9)}-${String(number).padStart(2, "0")}`;
      const tone = number % 2 === 0 ? "loud" : "plain";
      add({ person: index + 1, what: `Opening ${number}`, pennies: 1250 * number, day, tone, mark: null });
    }
  }
  const authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  const functionOf = ({ method, path }: SandboxRequest): string =>
    `${method} ${path.replace(/^\/people\/[^/]+/, "/people/{id}")}`;

  function reply({ method, path, headers, body }: SandboxRequest): readonly [status: number, answer: object] {
    if (headers["authorization"] !== authorization) return [401, { wrong: "login" }];
    const [, collection, id, inside] = path.split("/");
    if (collection !== "people") return [404, { wrong: "path" }];
    if (id === undefined) return [200, people];
    const person = people.find((each) => String(each.id) === id);
    if (!person) return [404, { wrong: "person" }];
    if (inside === undefined) return [200, person];
    if (method === "GET") return [200, lines.listed().filter((line) => line.person === person.id)];
    const { what, pennies, day, tone, mark } = JSON.parse(body) as Line;
    return [201, add({ person: person.id, what, pennies, day, tone, mark })];
  }

  return {
    kind: "tallybook",
    basePath: "/",
    lines,
    conditions,
    byHand: { lines: byHand(lines, Number) },
    functionOf,
    answer: (request): SandboxAnswer => {
      const [status, answer] = reply(request);
      return { function: functionOf(request), status, body: JSON.stringify(answer) };
    },
  };
}

export interface Simulator extends AsyncDisposable {
  readonly url: string;
  readonly lines: readonly Line[];
  /** The requests so far. */
  readonly requests: RunningBackend["calls"];
}

export async function startSimulator(): Promise<Simulator> {
  const book = createTallyBook({ people: ["Ada Lovelace", "Grace Hopper", "Mary Shelley"], lines: [1] });
  const server = await serveSimulated(book);
  return {
    url: server.url,
    get lines() {
      return [...book.lines.values()];
    },
    requests: server.calls,
    [Symbol.asyncDispose]: server.close,
  };
}
