import {
  createHostedSuiteV2,
  createHostedSuiteV3,
  type HostedSuiteV2Options,
  type HostedSuiteV3Options,
} from "../../src/sandbox/hostedsuite/index.ts";
import type { SandboxAnswer } from "../../src/sandbox/simulated.ts";
import { createWorld } from "../../src/sandbox/world.ts";

/** For the tests of both simulated HostedSuites: a small world, a fixed clock, and clients that know nothing but the contract. */
export const world = createWorld({ customers: 60, now: new Date("2026-06-15T00:00:00Z") });

const now = (): Date => new Date("2026-06-15T09:30:15.678Z");

export type Json = Record<string, unknown>;
export type BackendV2 = ReturnType<typeof createHostedSuiteV2>;
export type BackendV3 = ReturnType<typeof createHostedSuiteV3>;

export const startV2 = (options: Partial<HostedSuiteV2Options> = {}): BackendV2 =>
  createHostedSuiteV2(world, { now, ...options });
export const startV3 = (options: Partial<HostedSuiteV3Options> = {}): BackendV3 =>
  createHostedSuiteV3(world, { now, ...options });

export const firstOf = <T>(records: ReadonlyMap<string, T>, accepts: (value: T) => boolean = () => true): T => {
  const found = [...records.values()].find(accepts);
  if (found === undefined) throw new Error("the seed has none");
  return found;
};

/** v2: everything is a POST with the credentials in the body. */
export const credentials = { CustomerName: "acme", UserName: "api", Password: "sandbox-suite" };

export const send = (backend: BackendV2, path: string, body: string, query = "", method = "POST"): SandboxAnswer =>
  backend.answer({ method, path: `/api/${path}`, query, headers: { "content-type": "application/json" }, body });

export const post = (backend: BackendV2, path: string, members: object = {}): SandboxAnswer =>
  send(backend, path, JSON.stringify({ ...credentials, ...members }));

export const rows = (backend: BackendV2, path: string, members: object = {}): Json[] =>
  JSON.parse(post(backend, path, members).body);

export const record = (backend: BackendV2, path: string, members: object = {}): Json =>
  JSON.parse(post(backend, path, members).body);

/** The status and the members of the error envelope, whatever its casing. */
export const errorOf = ({ status, body }: SandboxAnswer): object => {
  const { ResponseStatus, responseStatus } = JSON.parse(body);
  return { status, ...ResponseStatus, ...responseStatus };
};

/** v3: verbs, and the credentials in the header. */
export const login = (user: string, password: string): string => `acme ${Buffer.from(`${user}:${password}`).toString("base64")}`;

export const authorization = login("api", "sandbox-offices");

interface Sent {
  readonly query?: string;
  readonly body?: unknown;
  readonly authorization?: string;
}

export const call = (backend: BackendV3, method: string, path: string, sent: Sent = {}): SandboxAnswer =>
  backend.answer({
    method,
    path: `/api/${path}`,
    query: sent.query ?? "",
    headers: { authorization: sent.authorization ?? authorization },
    body: typeof sent.body === "string" ? sent.body : sent.body === undefined ? "" : JSON.stringify(sent.body),
  });

export const get = (backend: BackendV3, path: string, query = ""): Json => JSON.parse(call(backend, "GET", path, { query }).body);

export const list = (backend: BackendV3, path: string, query = ""): Json[] => get(backend, path, query)["items"] as Json[];

export const write = (backend: BackendV3, method: string, path: string, body: unknown): Json =>
  JSON.parse(call(backend, method, path, { body }).body);

export const encoded = (parameters: Record<string, string>): string => new URLSearchParams(parameters).toString();
