import { inject } from "vitest";

/** The run's PostgreSQL server, which is started for the first file that asks for it; see global-setup.ts. */
export interface PostgresServer {
  /** A new, empty database; "postgres://…". */
  readonly createDatabase: () => Promise<string>;
  /** A new store without operations: a database that has the store's tables. */
  readonly createStore: () => Promise<string>;
  /** Removes those that were created. */
  readonly stop: () => Promise<void>;
}

/**
 * Null if it cannot start, e.g. on a platform without its binaries: then its tests are skipped. With CI=true that is an error.
 */
export async function startPostgres(): Promise<PostgresServer | null> {
  const address = inject("databases");
  const ask = async (method: string, body?: string): Promise<string> => {
    const response = await fetch(address, { method, ...(body !== undefined && { body }) });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text;
  };
  try {
    await ask("GET");
  } catch (error) {
    if (process.env["CI"] === "true") throw new Error("PostgreSQL cannot be started for the tests.", { cause: error });
    console.warn("PostgreSQL cannot be started: ITS TESTS ARE SKIPPED.", error);
    return null;
  }
  const created: string[] = [];
  const create = async (content?: "store"): Promise<string> => {
    const url = await ask("POST", content);
    created.push(url);
    return url;
  };
  return {
    createDatabase: () => create(),
    createStore: () => create("store"),
    stop: async () => {
      for (const url of created.splice(0)) await ask("DELETE", url);
    },
  };
}
