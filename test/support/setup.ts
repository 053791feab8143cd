import { afterAll } from "vitest";
import { endAll, killLeftOvers, markWhatIsStarted, startedBy, stillRunning } from "./endings.ts";

/** For every test file: what it starts ends with it. What nobody has ended is ended here, and the file fails. */

markWhatIsStarted();

// Vitest does what comes after a file in the reverse order: this is the last of it.
afterAll(async () => {
  await endAll();
  const left = killLeftOvers(await stillRunning(() => startedBy(process.ppid, process.pid)));
  if (left !== null) throw new Error(left);
});
