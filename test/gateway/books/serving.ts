import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Asked, Given } from "../worlds/serving.ts";
import type { Writer } from "./book.ts";

/** Serves a writer over HTTP. One write in turn is done or not, and answered as networks, proxies and tired programs do. */

type Outcome = "well" | "refused" | "busy" | "unknown" | "mixed up";

export interface Trouble {
  readonly acts: boolean;
  /** What the answer tells a caller who knows the contract. */
  readonly tells: Outcome;
  /** @param earlier the answer to the last write of this kind, of another object */
  readonly send: (response: ServerResponse, proper: Given, writer: Writer, earlier: Given | undefined) => void;
}

const text = ({ json }: Given): string => (json === undefined ? "" : JSON.stringify(json));
const json = { "content-type": "application/json" } as const;
const page = { "content-type": "text/html" } as const;
const html = "<html><body>Sorry</body></html>";

function sendProper(response: ServerResponse, given: Given, headers: Record<string, string> = {}): void {
  response.writeHead(given.status, { ...json, ...headers });
  response.end(text(given));
}

const status =
  (code: number, headers: Record<string, string> = {}, body = html) =>
  (response: ServerResponse): void => {
    response.writeHead(code, { ...page, ...headers });
    response.end(body);
  };
const drop = (response: ServerResponse): void => void response.socket?.destroy();
const packed = (encoding: string, pack: (plain: Buffer) => Buffer) => (response: ServerResponse, given: Given) => {
  response.writeHead(given.status, { ...json, "content-encoding": encoding });
  response.end(pack(Buffer.from(text(given))));
};
const done = (send: Trouble["send"], tells: Outcome = "unknown"): Trouble => ({ acts: true, tells, send });
const undone = (send: Trouble["send"], tells: Outcome = "unknown"): Trouble => ({ acts: false, tells, send });
const breakdown: Trouble["send"] = (response, _given, writer) => sendProper(response, writer.breakdown());

export const troubles = {
  none: done((response, given) => sendProper(response, given), "well"),
  gzip: done(packed("gzip", gzipSync), "well"),
  brotli: done(packed("br", brotliCompressSync), "well"),
  "byte order mark": done((response, given) => {
    response.writeHead(given.status, json);
    response.end(given.json === undefined ? "" : `\ufeff${text(given)}`);
  }, "well"),
  cookies: done(
    (response, given) => sendProper(response, given, { "set-cookie": "JSESSIONID=1; Path=/", "unipay-code": "0" }),
    "well",
  ),
  "in pieces": done((response, given) => {
    response.writeHead(given.status, json);
    const all = text(given);
    response.write(all.slice(0, 1));
    setImmediate(() => response.end(all.slice(1)));
  }, "well"),
  refusal: undone((response, _given, writer) => sendProper(response, writer.refusal()), "refused"),
  429: undone(status(429, { "retry-after": "0" }), "busy"),
  "breakdown before": undone(breakdown),
  "breakdown after": done(breakdown),
  "reset before": undone(drop),
  "reset after": done(drop),
  "502 before": undone(status(502)),
  "502 after": done(status(502)),
  "503 before": undone(status(503, { "retry-after": "1" })),
  "page after": done(status(200)),
  "403 page after": done(status(403)),
  "404 page after": done(status(404)),
  "409 page after": done(status(409)),
  "412 after, empty": done(status(412, {}, "")),
  "redirect before": undone(status(302, { location: "/login" }, "")),
  "redirect after": done(status(303, { location: "/base/done" }, "")),
  "cut short": done((response, given) => {
    response.writeHead(given.status, json);
    response.end(text(given).slice(0, -1));
  }),
  "broken off": done((response, given) => {
    response.writeHead(given.status, { ...json, "content-length": "5000" });
    response.write(text(given));
    setImmediate(() => response.socket?.destroy());
  }),
  "garbage behind": done((response, given) => {
    response.writeHead(given.status, json);
    response.end(`${text(given)}\n<!-- 12 ms -->`);
  }),
  "empty array": done((response) => sendProper(response, { status: 200, json: [] })),
  "an old record": done((response, given, writer) => {
    const [made, old] = [writer.book.effects.at(-1), writer.book.entries];
    const other = made?.what === "create" ? old.find(({ kind }) => kind === made.entry.kind) : undefined;
    sendProper(response, other && other !== made?.entry ? writer.shows(other) : given);
  }, "mixed up"),
  "another's answer": done((response, _given, _writer, earlier) => (earlier ? sendProper(response, earlier) : drop(response))),
  "another's answer, undone": undone((response, _given, _writer, earlier) =>
    earlier ? sendProper(response, earlier) : drop(response),
  ),
  "repeated members": done((response, given) => {
    response.writeHead(given.status, json);
    // A record of some other id stands first; the last of two members with one name is meant.
    response.end(text(given).replace(/^(\[?\{)("?[a-z]*id"?:)/i, '$1$2"1",$2'));
  }),
  null: done((response) => sendProper(response, { status: 200, json: null })),
} as const satisfies Record<string, Trouble>;

export type TroubleName = keyof typeof troubles;

export interface Serving {
  readonly url: string;
  /** Of the next write. */
  trouble: TroubleName;
  /** Of the write after that. */
  afterwards: TroubleName;
  /** Answers come one after the other with pauses, so that calls overlap. */
  slow: boolean;
  /** Calls that write. */
  readonly writes: readonly string[];
  readonly close: () => Promise<void>;
}

/** @param skewMs how far the clock of the Date header is ahead */
export async function serveWriter(writer: Writer, skewMs: number): Promise<Serving> {
  const writes: string[] = [];
  const serving = { trouble: "none" as TroubleName, afterwards: "none" as TroubleName, slow: false };
  const earlier = new Map<string, { readonly path: string; readonly answer: Given }[]>();

  function respond(asked: Asked, response: ServerResponse): void {
    response.setHeader("date", new Date(Date.now() + skewMs).toUTCString());
    if (!writer.isWrite(asked)) {
      sendProper(response, writer.answer(asked));
      return;
    }
    writes.push(`${asked.method} ${asked.path}`);
    const { acts, send, tells }: Trouble = troubles[serving.trouble];
    serving.trouble = serving.afterwards;
    serving.afterwards = "none";
    const kind = `${asked.method} ${asked.path.replace(/\d+/g, "")}`;
    const known = earlier.get(kind) ?? [];
    const answer = acts ? writer.answer(asked) : { status: 200 };
    send(response, answer, writer, known.findLast(({ path }) => !path.includes("/") || path !== asked.path)?.answer);
    if (tells === "well") earlier.set(kind, [...known, { path: asked.path, answer }]);
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
      const asked = { method: request.method ?? "", path, query: searchParams, search, body, headers: request.headers };
      if (serving.slow) setTimeout(() => respond(asked, response), 20);
      else respond(asked, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(serving, {
    url: `http://127.0.0.1:${port}/base/`,
    writes,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
