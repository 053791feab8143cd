import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { Draw } from "./world.ts";

/** Serves a simulator over HTTP as odd servers do: gzip, a byte order mark, pauses, and answers that break off. */

export interface Asked {
  readonly method: string;
  /** Below the base address, decoded, without slashes at its ends. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query as sent. */
  readonly search: string;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

export interface Given {
  readonly status: number;
  /** Written as JSON; undefined = no body. */
  readonly json?: unknown;
}

export interface Served {
  readonly url: string;
  readonly calls: string[];
  /** True: some answers break off or are a proxy's page. */
  faulty: boolean;
  readonly close: () => Promise<void>;
}

export async function serve(answer: (asked: Asked) => Given, draw: Draw): Promise<Served> {
  const type = draw.choose("type", ["application/json", "application/json; charset=utf-8", "text/plain", "text/html"]);
  const mark = draw.choose("byte order mark", [false, false, false, true]);
  const zipped = draw.choose("gzip", [false, false, true]);
  const chunked = draw.choose("chunked", [false, true]);
  const closes = draw.choose("closes each connection", [false, false, true]);
  const state = { faulty: false };
  const calls: string[] = [];

  function respond(asked: Asked, response: ServerResponse): void {
    calls.push(`${asked.method} ${asked.path}${asked.search} ${asked.body}`);
    if (state.faulty && draw.chance(0.05)) {
      const fault = draw.pick(["cut", "page", "page 502", "reset"]);
      if (fault === "reset") return void response.socket?.destroy();
      if (fault === "cut") {
        response.writeHead(200, { "content-type": type, "content-length": "5000" });
        response.write('[{"id":');
        return void setImmediate(() => response.socket?.destroy());
      }
      response.writeHead(fault === "page" ? 200 : 502, { "content-type": "text/html" });
      return void response.end("<html><body>Bad gateway</body></html>");
    }
    const { status, json } = answer(asked);
    const text = json === undefined ? "" : JSON.stringify(json);
    const plain = Buffer.from(mark && text !== "" ? `\ufeff${text}` : text, "utf8");
    const isZipped = zipped && plain.length > 0 && /gzip/.test(String(asked.headers["accept-encoding"] ?? ""));
    const sent = isZipped ? gzipSync(plain) : plain;
    response.writeHead(status, {
      "content-type": type,
      ...(isZipped && { "content-encoding": "gzip" }),
      ...(closes && { connection: "close" }),
      ...(!chunked && { "content-length": String(sent.length) }),
    });
    if (!chunked || sent.length < 2) return void response.end(sent);
    const middle = Math.floor(sent.length / 2);
    response.write(sent.subarray(0, middle));
    setImmediate(() => response.end(sent.subarray(middle)));
  }

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("error", () => {});
    request.on("end", () => {
      const { pathname, searchParams, search } = new URL(request.url ?? "/", "http://simulated.invalid");
      const path = decodeURIComponent(pathname)
        .replace(/^\/base\//, "")
        .replace(/\/$/, "");
      const body = Buffer.concat(parts).toString("utf8");
      respond({ method: request.method ?? "", path, query: searchParams, search, body, headers: request.headers }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/base/`,
    calls,
    get faulty() {
      return state.faulty;
    },
    set faulty(value) {
      state.faulty = value;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A JSON number in the server's own notation: 12.5, 12.50, 1.25e1. */
export function numberAs(form: "plain" | "padded" | "exponent", decimal: string): unknown {
  if (form === "plain") return rawNumber(String(Number(decimal)));
  if (form === "padded") return rawNumber(Number(decimal).toFixed(4));
  return rawNumber(Number(decimal).toExponential());
}

/** Digits as they are, however many: ids of 64 bits. The type of JSON does not know rawJSON yet. */
export function rawNumber(digits: string): unknown {
  return (JSON as unknown as { readonly rawJSON: (text: string) => unknown }).rawJSON(digits);
}
