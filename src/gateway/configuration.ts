import { hash } from "node:crypto";
import type { BackendSettings, backendSettings } from "../adapters/index.ts";
import type { Configuration } from "../config.ts";

/** What a gateway is started with, and what of it may change while it runs. */
export type GatewayConfiguration = Configuration<typeof backendSettings>;

/** Why a configuration is not taken over while the gateway runs: a sentence for its operator, without values. */
export class ReloadRefusedError extends Error {
  override readonly name = "ReloadRefusedError";
}

/**
 * What a running gateway holds on to: where it listens and for how much, its processes, the journal that its operations are
 * recorded in, and what is one for a process: the counters of its metrics, and OpenTelemetry's global provider.
 */
const held: Readonly<Record<string, (configuration: GatewayConfiguration) => unknown>> = {
  "server.host": ({ server }) => server.host,
  "server.port": ({ server }) => server.port,
  "server.keepAliveSeconds": ({ server }) => server.keepAliveSeconds,
  "server.workers": ({ server }) => server.workers,
  "limits.maxBodyBytes": ({ limits }) => limits.maxBodyBytes,
  "limits.requestTimeoutMs": ({ limits }) => limits.requestTimeoutMs,
  "store.url": ({ store }) => store.url,
  "operations.leaseSeconds": ({ operations }) => operations.leaseSeconds,
  "telemetry.metrics": ({ telemetry }) => telemetry.metrics,
  "telemetry.otlpEndpoint": ({ telemetry }) => telemetry.otlpEndpoint,
};

/** Throws ReloadRefusedError, which names every key that only a restart changes. Nothing of such a configuration is taken over. */
export function refuseRestartKeys(running: GatewayConfiguration, wanted: GatewayConfiguration): void {
  const changed = Object.entries(held).flatMap(([key, of]) => (of(running) === of(wanted) ? [] : [key]));
  if (changed.length > 0) throw new ReloadRefusedError(`Only a restart changes ${changed.join(", ")}.`);
  if (running.store.url === "sqlite::memory:") {
    throw new ReloadRefusedError("With the store in memory (store.url), a reload would forget every operation and its key.");
  }
}

/**
 * What tells from where, and as whom, a backend is read: equal for two sections of the configuration under which its records are
 * the same. A digest, so that it may be kept; the password is not in it, because a new one changes nothing of what is read. Pure.
 */
export function originOf(settings: BackendSettings): string {
  const { label, readOnly, proxy, tls, password, users, timeoutMs, concurrency, cacheSeconds, retries, circuit, ...origin } =
    settings;
  // A section is parsed by its schema, which gives its keys in the schema's order, whatever theirs is in the file.
  return hash("sha256", JSON.stringify(origin), "base64url").slice(0, 22);
}
