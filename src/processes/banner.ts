import type { GatewayConfiguration } from "../gateway/composition.ts";

/** Where the backends are: configured; simulated, as was asked for; or simulated, because nothing was asked for. */
export type BackendSource = "configuration" | "sandbox" | "nothing";

/** What is printed once the gateway listens. */
export function banner(origin: string, { server, backends }: GatewayConfiguration, source: BackendSource): string {
  const rows = Object.entries(backends).map(([key, { label, kind, url }]) =>
    `  ${key.padEnd(12)} ${kind.padEnd(12)} ${url}  ${label ?? ""}`.trimEnd(),
  );
  return [
    ...(source === "nothing" ? unconfigured : []),
    `GraphQL   ${origin}/graphql`,
    ...(server.graphiql ? [`GraphiQL  ${origin}/graphql  (in a browser)`] : []),
    `Console   ${origin}/  (in a browser)`,
    source === "configuration" ? "Backends" : "Backends (simulated)",
    ...rows,
  ].join("\n");
}

const unconfigured: readonly string[] = [
  "******************************************************************************",
  "*  SANDBOX: no configuration was given. These backends are simulated, their  *",
  "*  customers are made up, and all of it is forgotten at the end. For real    *",
  "*  ones: --config FILE, or BILLING_GATEWAY_CONFIG. --sandbox: this is meant. *",
  "******************************************************************************",
];
