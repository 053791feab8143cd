import type { ClientProgram } from "../../model/caller.ts";

/** Reads which program sends a request, from the headers that GraphQL tools agreed on: graphql-client-name, graphql-client-version. */

/** Harmless in a log, a terminal and a metric. */
const acceptable = /^[\w.@/:+-]{1,64}$/;

/** @param header returns null or undefined if the header is missing */
export function clientOf(header: (name: string) => string | string[] | null | undefined): ClientProgram {
  const read = (name: string): string | null => {
    const value = header(name);
    return typeof value === "string" && acceptable.test(value) ? value : null;
  };
  return { name: read("graphql-client-name"), version: read("graphql-client-version") };
}
