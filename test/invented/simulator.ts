import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** An imaginary billing system: people, each with lines in a book. It speaks JSON over HTTP and keeps everything in memory. */

export interface Person {
  readonly id: number;
  readonly called: string;
  readonly mail: string | null;
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

export interface Simulator extends AsyncDisposable {
  readonly url: string;
  readonly lines: readonly Line[];
  /** The requests so far, "GET /people". */
  readonly requests: readonly string[];
}

export const simulatedLogin = { username: "clerk", password: "tally-secret" };

export async function startSimulator(
  names: readonly string[] = ["Ada Lovelace", "Grace Hopper", "Mary Shelley"],
): Promise<Simulator> {
  const people = names.map((called, index): Person => ({ id: index + 1, called, mail: index === 0 ? "ada@example.com" : null }));
  const lines: Line[] = [{ id: 1, person: 1, what: "Opening", pennies: 1250, day: "2026-01-31", tone: "plain", mark: null }];
  const requests: string[] = [];
  const login = `Basic ${Buffer.from(`${simulatedLogin.username}:${simulatedLogin.password}`).toString("base64")}`;

  async function answer(request: IncomingMessage): Promise<readonly [status: number, body: unknown]> {
    if (request.headers.authorization !== login) return [401, { wrong: "login" }];
    const [, collection, id, inside] = new URL(request.url ?? "/", "http://simulated").pathname.split("/");
    if (collection !== "people") return [404, { wrong: "path" }];
    if (id === undefined) return [200, people];
    const person = people.find((each) => String(each.id) === id);
    if (!person) return [404, { wrong: "person" }];
    if (inside === undefined) return [200, person];
    if (request.method === "GET") return [200, lines.filter((line) => line.person === person.id)];
    const { what, pennies, day, tone, mark } = JSON.parse(await text(request)) as Line;
    const line = { id: lines.length + 1, person: person.id, what, pennies, day, tone, mark };
    lines.push(line);
    return [201, line];
  }

  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url?.replaceAll(/\d+/g, "{id}")}`);
    answer(request).then(
      ([status, body]) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      () => response.writeHead(400).end("{}"),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    lines,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
