import { createHistogram } from "node:perf_hooks";
import autocannon from "autocannon";
import { Pool } from "undici";
import { beginningOf } from "./figures.ts";
import { answerQuestions } from "./ipc.ts";
import type { LoadJob, LoadResult, SteadyJob } from "./load.ts";
import { sendSteadily } from "./soak-rate.ts";
import { fill } from "./templates.ts";

/** The load generator, in a process of its own so that its cost is not attributed to a subject. */

answerQuestions(
  {
    load: (jobs: readonly LoadJob[]) => Promise.all(jobs.map(load)),
    steady: (jobs: readonly SteadyJob[]) => Promise.all(jobs.map(sendAtRate)),
  },
  true,
);

const headers = { "content-type": "application/json", accept: "application/json" };
const timeoutSeconds = 30;

/** Counts the answers, in the same way for every kind of load. */
function createTally(expected: LoadJob["expected"]) {
  const latencies = createHistogram();
  const statuses: Record<string, number> = {};
  const isExpected = expecting(expected);
  const started = performance.now();
  let failed = 0;
  let failure: string | null = null;
  let lastAnswer = started;
  const fail = (reason: string): void => {
    failed += 1;
    failure ??= reason;
  };
  return {
    fail,
    check: (status: number, answer: string, turn: number): void => {
      if (status !== 200) fail(`status ${status}: ${beginningOf(answer)}`);
      else if (!isExpected(answer, turn)) fail(`another answer: ${beginningOf(answer)}`);
    },
    answered: (status: number, milliseconds: number): void => {
      lastAnswer = performance.now();
      statuses[status] = (statuses[status] ?? 0) + 1;
      // In microseconds: the histogram holds whole numbers from 1 on.
      latencies.record(Math.max(1, Math.round(milliseconds * 1000)));
    },
    requests: (): number => latencies.count,
    secondsSoFar: (): number => (lastAnswer - started) / 1000,
    result: (): LoadResult => ({
      seconds: ((latencies.count > 0 ? lastAnswer : performance.now()) - started) / 1000,
      requests: latencies.count,
      failed,
      failure,
      statuses,
      p50Ms: latencies.count > 0 ? latencies.percentile(50) / 1000 : 0,
      p99Ms: latencies.count > 0 ? latencies.percentile(99) / 1000 : 0,
    }),
  };
}

/** autocannon itself measures in whole milliseconds, so latencies are measured here. */
async function load({ url, connections, seconds, body, expected }: LoadJob): Promise<LoadResult> {
  const tally = createTally(expected);
  let turns = 0;
  const instance = autocannon(
    {
      url,
      connections,
      // Ended below: a round lasts until every connection has had an answer, on average.
      duration: seconds + timeoutSeconds,
      sampleInt: 50,
      timeout: timeoutSeconds,
      method: "POST",
      headers,
      requests: [
        {
          setupRequest: (request, context) => {
            const turn = turns++;
            (context as Turn).turn = turn;
            return { ...request, body: fill(body, turn) };
          },
          onResponse: (status, answer, context) => tally.check(status, answer, (context as Turn).turn),
        },
      ],
    },
    () => {},
  );
  instance.on("response", (_client, status, _bytes, milliseconds) => {
    tally.answered(status, milliseconds);
    if (tally.secondsSoFar() >= seconds && tally.requests() >= connections) instance.stop();
  });
  instance.on("reqError", (error: unknown) => tally.fail(String(error)));
  const { promise, resolve } = Promise.withResolvers<void>();
  instance.on("done", () => resolve());
  await promise;
  return tally.result();
}

interface Turn {
  turn: number;
}

/** autocannon sends each second's requests at its beginning; these are spread evenly. */
async function sendAtRate({ url, rate, seconds, body, expected }: SteadyJob): Promise<LoadResult> {
  const tally = createTally(expected);
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections: 512, headersTimeout: timeoutSeconds * 1000, bodyTimeout: timeoutSeconds * 1000 });
  let turns = 0;
  const send = async (): Promise<void> => {
    const turn = turns++;
    const started = performance.now();
    try {
      const response = await pool.request({ method: "POST", path, headers, body: fill(body, turn) });
      const answer = await response.body.text();
      tally.answered(response.statusCode, performance.now() - started);
      tally.check(response.statusCode, answer, turn);
    } catch (error) {
      tally.fail(String(error));
    }
  };
  await sendSteadily(send, rate, seconds);
  await pool.destroy();
  return tally.result();
}

function expecting(expected: LoadJob["expected"]): (answer: string, turn: number) => boolean {
  if ("pattern" in expected) {
    const pattern = new RegExp(`^${expected.pattern}\\s*$`);
    return (answer) => pattern.test(answer);
  }
  const { exact } = expected;
  return (answer, turn) => answer === exact[turn % exact.length];
}
