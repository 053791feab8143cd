import cluster, { type Worker } from "node:cluster";
import { AggregatorRegistry, type Registry } from "prom-client";

/**
 * Metrics of several workers behind one port: whichever of them is scraped answers for all. The worker asks the primary, the
 * primary asks every worker (prom-client's own messages), adds up what they count, and hands the text back.
 */

const type = "billing-gateway:metrics";

interface CountsRequest {
  readonly type: typeof type;
  readonly question: number;
}
interface CountsReply extends CountsRequest {
  /** Null: a worker did not tell what it counts. */
  readonly text: string | null;
}

/** Longer than prom-client waits for a worker that does not answer, 5 s. */
const patienceMs = 6_000;

let questions = 0;

/** To be called in the primary, before the first worker is forked: answers workers that ask for the metrics of all. */
export function answerWorkers(): void {
  const all = new AggregatorRegistry();
  cluster.on("message", async (worker: Worker, message: unknown) => {
    if (!isOurs(message)) return;
    const text = await all.clusterMetrics().catch(() => null);
    if (worker.isConnected()) worker.send({ ...message, text } satisfies CountsReply);
  });
}

/** To be called in a worker: lets the primary read what this one counts. */
export function shareWithPrimary(registry: Registry): void {
  AggregatorRegistry.setRegistries(registry);
  // Making one is what listens for the primary's questions; later ones change nothing.
  new AggregatorRegistry();
}

/** In a worker: the metrics of all, in Prometheus' text format. Rejects when the primary or a worker does not answer in time. */
export function metricsOfAllWorkers(): Promise<string> {
  questions += 1;
  const question = questions;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const listen = (message: unknown): void => {
    if (!isOurs(message) || message.question !== question) return;
    const { text } = message as CountsReply;
    if (text === null) reject(new Error("a worker did not tell what it counts"));
    else resolve(text);
  };
  process.on("message", listen);
  const timer = setTimeout(() => reject(new Error("the primary did not tell what the workers count")), patienceMs);
  process.send?.({ type, question } satisfies CountsRequest);
  return promise.finally(() => {
    clearTimeout(timer);
    process.off("message", listen);
  });
}

function isOurs(message: unknown): message is CountsRequest {
  return typeof message === "object" && message !== null && "type" in message && message.type === type;
}
