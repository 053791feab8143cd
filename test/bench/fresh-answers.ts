import { type OutgoingHttpHeaders, ServerResponse } from "node:http";

/**
 * Loaded into the simulated backends (node --import): no two of their answers are the same text, though they say the same. White space
 * behind the JSON tells them apart. There are only some hundred customers to ask for: who remembers the answers that came before would
 * soon be measured with nothing but those.
 */

const { writeHead, end } = ServerResponse.prototype;
const digits = 24;
let answers = 0;

const padded = new WeakSet<ServerResponse>();

// With the parameters that src/sandbox/server.ts gives.
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
