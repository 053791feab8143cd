import { ConfigurationError, UsageError } from "../config.ts";
import { StoreError } from "../store/open.ts";

/** Why the gateway does not start, for its operator: no value of the configuration is in it. */
export function explain(error: unknown): string {
  if (error instanceof ConfigurationError) return `The configuration has mistakes:\n${error.message}`;
  if (error instanceof UsageError || error instanceof StoreError) return error.message;
  const { code, port } = error as { code?: string; port?: number };
  if (code === "EADDRINUSE") return `Port ${port} is in use. Give another one with --port, or server.port in the configuration.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
