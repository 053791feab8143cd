import { Pool } from "undici";
import type { RecordedCall, Wave } from "./recording.ts";

/** Sends recorded calls again with undici alone: what nothing that makes the same calls can be faster than. */
export interface Floor extends AsyncDisposable {
  /** One wave after the other, each answer read to its end as text. Rejects when a status is not 2xx. */
  readonly replay: (waves: readonly Wave[]) => Promise<void>;
}

const timeoutMs = 10_000;

/** @param concurrency how many calls each origin gets at the same time, the gateway's own cap */
export function openFloor(concurrency: ReadonlyMap<string, number>): Floor {
  const pools = new Map(
    Array.from(concurrency, ([origin, connections]) => [
      origin,
      new Pool(origin, { connections, pipelining: 1, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }),
    ]),
  );

  async function send({ origin, method, path, headers, body }: RecordedCall): Promise<void> {
    const pool = pools.get(origin);
    if (pool === undefined) throw new Error(`${origin} is no backend.`);
    const response = await pool.request({ method, path, headers: [...headers], body });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`${method} ${path} answered ${response.statusCode}: ${text}`);
  }

  return {
    replay: async (waves) => {
      for (const wave of waves) await Promise.all(wave.map(send));
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}
