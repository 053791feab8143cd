import { type GatewayClient, variablesAnd } from "./client.ts";
import type { AnyDocument } from "./documents.ts";
import { GatewayError, retryAfterSecondsOf } from "./errors.ts";

export interface Watch<Data> {
  readonly signal: AbortSignal;
  readonly onData: (data: Data) => void;
  /** Called when the connection was lost, which is made again, or (`final`) when the gateway refuses it: then the watch has ended. */
  readonly onFailure?: ((error: unknown, final: boolean) => void) | undefined;
  /** Milliseconds to wait before the next try. Default: 1 s, doubled with each failure in a row, at most 30 s. */
  readonly delayMs?: ((failures: number) => number) | undefined;
}

/**
 * Follows a subscription until the signal is aborted or the gateway completes it. A lost connection is made again, and so is one
 * that the gateway ended because its token has expired: the client's `headers` give the next one. Events in between are missed,
 * but a subscription to one object begins with its present state. Ends without failing when the gateway refuses it.
 */
export async function watch<Data, Variables>(
  client: Pick<GatewayClient, "subscribe">,
  document: AnyDocument<Data, Variables>,
  variables: Variables,
  { signal, onData, onFailure, delayMs = (failures) => Math.min(1000 * 2 ** (failures - 1), 30_000) }: Watch<Data>,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const data of client.subscribe(document, ...variablesAnd(variables, { signal }))) {
        failures = 0;
        onData(data);
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      const final = error instanceof GatewayError && !error.retryable && !hasExpired(error);
      onFailure?.(error, final);
      if (final) return;
      failures += 1;
      await waiting(Math.max(delayMs(failures), (retryAfterSecondsOf(error) ?? 0) * 1000), signal);
    }
  }
}

/** True for the end of a stream that was let in. One that is refused at once has the status 401: it has no better credential. */
function hasExpired({ status, errors: [first] }: GatewayError): boolean {
  return status === 200 && first.code === "UNAUTHENTICATED" && first.path === null && first.backend === null;
}

/** Resolves after the time, or when the signal is aborted. */
function waiting(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}
