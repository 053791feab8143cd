import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { dump } from "./canaries.ts";

/** A receiver of OTLP over HTTP that keeps every byte, and that refuses some with a body of its own. */
export interface TraceReceiver extends AsyncDisposable {
  /** "127.0.0.1:4318" */
  readonly host: string;
  /** The contents of all received bodies. */
  readonly received: () => readonly string[];
}

export async function startTraceReceiver(): Promise<TraceReceiver> {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    received.push((await buffer(request)).toString("latin1"));
    const refuses = received.length % 3 === 2;
    response.writeHead(refuses ? 400 : 200, { "content-type": "application/json" }).end(refuses ? dump : "{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
