import type { Backend, Backends } from "../../adapter/backends.ts";
import { keptFor } from "./kept.ts";

/** Whether requests can be served: the store answers, and so does at least one backend. */
export interface Readiness {
  readonly ready: boolean;
  /** refused: it answers, and is not the one that it was, so that mutations are refused. */
  readonly store: "up" | "down" | "refused";
  /** In the order of the configuration. */
  readonly backends: readonly { readonly key: string; readonly up: boolean }[];
}

export interface ReadinessOptions {
  /** Rejects while the store is down. */
  readonly pingStore: () => Promise<void>;
  /** Why the store may not be written to; null while it may. */
  readonly storeProblem: () => string | null;
  readonly backends: Backends;
  /** How long one look counts, whoever asks: probes from outside must not become load on backends. */
  readonly keptMs?: number;
  /** How long a look waits for whoever does not answer: less than the patience of usual probes. */
  readonly patienceMs?: number;
}

/** How long a backend that answered a call counts as up without being asked. */
const freshMs = 30_000;

/**
 * Looks at the store and the backends. A backend whose last call was answered just now is taken to be up; all others are probed:
 * those never called, and those that are down, because a gateway that gets no requests would never see them come back.
 */
export function createReadiness(options: ReadinessOptions): () => Promise<Readiness> {
  const { pingStore, storeProblem, backends, keptMs = 5_000, patienceMs = 2_000 } = options;
  return keptFor(keptMs, async () => {
    const timeUp = AbortSignal.timeout(patienceMs);
    const [store, ...found] = await Promise.all([
      succeeds(pingStore(), timeUp),
      ...backends.all.map((backend) => isUp(backend, timeUp)),
    ]);
    const states = backends.all.map(({ key }, index) => ({ key, up: found[index] === true }));
    const isTheOne = storeProblem() === null;
    return {
      ready: store && isTheOne && states.some(({ up }) => up),
      store: !store ? "down" : isTheOne ? "up" : "refused",
      backends: states,
    };
  });
}

async function isUp({ adapter, health }: Backend, timeUp: AbortSignal): Promise<boolean> {
  const { status, checkedAt } = health();
  const isFresh = checkedAt !== null && Date.now() - Date.parse(checkedAt) < freshMs;
  if (isFresh && (status === "UP" || status === "DEGRADED")) return true;
  return succeeds(adapter.probe({ signal: timeUp }), timeUp);
}

/** False when it rejects, and when it has not ended by then. */
function succeeds(promise: Promise<void>, timeUp: AbortSignal): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  timeUp.addEventListener("abort", () => resolve(false), { once: true });
  const ended = promise.then(
    () => true,
    () => false,
  );
  return Promise.race([ended, late]);
}
