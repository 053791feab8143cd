import type { Conditions } from "./conditions.ts";
import type { RecordsByHand } from "./table.ts";

/**
 * A simulated backend: a state machine without I/O that turns a parsed HTTP request into an answer. The server around it
 * (server.ts) does HTTP, latency, faults and the call log, in the same way for all of them.
 */
export interface SimulatedBackend {
  /** "enswitch" | "hostedsuite-v2" | "hostedsuite-v3" | "v01" */
  readonly kind: string;
  /** Path under which the API is mounted, with a trailing slash, e.g. "/api/json/". */
  readonly basePath: string;
  readonly answer: (request: SandboxRequest) => SandboxAnswer;
  /**
   * The function's name as in the answer, without processing the request: faults that act before processing need it. Default:
   * the method and the path below basePath, with "*" for each segment that contains a digit.
   */
  readonly functionOf?: (request: SandboxRequest) => string;
  /** The backend's own error document with a message, for the fault "echo". Default: {"error": message} with status 500. */
  readonly failure?: (message: string) => Pick<SandboxAnswer, "status" | "body">;
  /** The backend's empty envelope, for the fault "emptyEnvelope". Default: "{}". */
  readonly emptyEnvelope?: string;
  /** The answer to a user without the privilege for a function, for the condition "forbiddenFunctions". */
  readonly forbidden?: () => Pick<SandboxAnswer, "status" | "headers" | "body">;
  /** Its conditions. Default: this machine's clock, and everything stored as it was sent. */
  readonly conditions?: Conditions;
  /** Its records as people at its own screens reach them, by the vendor's plural: "charges", "customers". */
  readonly byHand?: Readonly<Record<string, RecordsByHand>>;
  /** The API at this address as OpenAPI, for tools that generate clients. */
  readonly describe?: (url: string) => object;
}

export interface SandboxRequest {
  readonly method: string;
  /** As sent: percent-encoded, without the query string. */
  readonly path: string;
  /** As sent, without "?"; empty when there is none. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SandboxAnswer {
  /**
   * The vendor's name of the function, for the call log and for faults: "charges/create", "POST /clients". Never ids or
   * credentials.
   */
  readonly function: string;
  readonly status: number;
  /** Default content-type: application/json. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Default: UTF-8. */
  readonly encoding?: "latin1" | "utf16le";
}

export interface LoggedCall {
  readonly function: string;
  readonly method: string;
  /** The HTTP status that was sent; 0 = the connection was dropped. */
  readonly status: number;
}

/** A fault that the server injects into calls. */
export interface Fault {
  readonly kind:
    | "delay" // answers `milliseconds` later
    | "dropBefore" // closes the connection without processing the request
    | "dropAfter" // processes the request, then closes the connection without an answer
    | "truncate" // processes, then sends half of the JSON body with a matching content-length, so that only the JSON is broken
    | "html502" // a proxy's error page, without processing
    | "html502After" // the same page, but the request was processed
    | "blockedAfter" // processes, then a firewall answers in its place: `status`, and a page or, with `json`, JSON that is not the backend's
    | "emptyEnvelope" // processes, then sends the backend's envelope with nothing in it, status 200
    | "rateLimit" // 429 with Retry-After: `retryAfterSeconds`, without processing
    | "echo"; // an error body that echoes the request, credentials included, as debug modes do; without processing
  /** Only calls whose function contains this text. Default: all. */
  readonly function?: string;
  /** Only after a function whose name contains this has been called. */
  readonly after?: string;
  /** The number of calls that it hits. Default: all until it is removed. */
  readonly times?: number;
  /** 0..1, default 1; drawn from the server's seeded generator. */
  readonly probability?: number;
  /** For "delay". Default 1000. */
  readonly milliseconds?: number;
  /** For "rateLimit". Default 1. */
  readonly retryAfterSeconds?: number;
  /** For "blockedAfter". Default 403. */
  readonly status?: number;
  /** For "blockedAfter": true = answers with JSON, as gateways of cloud providers do. */
  readonly json?: boolean;
}
