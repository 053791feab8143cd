import { createV01 } from "../../src/sandbox/v01/index.ts";
import type { V01Options } from "../../src/sandbox/v01/options.ts";
import { createWorld } from "../../src/sandbox/world.ts";

export const now = new Date("2025-06-15T00:00:00Z");
const world = createWorld({ customers: 120, now });
export const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
export const authorization = basic("api-gateway", "sandbox-recurring");

type Json = Readonly<Record<string, unknown>>;

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A fresh v01 installation of 120 customers, ten hours into its seed's last day, and ways to call it. */
export const connect = (options: V01Options = {}) => {
  const backend = createV01(world, { now: () => new Date("2025-06-15T10:20:30Z"), ...options });
  const ask = (method: string, url: string, { body = "", headers = {} }: Sent = {}) => {
    const [path = "", query = ""] = url.split("?");
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const request = { method, path: `/api/v01/${path}`, query, headers: { authorization, ...headers }, body: text };
    return backend.answer(request);
  };
  const read = (method: string, url: string, sent?: Sent): Json => JSON.parse(ask(method, url, sent).body);
  const list = (url: string): Json[] => JSON.parse(ask("GET", url).body);
  const put = (url: string, body: unknown) => read("PUT", url, { body });
  const post = (url: string, body: unknown) => read("POST", url, { body });
  const person = { accountId: 2001, firstName: "Ada", lastName: "Byron" };
  /** The URL of a customer without transactions. JSON.parse would round its id. */
  const newCustomer = (fields: Json = {}): string => {
    put("customers", { ...person, ...fields });
    return `customers/${[...backend.state.customers.keys()].at(-1)}`;
  };
  /** The exact id of the latest transaction of the latest customer. */
  const latestTransaction = () => [...backend.state.ledgers.values()].at(-1)?.transactions.at(-1)?.id;
  return { backend, ask, read, list, put, post, person, newCustomer, latestTransaction };
};
