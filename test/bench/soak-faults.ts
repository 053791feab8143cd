import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "../../src/sandbox/simulated.ts";
import { type SandboxProgram, setFaults } from "../e2e/sandbox.ts";
import type { Seeded } from "../simulation/seeded.ts";

const kinds: readonly Fault["kind"][] = [
  "delay",
  "dropBefore",
  "dropAfter",
  "truncate",
  "html502",
  "html502After",
  "emptyEnvelope",
  "rateLimit",
  "echo",
];

/**
 * Until the signal: every second or so another backend has other faults, half of the time none. All faults are removed when it
 * resolves.
 */
export async function breakBackends({ backends }: SandboxProgram, random: Seeded, signal: AbortSignal): Promise<void> {
  try {
    while (!signal.aborted) {
      const { url } = random.pick(backends);
      await setFaults(url, random.chance(0.5) ? [] : [fault(random)]);
      await pause(random.integer(500, 1500), undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await Promise.all(backends.map(({ url }) => setFaults(url, [])));
  }
}

function fault(random: Seeded): Fault {
  const kind = random.pick(kinds);
  const probability = random.integer(2, 20) / 100;
  return kind === "delay" ? { kind, probability, milliseconds: random.integer(10, 3000) } : { kind, probability };
}
