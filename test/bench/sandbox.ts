import { setTimeout as pause } from "node:timers/promises";
import type { LoggedCall } from "../../src/sandbox/simulated.ts";
import { callsOf, type SandboxProgram, setFaults } from "../e2e/sandbox.ts";

type Backends = Pick<SandboxProgram, "backends">;

/** A call as the sandbox logs it, and the key of the backend that it went to. */
export type BackendCall = LoggedCall & { readonly backend: string };

/** Forgets the calls that the sandbox has logged: a full log costs it time with every call. */
export async function clearCalls({ backends }: Backends): Promise<void> {
  await Promise.all(backends.map(({ url }) => fetch(new URL("/_sandbox/calls", url), { method: "DELETE" })));
}

const quietMs = 150;
const longestWaitMs = 15_000;

/**
 * Waits until nobody calls the backends any more, since an aborted request's calls may continue for a while; then clears the log.
 */
export async function awaitQuiet(sandbox: Backends): Promise<void> {
  const deadline = Date.now() + longestWaitMs;
  do {
    await clearCalls(sandbox);
    await pause(quietMs);
  } while ((await countCalls(sandbox)) !== 0 && Date.now() < deadline);
}

/** The calls to the backends since the log was cleared, in order within each backend. */
export async function loggedCalls({ backends }: Backends): Promise<readonly BackendCall[]> {
  const calls = await Promise.all(
    backends.map(async ({ key, url }) => (await callsOf(url)).map((call) => ({ backend: key, ...call }))),
  );
  return calls.flat();
}

/** The sandbox keeps this many calls of each backend (src/sandbox/server.ts). */
const longestLog = 100_000;

/** Number of calls since the log was cleared; null if it may have lost some. */
export async function countCalls({ backends }: Backends): Promise<number | null> {
  const counts = await Promise.all(backends.map(async ({ url }) => (await callsOf(url)).length));
  return counts.some((count) => count >= longestLog) ? null : counts.reduce((sum, count) => sum + count, 0);
}

/** How many calls each function of each backend got, e.g. {"suite clients": 1}, in the order of their names. */
export function byFunction(calls: readonly BackendCall[]): Readonly<Record<string, number>> {
  const functions = Map.groupBy(calls, ({ backend, function: called }) => `${backend} ${called}`);
  return Object.fromEntries(
    Array.from(functions, ([called, group]) => [called, group.length] as const).sort(([left], [right]) =>
      left < right ? -1 : 1,
    ),
  );
}

/** From now on every call is delayed by this; 0 = as fast as possible. */
export async function setDelay({ backends }: Backends, milliseconds: number): Promise<void> {
  const faults = milliseconds > 0 ? [{ kind: "delay" as const, milliseconds }] : [];
  await Promise.all(backends.map(({ url }) => setFaults(url, faults)));
}
