import type { Plugin } from "graphql-yoga";

/** How many requests each caller may make in a minute; 0 = any number. */
export function rateLimit(_requestsPerMinute: number): Plugin {
  return {};
}
