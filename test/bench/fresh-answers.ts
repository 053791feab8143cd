import { type OutgoingHttpHeaders, ServerResponse } from "node:http";

/**
 * Loaded into the simulated backends (node --import). It makes the text of every answer different, with white space after the
 * JSON. There are only some hundred customers, so a subject that remembers earlier answers would soon be measured with nothing
 * else.
 */

const { writeHead, end } = ServerResponse.prototype;
const digits = 24;
let answers = 0;

const padded = new WeakSet<ServerResponse>();

// With the same parameters as in src/sandbox/server.ts.
Object.assign(ServerResponse.prototype, {
  writeHead(this: ServerResponse, status: number, headers: OutgoingHttpHeaders = {}): ServerResponse {
    const length = headers["content-length"];
    if (status !== 200 || typeof length !== "number") return writeHead.call(this, status, headers as never);
    padded.add(this);
    return writeHead.call(this, status, { ...headers, "content-length": length + digits } as never);
  },
  end(this: ServerResponse, body?: Uint8Array): ServerResponse {
    if (body === undefined || !padded.has(this)) return end.call(this, body, "utf8");
    answers += 1;
    const number = (answers % 2 ** digits).toString(2).padStart(digits, "0");
    const space = number.replaceAll("0", " ").replaceAll("1", "\n");
    return end.call(this, Buffer.concat([body, Buffer.from(space)]), "utf8");
  },
});
