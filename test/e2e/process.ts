import { once } from "node:events";
import { lastLines, tellOnFailure } from "../support/failing.ts";
import { type StartOptions, signal as signalTo, startProcess } from "../support/processes.ts";
import { startable } from "../support/program-files.ts";

/** Runs the programs of src/ as people do: as separate processes, with only their arguments and environment. */

export interface Ended {
  /** Null if a signal killed it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program extends AsyncDisposable {
  /** Also of its group, where it has one of its own. */
  readonly pid: number;
  readonly stdout: () => string;
  /** The first match in its stdout. Rejects, with all output, if it ends or times out before. */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Rejects if it does not end by itself in time. */
  readonly ended: () => Promise<Ended>;
  /** Sends the signal and waits for the end. */
  readonly stop: (signal?: "SIGTERM" | "SIGINT" | "SIGKILL") => Promise<Ended>;
}

export type Environment = Readonly<Record<string, string>>;

export interface RunOptions extends Pick<StartOptions, "group"> {
  /** Another Node than this one. */
  readonly node?: string;
}

/** Time limit for anything that may hang. Busy machines are slow. */
const patienceMs = 60_000;

/**
 * Starts a program of the repository, e.g. "src/main.ts", under this Node. Nothing of this process's environment reaches it: a
 * developer's own settings do not change what is tested. Disposing of it kills it if it still runs.
 */
export function run(
  file: string,
  parameters: readonly string[],
  environment: Environment = {},
  { group = false, node = process.execPath }: RunOptions = {},
): Program {
  const { script, environment: needed } = startable(file);
  const child = startProcess(node, [script, ...parameters], { env: { ...needed, ...environment }, group });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  const telling = tellOnFailure(
    () => `${file} (${child.pid}) runs. Its last words:\n${lastLines(output.stdout)}\n${output.stderr}`,
  );
  child.once("exit", () => telling[Symbol.dispose]());
  const kill = (): void => signalTo(child, "SIGKILL", group);
  const closed = once(child, "close").then(([code]): Ended => ({ code: code as number | null, ...output }));

  const inTime = <T>(waiting: Promise<T>, what: string): Promise<T> => {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(failure(`did not ${what} within ${patienceMs} ms`)), patienceMs);
    return Promise.race([waiting, promise]).finally(() => clearTimeout(timer));
  };
  const failure = (problem: string): Error => new Error(`${file} ${problem}. It printed:\n${output.stdout}\n${output.stderr}`);

  const printed = async (pattern: RegExp): Promise<RegExpExecArray> => {
    const { promise, resolve } = Promise.withResolvers<RegExpExecArray>();
    const look = (): void => {
      const match = pattern.exec(output.stdout);
      if (match) resolve(match);
    };
    child.stdout.on("data", look);
    look();
    const early = closed.then(({ code }) => {
      throw failure(`ended with ${code} before it printed ${pattern}`);
    });
    return inTime(Promise.race([promise, early]), `print ${pattern}`).finally(() => child.stdout.off("data", look));
  };
  const ended = (): Promise<Ended> => inTime(closed, "end");

  return {
    pid: child.pid ?? Number.NaN,
    stdout: () => output.stdout,
    printed,
    ended,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended();
    },
    [Symbol.asyncDispose]: async () => {
      kill();
      await closed;
    },
  };
}

export interface GatewayProgram extends Program {
  /** "http://127.0.0.1:4000" */
  readonly origin: string;
  /** As printed, in the order of the configuration. */
  readonly backends: readonly PrintedBackend[];
}

export interface PrintedBackend {
  readonly key: string;
  readonly kind: string;
  /** The base path of its API. */
  readonly url: string;
}

/** Starts the gateway and waits until it has printed where it listens. */
export async function runGateway(
  parameters: readonly string[],
  environment?: Environment,
  options?: RunOptions,
): Promise<GatewayProgram> {
  const program = run("src/main.ts", parameters, environment, options);
  try {
    // Without a configuration for people, with one as a line of the log.
    const [, onTerminal, inLog] = await program.printed(
      /^GraphQL +(http:\S+)\/graphql\n[\s\S]*\n {2}\w|^\{.*"origin":"(http:[^"]+)".*"msg":"listening"\}\n/m,
    );
    const origin = onTerminal ?? inLog ?? "";
    const rows = program.stdout().matchAll(/^ {2}(\S+) +(\S+) +(http:\S+)/gm);
    const backends = Array.from(rows, ([, key = "", kind = "", url = ""]) => ({ key, kind, url }));
    return { ...program, origin, backends };
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}
