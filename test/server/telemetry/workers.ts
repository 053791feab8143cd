import cluster from "node:cluster";
import { once } from "node:events";
import { pino } from "pino";
import { createTelemetry } from "../../../src/server/telemetry/telemetry.ts";
import { answerWorkers } from "../../../src/server/telemetry/worker-metrics.ts";

/** A primary and two workers. Each worker counts a call of its own, then the first one prints the metrics of all. */

if (cluster.isPrimary) {
  // As in src/processes/primary.ts.
  cluster.setupPrimary({ serialization: "advanced" });
  answerWorkers();
  const workers = [cluster.fork(), cluster.fork()];
  await Promise.all(workers.map((worker) => once(worker, "message")));
  workers[0]?.send("print");
  await once(cluster, "exit");
  for (const worker of workers) worker.kill();
} else {
  const telemetry = await createTelemetry({ metrics: true, otlpEndpoint: "" }, pino({ level: "silent" }));
  const call = { backend: "pbx", function: "charges/list", milliseconds: 1, rows: 1, outcome: "ok", attempts: 1 } as const;
  telemetry.observer.ended(call);
  telemetry.watchOperations(async () => ({ byStatus: { SUCCEEDED: 7 }, unknownSince: [] }));
  process.on("message", async (message) => {
    if (message !== "print") return;
    const read = telemetry.readMetrics ?? (() => Promise.reject(new Error("metrics are off")));
    // Several requests at once: every answer must match its question.
    const texts = await Promise.all(Array.from({ length: 20 }, read));
    console.log(texts[1]);
    process.exit(0);
  });
  process.send?.("counted");
}
