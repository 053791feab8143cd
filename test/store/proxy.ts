import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A proxy between a store and its database, which makes the connection fail as networks do. */
export interface Proxy {
  /** The database's address through the proxy. */
  readonly url: string;
  /** Breaks every connection and accepts no new ones. */
  readonly interrupt: () => Promise<void>;
  /** Drops all data from now on, on old and new connections, without closing them. */
  readonly swallow: () => void;
  /**
   * For the next messages with a text, this many: the database gets each, the sender gets no answer, and the connection breaks
   * when there would be one.
   */
  readonly loseAnswers: (text: string, times: number) => void;
  /** How many of these messages are still expected. */
  readonly toLose: () => number;
  /** Accepts new connections again. Connections whose data was dropped stay broken. */
  readonly resume: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let swallowing = false;
  let losing = { text: "", times: 0 };

  function forward(socket: Socket): void {
    const upstream = connect(Number(target.port), target.hostname);
    let isAnswerLost = false;
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(from);
      let swallowed = false;
      from.on("data", (data) => {
        swallowed ||= swallowing;
        if (from === upstream && isAnswerLost) from.destroy();
        else if (!swallowed) to.write(data);
        if (from === socket && losing.times > 0 && data.includes(losing.text)) {
          losing.times -= 1;
          isAnswerLost = true;
        }
      });
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  }

  const listen = async (port: number): Promise<Server> => {
    const server = createServer(forward);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  };
  const interrupt = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };

  let server = await listen(0);
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const url = new URL(databaseUrl);
  url.port = String(port);
  return {
    url: url.href,
    interrupt,
    swallow: () => {
      swallowing = true;
    },
    loseAnswers: (text, times) => {
      losing = { text, times };
    },
    toLose: () => losing.times,
    resume: async () => {
      swallowing = false;
      if (!server.listening) server = await listen(port);
    },
    close: async () => {
      if (server.listening) await interrupt();
    },
  };
}
