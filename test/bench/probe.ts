import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { flushCompileCache } from "node:module";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { answerQuestions } from "./ipc.ts";
import { recordCalls, type Wave } from "./recording.ts";

/** Loaded into every measured process (node --import): reports the lag of its event loop, and its calls. */

export interface EventLoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** The histogram has the real durations of a timer of this many milliseconds. */
const resolutionMs = 1;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();

let finishRecording: (() => void) | undefined;
let recorded: Promise<readonly Wave[]> = Promise.resolve([]);

/** Fine enough to distinguish functions in a round of seconds; finer sampling disturbs the measurement. */
const samplingMicroseconds = 250;

/** Node only offers it with --expose-gc; here it is needed in processes that were started as usual. */
setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const inspector = new Session();

answerQuestions({
  resetDelay: (): void => {
    // Now, as the process is killed in the end. Does nothing where no compiled code is kept.
    flushCompileCache();
    delay.reset();
  },
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
  /** Bytes that are really in use, in the heap and outside of it, after a garbage collection. */
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
  /** Writes a processor profile since the start, for a browser's developer tools. */
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
