import { Writable } from "node:stream";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createStoreHealthLog } from "../../src/gateway/store-health.ts";
import { createLogger } from "../../src/server/telemetry/log.ts";

const failure = new Error("sorry, too many clients already");
const [fails, still, works] = [
  "the store fails: mutations are refused until it takes a write again",
  "the store still fails from time to time",
  "the store works again",
];

let lines: { readonly msg: string; readonly failures?: number; readonly level: string }[];
let log: ReturnType<typeof createStoreHealthLog>;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  lines = [];
  const memory = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(JSON.parse(String(chunk)))) });
  log = createStoreHealthLog(createLogger("debug", memory));
});
afterEach(() => void vi.useRealTimers());

function flap(times: number, everyMs: number): void {
  for (let time = 0; time < times; time += 1) {
    log.changed(failure);
    vi.advanceTimersByTime(everyMs / 2);
    log.changed(null);
    vi.advanceTimersByTime(everyMs / 2);
  }
}

it("a failure is told at once, and its end once it has lasted", () => {
  log.changed(failure);
  expect(lines).toMatchObject([{ level: "error", msg: fails }]);
  vi.advanceTimersByTime(600_000);
  log.changed(null);
  expect(lines).toHaveLength(1);
  vi.advanceTimersByTime(5_000);
  expect(lines.slice(1)).toMatchObject([{ level: "info", msg: works, failures: 1 }]);
});

it("a store that flaps for three minutes is one trouble, of which each minute and the end say how often it failed", () => {
  flap(90, 2_000);
  vi.advanceTimersByTime(60_000);
  expect(lines.map(({ msg, failures }) => [msg, failures])).toEqual([
    [fails, undefined],
    [still, 30],
    [still, 60],
    [still, 90],
    [works, 90],
  ]);
});

it.each([2_000, 12_000, 24_000, 60_000])(
  "a store that flaps every %i ms for an hour has at most two lines a minute",
  (everyMs) => {
    flap(3_600_000 / everyMs, everyMs);
    vi.advanceTimersByTime(100_000);
    expect(lines.length).toBeLessThanOrEqual(125);
    expect(lines.at(-1)?.msg).toBe(works);
    // Each failure is in one of the counts.
    const counted = lines.filter(({ msg }) => msg === works).reduce((sum, { failures = 0 }) => sum + failures, 0);
    expect(counted).toBe(3_600_000 / everyMs);
  },
);

it("what has not been said at the end of the process is said then", () => {
  log.changed(failure);
  log.changed(null);
  log.end();
  expect(lines.map(({ msg }) => msg)).toEqual([fails, works]);
  vi.advanceTimersByTime(600_000);
  expect(lines).toHaveLength(2);
});
