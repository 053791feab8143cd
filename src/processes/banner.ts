import type { GatewayConfiguration } from "../gateway/composition.ts";

/** What is printed once the gateway listens. */
export function banner(origin: string, { server, backends }: GatewayConfiguration, sandbox: boolean): string {
  const rows = Object.entries(backends).map(([key, { label, kind, url }]) =>
    `  ${key.padEnd(12)} ${kind.padEnd(12)} ${url}  ${label ?? ""}`.trimEnd(),
  );
  return [
    `GraphQL   ${origin}/graphql`,
    ...(server.graphiql ? [`GraphiQL  ${origin}/graphql  (in a browser)`] : []),
    `Console   ${origin}/  (in a browser)`,
    sandbox ? "Backends (simulated, no configuration was given)" : "Backends",
    ...rows,
  ].join("\n");
}
