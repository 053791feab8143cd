import type { Logger } from "pino";
import type { GatewayConfiguration } from "./configuration.ts";

/** File descriptors for all else that a process has open: its store, libraries, pipes, files that are read. Idle it has about 30. */
const forAllElse = 100;
const fewest = 10;

/**
 * How many callers' connections this process may have open: as configured, but not so many that no file descriptor is left for calls to
 * backends and for the store. Node has raised its soft limit to the hard one by now.
 */
export function roomForConnections({ server, backends }: GatewayConfiguration, logger: Logger): number {
  const { maxConnections } = server;
  const files = fileLimit();
  const calls = Object.values(backends).reduce(
    (sum, { concurrency, users }) => sum + concurrency * (1 + Object.keys(users).length),
    0,
  );
  const most = Math.max(fewest, Math.min(maxConnections, files - calls - forAllElse));
  if (most < maxConnections) {
    const what = "fewer connections than server.maxConnections are accepted: the system allows this process too few open files";
    logger.warn({ most, maxConnections, files }, what);
  }
  return most;
}

/** Infinity where the system has no limit, or does not tell it. */
function fileLimit(): number {
  // Otherwise it would look up the names of all peers.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : Number.POSITIVE_INFINITY;
}

/** A flood of connections is told once in so long, in milliseconds. */
const tellEveryMs = 60_000;

/** Returns a function to call with every connection that is closed for want of room. It logs the first, and then how many more there were. */
export function createFullLog(logger: Logger, counts: () => object): () => void {
  let isQuiet = false;
  let more = false;
  const tell = (): void => {
    logger.warn(counts(), "as many connections are open as server.maxConnections allows: idle ones are closed for new ones");
    isQuiet = true;
    more = false;
    setTimeout(() => {
      isQuiet = false;
      if (more) tell();
    }, tellEveryMs).unref();
  };
  return () => {
    if (isQuiet) more = true;
    else tell();
  };
}
