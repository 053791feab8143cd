import type { Logger } from "pino";

/** How long the store has to work until the log says so, in milliseconds; twice as long each time that it did not last. */
const firstCalmMs = 5_000;
const longestCalmMs = 80_000;
/** A trouble that comes back within this time did not last long, in milliseconds. The log has a line as often while it comes and goes. */
const minuteMs = 60_000;

/** Logs the store's troubles: one line for each state that lasts, however often it changes in between. */
export interface StoreHealthLog {
  /** Call this with the error when a failure begins, and with null when it ends. */
  readonly changed: (failure: unknown) => void;
  /** Says what has not been said yet. */
  readonly end: () => void;
}

/** The lines tell how often the store has failed (`failures`) since the line that said that it fails. */
export function createStoreHealthLog(logger: Logger): StoreHealthLog {
  let isFailing = false;
  /** What the log says. */
  let isToldFailing = false;
  let failures = 0;
  let toldFailures = 0;
  let calmMs = firstCalmMs;
  let recoveredAt = Number.NEGATIVE_INFINITY;
  let calm: NodeJS.Timeout | undefined;
  let reminder: NodeJS.Timeout | undefined;

  function tellRecovered(): void {
    clearInterval(reminder);
    [isToldFailing, recoveredAt] = [false, performance.now()];
    logger.info({ failures }, "the store works again");
  }

  function tellFailing(error: unknown): void {
    const didLast = performance.now() - recoveredAt > minuteMs;
    calmMs = didLast ? firstCalmMs : Math.min(2 * calmMs, longestCalmMs);
    [isToldFailing, failures, toldFailures] = [true, 1, 1];
    logger.error({ error }, "the store fails: mutations are refused until it takes a write again");
    reminder = setInterval(() => {
      if (failures > toldFailures) logger.error({ failures }, "the store still fails from time to time");
      toldFailures = failures;
    }, minuteMs).unref();
  }

  return {
    changed: (failure) => {
      isFailing = failure !== null;
      clearTimeout(calm);
      if (!isFailing) calm = setTimeout(tellRecovered, calmMs).unref();
      else if (isToldFailing) failures += 1;
      else tellFailing(failure);
    },
    end: () => {
      clearTimeout(calm);
      if (isToldFailing && !isFailing) tellRecovered();
      clearInterval(reminder);
    },
  };
}
