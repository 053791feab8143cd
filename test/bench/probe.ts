import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { answerQuestions } from "./ipc.ts";
import { recordCalls, type Wave } from "./recording.ts";

/** Loaded into every process that is measured (node --import): how late its event loop is, and which calls it makes. */

export interface EventLoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** The histogram holds how long a timer of this many milliseconds really took. */
const resolutionMs = 1;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();

let finishRecording: (() => void) | undefined;
let recorded: Promise<readonly Wave[]> = Promise.resolve([]);

/** Fine enough to tell functions apart in a round of seconds; finer ones disturb what is measured. */
const samplingMicroseconds = 250;

/** Node offers it to programs that were started with --expose-gc; here it is wanted in those that were started as usual. */
setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const inspector = new Session();

answerQuestions({
  resetDelay: () => delay.reset(),
  readDelay: (): EventLoopDelay => ({
    p50Ms: lateness(delay.percentile(50)),
    p99Ms: lateness(delay.percentile(99)),
    maxMs: lateness(delay.max),
  }),
  /** Microseconds of processor time that this process has used so far. */
  readProcessorTime: (): number => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  /** Bytes that are really in use, in the heap and outside of it: what is left when the garbage is collected. */
  readLiveMemory: (): number => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  },
  startProfile: async (): Promise<void> => {
    inspector.connect();
    await inspector.post("Profiler.enable");
    await inspector.post("Profiler.setSamplingInterval", { interval: samplingMicroseconds });
    await inspector.post("Profiler.start");
  },
  /** Writes what the processor did since the start, for a browser's developer tools: a flame chart. */
  stopProfile: async (file: string): Promise<void> => {
    const { profile } = await inspector.post("Profiler.stop");
    inspector.disconnect();
    writeFileSync(file, JSON.stringify(profile));
  },
  startRecording: (origins: readonly string[]) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    finishRecording = resolve;
    recorded = recordCalls(new Set(origins), () => promise);
  },
  stopRecording: () => {
    finishRecording?.();
    return recorded;
  },
});

function lateness(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - resolutionMs);
}
