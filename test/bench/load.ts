import type { Template } from "./templates.ts";

/** One load: requests to one address, with a number of connections, for some seconds. */
export interface LoadJob {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly body: Template;
  /** Texts: the exact answers, in turn. Pattern: must match the whole of every answer. */
  readonly expected: { readonly exact: readonly string[] } | { readonly pattern: string };
}

/** This many requests a second, whether answers come or not. */
export interface SteadyJob extends Omit<LoadJob, "connections"> {
  readonly rate: number;
}

/** The result. Latencies are of answered requests, whatever the answer. */
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
