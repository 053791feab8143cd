import type { IncomingMessage } from "node:http";
import { invalidRequest } from "./refusal.ts";

/**
 * The body of a request. One that announces its length has been refused by now where that is too long (listen.ts); one that comes in
 * chunks is read as far as it may be long. Rejects with a GraphQLError of status 400 or 413.
 * @param incoming node's own request; undefined for those that are made in this process
 */
export async function readBody(
  request: Request,
  incoming: IncomingMessage | undefined,
  maxBodyBytes: number,
): Promise<ArrayBuffer | Uint8Array> {
  if (incoming?.headers["transfer-encoding"] !== undefined) return readChunks(incoming, maxBodyBytes);
  return request.arrayBuffer().catch(() => {
    throw incomplete();
  });
}

/** Not by iterating: to leave off then would end the connection before it is told why. */
function readChunks(incoming: IncomingMessage, maxBodyBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const add = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= maxBodyBytes) return void chunks.push(chunk);
      incoming.off("data", add).pause();
      chunks.length = 0;
      reject(tooLong(maxBodyBytes));
    };
    incoming.on("data", add);
    incoming.once("end", () => resolve(Buffer.concat(chunks)));
    const fail = (): void => reject(incomplete());
    incoming.once("error", fail).once("close", fail);
  });
}

/**
 * To be called when a request whose body comes in chunks is answered: what is left of it is dropped, so that its sender gets to read
 * the answer, but no more of it than a body may be long.
 */
export function dropRest(incoming: IncomingMessage, maxBodyBytes: number): void {
  if (incoming.complete) return;
  const { socket } = incoming;
  const most = socket.bytesRead + maxBodyBytes;
  incoming.on("data", () => {
    if (socket.bytesRead > most) socket.destroy();
  });
  incoming.resume();
}

function incomplete() {
  return invalidRequest("The body did not arrive completely.");
}

export function tooLongMessage(maxBodyBytes: number): string {
  return `A request body may have at most ${maxBodyBytes} bytes.`;
}

function tooLong(maxBodyBytes: number) {
  return invalidRequest(tooLongMessage(maxBodyBytes), 413);
}
