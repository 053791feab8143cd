import cluster, { type Worker } from "node:cluster";
import { AggregatorRegistry, type Registry } from "prom-client";

/**
 * Metrics of several workers behind one port: the worker that is scraped answers for all. It asks the primary, which asks every worker
 * (by prom-client's own messages), adds up their counts and sends the text back.
 */

/** How many processes should serve, and how many do: fewer while one starts, is replaced, or cannot start. */
export interface WorkerCount {
  readonly wanted: number;
  readonly serving: number;
}

const type = "billing-gateway:metrics";

interface CountsRequest {
  readonly type: typeof type;
  readonly question: number;
}
interface CountsReply extends CountsRequest {
  /** Null if a worker did not report its counts. */
  readonly text: string | null;
}

/** In milliseconds. Longer than the 5 s that prom-client waits for a worker. */
const patienceMs = 6_000;

let questions = 0;
const waiting = new Map<number, (text: string | null) => void>();

/** Answers workers that ask for the metrics of all. Call this in the primary, before the first worker is forked. */
export function answerWorkers(): void {
  const all = new AggregatorRegistry();
  cluster.on("message", async (worker: Worker, message: unknown) => {
    if (!isOurs(message)) return;
    const text = await all.clusterMetrics().catch(() => null);
    if (worker.isConnected()) worker.send({ ...message, text } satisfies CountsReply);
  });
}

/**
 * Lets the primary read this worker's counts. Call this in a worker: first without any, or the primary would wait in vain for a worker
 * that still starts, and nobody would get metrics meanwhile.
 */
export function shareWithPrimary(...registries: Registry[]): void {
  AggregatorRegistry.setRegistries(registries);
  // The constructor registers the listener for the primary's questions; later instances change nothing.
  new AggregatorRegistry();
}

/** Returns the metrics of all workers, in Prometheus' text format. Rejects if the primary or a worker does not answer in time. */
export function metricsOfAllWorkers(): Promise<string> {
  questions += 1;
  const question = questions;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // One listener for all: Node takes more than ten for a leak, and says so on stderr.
  if (questions === 1) process.on("message", hear);
  waiting.set(question, (text) => {
    if (text === null) reject(new Error("a worker did not report its metrics"));
    else resolve(text);
  });
  const timer = setTimeout(() => reject(new Error("the primary did not report the workers' metrics in time")), patienceMs);
  process.send?.({ type, question } satisfies CountsRequest);
  return promise.finally(() => {
    clearTimeout(timer);
    waiting.delete(question);
  });
}

function hear(message: unknown): void {
  if (isOurs(message)) waiting.get(message.question)?.((message as CountsReply).text);
}

function isOurs(message: unknown): message is CountsRequest {
  return typeof message === "object" && message !== null && "type" in message && message.type === type;
}
