import { type DestinationStream, type Logger, pino } from "pino";
import { describeError } from "./describe-error.ts";

/**
 * The log: JSON lines, by default on stdout. Whatever is logged as `error` is described without texts that are not ours (see
 * describe-error.ts); `err`, which pino itself knows, is treated the same.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const describe = (error: unknown): object => describeError(error);
  const options = {
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: describe, err: describe },
  };
  // Line by line: what is buffered when nobody reads any more would be tried again for ever at the end (sonic-boom's flushSync).
  return pino(options, destination ?? pino.destination({ dest: 1, sync: true }));
}
