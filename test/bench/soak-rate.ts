import { setTimeout as pause } from "node:timers/promises";

type Send = () => Promise<void>;

const steps = [2, 4, 8, 16, 32, 64];
/** The search ends with a step that gains less than this: more requests at once would only wait longer. */
const leastGain = 1.1;

/** The highest rate, in requests per second: more requests at once do not raise it. */
export async function findRate(send: Send, seconds: number): Promise<number> {
  let best = 0;
  for (const connections of steps) {
    const rate = await closedLoop(send, connections, seconds);
    if (rate < best * leastGain) return Math.max(best, rate);
    best = rate;
  }
  return best;
}

async function closedLoop(send: Send, connections: number, seconds: number): Promise<number> {
  let sent = 0;
  const started = performance.now();
  const isOver = (): boolean => performance.now() - started >= seconds * 1000;
  const loop = async (): Promise<void> => {
    while (!isOver()) {
      await send();
      sent += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  return sent / ((performance.now() - started) / 1000);
}

/** Maximum requests at once: a gateway that is this far behind is not helped by more. */
const mostAtOnce = 400;
const tickMs = 10;

/** Sends at a rate for this long, whether answers come or not; resolves when the last is answered. */
export async function sendSteadily(
  send: Send,
  rate: number,
  seconds: number,
): Promise<{ readonly sent: number; readonly late: number }> {
  const started = performance.now();
  const underWay = new Set<Promise<void>>();
  let due = 0;
  let late = 0;
  while (performance.now() - started < seconds * 1000) {
    for (const until = Math.floor(((performance.now() - started) / 1000) * rate); due < until; due += 1) {
      if (underWay.size >= mostAtOnce) {
        late += 1;
        continue;
      }
      const sending = send().finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
    await pause(tickMs);
  }
  await Promise.all(underWay);
  return { sent: due - late, late };
}
