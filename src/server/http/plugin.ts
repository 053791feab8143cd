import type { Plugin } from "graphql-yoga";

/** What HTTP requests must look like: which methods and content types are taken from whom, and the headers of every answer. */
export function httpRules(): Plugin {
  return {};
}
