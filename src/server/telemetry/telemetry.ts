import type { Plugin } from "graphql-yoga";
import type { Logger } from "pino";

/** What the gateway tells operators about itself: logs, metrics and traces. */
export interface Telemetry {
  readonly plugins: readonly Plugin[];
}

export interface TelemetrySettings {
  readonly metrics: boolean;
  readonly otlpEndpoint: string;
}

export function createTelemetry(_settings: TelemetrySettings, _logger: Logger): Telemetry {
  return { plugins: [] };
}
