import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { dump } from "./canaries.ts";

/** A server whose answers are not HTTP: readers fail on bytes that repeat the request. */
export async function startMangledBackend(): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (request) => socket.end(`HTTP/1.1 200 ${dump}\r\n\0${dump}: ${request}\r\n\r\n`));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
