import type { Template } from "./templates.ts";

/** What one load is: requests to one address, as many at a time as there are connections, for some seconds. */
export interface LoadJob {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly body: Template;
  /** Exact: the answers, by turn. Pattern: what every answer must match from its beginning to its end. */
  readonly expected: { readonly exact: readonly string[] } | { readonly pattern: string };
}

/** So many requests a second, whether answers come or not. */
export interface SteadyJob extends Omit<LoadJob, "connections"> {
  readonly rate: number;
}

/** What it came to. Latencies are of answered requests, whatever they said. */
export interface LoadResult {
  readonly seconds: number;
  readonly requests: number;
  /** Answers that were not the expected one, or had another status than 200, and requests without an answer. */
  readonly failed: number;
  /** The first of them. */
  readonly failure: string | null;
  /** How many answers had which status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
