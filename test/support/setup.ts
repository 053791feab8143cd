import { afterAll, afterEach, vi } from "vitest";
import { endAll, killLeftOvers, markWhatIsStarted, startedBy, stillRunning } from "./endings.ts";
import { toldOnFailure } from "./failing.ts";

/**
 * For every test file: what it starts ends with it. If something was left running, it is ended here and the file fails. Replaced
 * globals and mocks are restored: the next file may run in the same process.
 */

markWhatIsStarted();

afterEach(({ task }) => {
  const told = task.result?.state === "fail" ? toldOnFailure() : "";
  if (told !== "") console.error(`When "${task.name}" failed:\n${told}`);
});

// Vitest runs hooks after a file in reverse order: this is the last one.
afterAll(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await endAll();
  const left = killLeftOvers(await stillRunning(() => startedBy(process.ppid, process.pid)));
  if (left !== null) throw new Error(left);
});
