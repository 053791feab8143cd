import { afterAll, afterEach, vi } from "vitest";
import { endAll, killLeftOvers, markWhatIsStarted, startedBy, stillRunning } from "./endings.ts";
import { toldOnFailure } from "./failing.ts";

/**
 * For every test file: what it starts ends with it. What nobody has ended is ended here, and the file fails. What it has put in place
 * of something else is gone as well: the next file may run in the same process.
 */

markWhatIsStarted();

afterEach(({ task }) => {
  const told = task.result?.state === "fail" ? toldOnFailure() : "";
  if (told !== "") console.error(`When "${task.name}" failed:\n${told}`);
});

// Vitest does what comes after a file in the reverse order: this is the last of it.
afterAll(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await endAll();
  const left = killLeftOvers(await stillRunning(() => startedBy(process.ppid, process.pid)));
  if (left !== null) throw new Error(left);
});
