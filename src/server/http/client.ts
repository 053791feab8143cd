import type { ClientProgram } from "../../model/caller.ts";

/** From which program a request comes, by the headers that GraphQL tools have agreed on: graphql-client-name, graphql-client-version. */

/** Nothing that a log, a terminal or a metric could take for something else, and no text that could hold a secret. */
const acceptable = /^[\w.@/:+-]{1,64}$/;

/** @param header null or undefined where there is none */
export function clientOf(header: (name: string) => string | string[] | null | undefined): ClientProgram {
  const read = (name: string): string | null => {
    const value = header(name);
    return typeof value === "string" && acceptable.test(value) ? value : null;
  };
  return { name: read("graphql-client-name"), version: read("graphql-client-version") };
}
