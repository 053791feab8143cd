import type { ChildProcess } from "node:child_process";

/** Requests and answers between the bench and a process that it started, over Node's IPC channel. */

export type Handlers = Readonly<Record<string, (input: never) => unknown>>;

interface Question {
  readonly bench: number;
  readonly command: string;
  readonly input: unknown;
}

interface Reply {
  readonly bench: number;
  readonly output?: unknown;
  readonly failure?: string;
}

/**
 * Answers the bench's requests in this process, and leaves those without a handler to others. Does nothing without a channel.
 *
 * @param waits whether waiting for requests keeps the process alive
 */
export function answerQuestions(handlers: Handlers, waits = false): void {
  if (process.send === undefined) return;
  process.on("message", async (message: Partial<Question>) => {
    const { bench, command, input } = message;
    const handle = handlers[command ?? ""];
    if (bench === undefined || handle === undefined) return;
    try {
      reply({ bench, output: await handle(input as never) });
    } catch (error) {
      reply({ bench, failure: String(error) });
    }
  });
  if (waits) process.channel?.ref();
  else process.channel?.unref();
}

function reply(message: Reply): void {
  process.send?.(message);
}

/** Sends a request to the process; rejects with its error, or if it ends without an answer. */
export function questionsTo(child: ChildProcess): <Output>(command: string, input?: unknown) => Promise<Output> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;
  child.on("message", ({ bench, output, failure }: Reply) => {
    const promise = waiting.get(bench);
    waiting.delete(bench);
    if (failure === undefined) promise?.resolve(output);
    else promise?.reject(new Error(failure));
  });
  child.once("exit", () => {
    for (const { reject } of waiting.values()) reject(new Error("The process ended before it answered."));
    waiting.clear();
  });
  return <Output>(command: string, input?: unknown): Promise<Output> => {
    const promise = Promise.withResolvers<unknown>();
    asked += 1;
    waiting.set(asked, promise);
    if (!child.connected) promise.reject(new Error("The process has ended."));
    else child.send({ bench: asked, command, input } satisfies Question);
    return promise.promise as Promise<Output>;
  };
}
