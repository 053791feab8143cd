import { hash } from "node:crypto";
import type { BackendSettings, backendSettings, Registry } from "../adapters/index.ts";
import type { Configuration } from "../config.ts";

/** The configuration of a gateway, and which of its keys may change while it runs. */
export type GatewayConfiguration = Configuration<typeof backendSettings>;

/** A reload was refused. The message is a sentence for the operator, without values. */
export class ReloadRefusedError extends Error {
  override readonly name = "ReloadRefusedError";
}

/**
 * The keys that only a restart changes: the address and the limits of listening, the processes, the journal, and what exists once per
 * process: the counters of its metrics, and OpenTelemetry's global provider.
 */
const held: Readonly<Record<string, (configuration: GatewayConfiguration) => unknown>> = {
  "server.host": ({ server }) => server.host,
  "server.port": ({ server }) => server.port,
  "server.keepAliveSeconds": ({ server }) => server.keepAliveSeconds,
  "server.maxConnections": ({ server }) => server.maxConnections,
  "server.workers": ({ server }) => server.workers,
  "limits.maxBodyBytes": ({ limits }) => limits.maxBodyBytes,
  "limits.requestTimeoutMs": ({ limits }) => limits.requestTimeoutMs,
  "store.url": ({ store }) => store.url,
  "operations.leaseSeconds": ({ operations }) => operations.leaseSeconds,
  "telemetry.metrics": ({ telemetry }) => telemetry.metrics,
  "telemetry.otlpEndpoint": ({ telemetry }) => telemetry.otlpEndpoint,
};

/** Throws ReloadRefusedError, which names every changed key that needs a restart. Nothing of such a configuration takes effect. */
export function refuseRestartKeys(running: GatewayConfiguration, wanted: GatewayConfiguration): void {
  const changed = Object.entries(held).flatMap(([key, of]) => (of(running) === of(wanted) ? [] : [key]));
  if (changed.length > 0) throw new ReloadRefusedError(`Only a restart changes ${changed.join(", ")}.`);
  if (running.store.url === "sqlite::memory:") {
    throw new ReloadRefusedError("With the store in memory (store.url), a reload would forget every operation and its key.");
  }
}

/**
 * Identifies from where, and as whom, a backend is read: two sections with equal results read the same records. A digest, so that it
 * may be stored. The password is left out, because a new one does not change what is read. Pure.
 */
export function originOf(settings: BackendSettings): string {
  const { label, readOnly, proxy, tls, password, users, timeoutMs, concurrency, cacheSeconds, retries, circuit, ...origin } =
    settings;
  // The schema parses a section, so its keys are in the schema's order, whatever the order in the file.
  return digestOf(origin);
}

/**
 * Identifies the system that a section stands for, by kind, address and account: what is written to one is not in another. A digest, since
 * the journal stores it and shows no addresses. Pure.
 */
export function systemOf(settings: BackendSettings, kinds: Registry): string {
  const account = kinds[settings.kind]?.account?.(settings) ?? "";
  return digestOf([settings.kind, new URL(settings.url).href, account]);
}

function digestOf(value: unknown): string {
  return hash("sha256", JSON.stringify(value), "base64url").slice(0, 22);
}
