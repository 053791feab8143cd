import { setTimeout as pause } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import { ask } from "./ask.ts";

/** `billing-gateway changes`: prints the backends' changes as JSON lines, from a running gateway. Its last cursor goes to stderr. */

interface ChangesOptions {
  readonly url: string;
  readonly after?: string;
  readonly since?: string;
  readonly types?: string[];
  readonly backends?: string[];
  readonly first: number;
  readonly follow?: true;
}

const document = `query Changes($since: DateTime, $after: String, $first: Int, $types: [SearchType!], $backends: [String!]) {
  changes(since: $since, after: $after, first: $first, types: $types, backends: $backends) {
    edges { cursor node { type kind nodeId at noticedAt backend { key } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface ChangesAnswer {
  readonly changes: {
    readonly edges: readonly {
      readonly cursor: string;
      readonly node: {
        readonly type: string;
        readonly kind: string;
        readonly nodeId: string;
        readonly at: string;
        readonly noticedAt: string;
        readonly backend: { readonly key: string };
      };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

/** The gateway's default for limits.maxPageSize. */
const pageLength = 100;
const lookEveryMs = 1_000;

/** Prints up to `first` changes. Without `follow` it stops when there are no more, with it when it is interrupted. */
async function print({ url, first, follow, since, after, types, backends }: ChangesOptions, signal: AbortSignal): Promise<void> {
  const filter = { types: types?.map((type) => type.toUpperCase()), backends };
  let cursor = after;
  let left = first;
  try {
    while (left > 0) {
      const start = cursor === undefined ? { since } : { after: cursor };
      const variables = { ...filter, ...start, first: Math.min(left, pageLength) };
      const { edges, pageInfo } = (await ask<ChangesAnswer>({ url, signal }, document, variables)).changes;
      for (const { cursor: place, node } of edges) {
        const { nodeId, backend, ...change } = node;
        console.log(JSON.stringify({ ...change, id: nodeId, backend: backend.key, cursor: place }));
      }
      left -= edges.length;
      cursor = pageInfo.endCursor;
      if (pageInfo.hasNextPage) continue;
      if (!follow) break;
      await pause(lookEveryMs, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (cursor !== undefined) console.error(`Continue with --after ${cursor}`);
}

function countOf(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 1_000_000) return count;
  throw new InvalidArgumentError("It must be a whole number from 1 to 1000000.");
}

export function command(): Command {
  return new Command("billing-gateway changes")
    .description("Prints changes in the backends as JSON lines. The API key is read from BILLING_GATEWAY_KEY.")
    .requiredOption("--url <address>", "of the running gateway, e.g. http://127.0.0.1:4000")
    .option("--after <cursor>", "continue after this cursor, which was printed before")
    .option("--since <instant>", "noticed at or after this instant, e.g. 2026-01-31T00:00:00Z; default: as far back as is kept")
    .option("--types <type...>", "only these types: customer, charge, tax")
    .option("--backends <key...>", "only in these backends")
    .option("--first <number>", "the most changes to print", countOf, 10_000)
    .option("--follow", "keep waiting for further changes")
    .action(async (options: ChangesOptions) => {
      const interrupted = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());
      await print(options, interrupted.signal);
    });
}
