import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Listening {
  /** "http://127.0.0.1:4000" */
  readonly origin: string;
  /** Stops accepting, lets running requests end, cuts what is left after the grace time. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** Serves requests over HTTP; rejects when the address cannot be had. */
export async function listen(
  handle: RequestListener,
  { host, port, maxBodyBytes }: { readonly host: string; readonly port: number; readonly maxBodyBytes: number },
): Promise<Listening> {
  const server = createServer((request, response) => {
    // While the server closes, a connection ends with its last answer instead of being kept for another request.
    response.once("close", () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
    const refusal = refuseBody(request.headers, maxBodyBytes);
    if (!refusal) return handle(request, response);
    const body = JSON.stringify({ errors: [{ message: refusal.message, extensions: { code: "INVALID_INPUT" } }] });
    response.writeHead(refusal.status, { "content-type": "application/json", connection: "close" }).end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    origin: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`,
    close: (graceMs) => close(server, graceMs),
  };
}

/** A body must announce its length, so that one that is too long is refused before it is read. */
function refuseBody(headers: NodeJS.Dict<string | string[]>, maxBodyBytes: number): { status: number; message: string } | null {
  if (headers["transfer-encoding"] !== undefined) {
    return { status: 411, message: "A request body must be sent with its content-length." };
  }
  return Number(headers["content-length"] ?? 0) > maxBodyBytes
    ? { status: 413, message: `A request body may have at most ${maxBodyBytes} bytes.` }
    : null;
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}
