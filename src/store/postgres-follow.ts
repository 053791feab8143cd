import { setTimeout as pause } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import type { Database, Follow } from "./engine.ts";
import { changesSince, newestChange } from "./newer-operations.ts";

const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** Interval of keep-alive queries: a network that drops packets shows only when something is sent. */
const aliveEveryMs = 10_000;

interface Listening {
  readonly client: Client;
  readonly ended: Promise<void>;
}

/**
 * Follows the journal by LISTEN, on its own connection. The database's trigger notifies with "<operation id> <updated at>". A broken
 * connection is opened again, and missed changes are reported then: each operation changed after the newest known change, once.
 */
export function followPostgres(settings: ClientConfig, database: Database): Follow {
  return async (tell) => {
    const stopped = new AbortController();
    let newestTold = "";

    /** Reports a change, unless `known` holds it: then it was reported before. */
    const hear = (change: string, known: Set<string>): void => {
      if (known.delete(change)) return;
      const [id = "", updatedAt = ""] = change.split(" ");
      if (updatedAt > newestTold) newestTold = updatedAt;
      tell(id);
    };

    async function listen(since: string | null): Promise<Listening> {
      const client = new Client(settings);
      const ended = new Promise<void>((resolve) => client.once("end", resolve));
      // A change that is notified while the missed ones are read may be among them.
      let early: string[] | null = [];
      const missed = new Set<string>();
      client.on("notification", ({ payload = "" }) => (early ? void early.push(payload) : hear(payload, missed)));
      client.on("error", () => {});
      try {
        await client.connect();
        await client.query("listen operations");
        if (since === null) newestTold = await newestChange(database);
        else for (const { id, updated_at } of await changesSince(database, since)) missed.add(`${id} ${updated_at}`);
      } catch (error) {
        await client.end().catch(() => {});
        throw error;
      }
      for (const change of missed) hear(change, new Set());
      for (const change of early) hear(change, missed);
      early = null;
      const alive = setInterval(() => client.query("select 1").catch(() => client.end().catch(() => {})), aliveEveryMs).unref();
      void ended.then(() => clearInterval(alive));
      return { client, ended };
    }

    async function listenAgain(): Promise<Listening> {
      for (let wait = firstPauseMs; ; wait = Math.min(wait * 2, longestPauseMs)) {
        await pause(wait, null, { ref: false, signal: stopped.signal });
        try {
          return await listen(newestTold);
        } catch {
          // Still down: the next round tries again.
        }
      }
    }

    let listening = await listen(null);
    const keepListening = async (): Promise<void> => {
      for (;;) {
        await listening.ended;
        listening = await listenAgain();
        if (stopped.signal.aborted) await listening.client.end();
      }
    };
    const keeping = keepListening().catch(() => {});
    return async () => {
      stopped.abort();
      await listening.client.end().catch(() => {});
      await keeping;
    };
  };
}
