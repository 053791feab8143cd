import { crc32 } from "node:zlib";

/** Requests of search tests, and how they read and forge cursors. */

export const search = `query ($text: String!, $types: [SearchType!], $backends: [String!], $first: Int, $after: String) {
  search(text: $text, types: $types, backends: $backends, first: $first, after: $after) {
    edges { cursor matched known { id email reference readAt } node { __typename ... on Customer { id name } ... on Charge { id name } ... on Tax { id name } } }
    nodes { __typename }
    pageInfo { hasNextPage endCursor }
    unavailable { backend { key } code }
    sources { backend { key } type source complete reason refreshedAt records }
    
  }
}`;

export interface Found {
  readonly edges: readonly {
    cursor: string;
    matched: string | null;
    known: { id: string; email: string | null; reference: string | null; readAt: string | null } | null;
    node: { __typename: string; id: string; name: string };
  }[];
  readonly pageInfo: { hasNextPage: boolean; endCursor: string | null };
  readonly unavailable: readonly { backend: { key: string }; code: string }[];
  readonly sources: readonly {
    backend: { key: string };
    type: string;
    source: string;
    complete: boolean;
    reason: string | null;
    refreshedAt: string | null;
    records: number | null;
  }[];
}

export type Ask = (variables: Record<string, unknown>) => Promise<Found>;

export async function everything(
  ask: Ask,
  { after: start = null, ...variables }: Record<string, unknown>,
): Promise<Found["edges"]> {
  const edges: Found["edges"][number][] = [];
  let after = start;
  for (let page = 0; page < 200; page += 1) {
    const found: Found = await ask({ ...variables, after });
    edges.push(...found.edges);
    if (!found.pageInfo.hasNextPage) return edges;
    after = found.pageInfo.endCursor;
  }
  throw new Error("The search does not end.");
}

export interface Place {
  readonly streams: readonly { kind: string; sources: readonly { type: string; backend: string }[]; position: string | null }[];
  readonly shown: readonly string[];
}

/** As anybody can read a cursor, */
export function placeIn(cursor: string): Place {
  const [, , place = ""] = decoded(cursor);
  return JSON.parse(place);
}

/** and make one, since its checksum has no key. */
export function forge(cursor: string, place: unknown): string {
  const [list, signature] = decoded(cursor);
  const text = JSON.stringify([list, signature, JSON.stringify(place)]);
  return Buffer.from(`${crc32(text).toString(36)}${text}`).toString("base64url");
}

function decoded(cursor: string): readonly string[] {
  const text = Buffer.from(cursor, "base64url").toString();
  return JSON.parse(text.slice(text.indexOf("[")));
}

export const idsOf = (edges: Found["edges"]): string[] => edges.map(({ node }) => node.id);
