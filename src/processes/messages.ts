import type { GatewayConfiguration } from "../gateway/configuration.ts";
import type { WorkerCount } from "../server/telemetry/worker-metrics.ts";

/** Messages between the primary and its workers. Libraries send their own messages over the same channel. */

export type Order =
  | { readonly type: "billing-gateway:start"; readonly configuration: GatewayConfiguration }
  | { readonly type: "billing-gateway:reload"; readonly configuration: GatewayConfiguration }
  /** Sent whenever the count changes. */
  | { readonly type: "billing-gateway:workers"; readonly count: WorkerCount }
  | { readonly type: "billing-gateway:stop" };

export type Report =
  | { readonly type: "billing-gateway:started"; readonly origin: string }
  | { readonly type: "billing-gateway:failed"; readonly explanation: string }
  /** Sent regularly: the worker's event loop turns. */
  | { readonly type: "billing-gateway:alive" };

/** How often a worker reports that it is alive. */
export const aliveEveryMs = 1_000;

export function isOrder(message: unknown): message is Order {
  return hasType(message, ["billing-gateway:start", "billing-gateway:reload", "billing-gateway:workers", "billing-gateway:stop"]);
}

export function isReport(message: unknown): message is Report {
  return hasType(message, ["billing-gateway:started", "billing-gateway:failed", "billing-gateway:alive"]);
}

function hasType(message: unknown, types: readonly (Order | Report)["type"][]): boolean {
  return typeof message === "object" && message !== null && "type" in message && types.some((type) => type === message.type);
}
