import { constants } from "node:os";

export interface Obedience {
  /** SIGTERM or SIGINT, once. */
  readonly stop: () => void;
  /** A second one: its exit code says that nothing was waited for. */
  readonly stopAtOnce: (exitCode: number) => void;
  /** SIGHUP. */
  readonly reload: () => void;
}

/** What a process does when it is told to. */
export function obeySignals({ stop, stopAtOnce, reload }: Obedience): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      // As shells report a program that a signal has ended.
      if (stopping) return stopAtOnce(128 + constants.signals[signal]);
      stopping = true;
      stop();
    });
  }
  process.on("SIGHUP", reload);
}
