import { limitedTo } from "./limited.ts";

/** One event of a text/event-stream (HTML standard, 9.2). */
export interface ServerSentEvent {
  readonly type: string;
  readonly data: string;
}

/**
 * The gateway sends a comment every 12 seconds (Yoga's SSE). A stream that is silent for longer than this is lost, although nothing
 * says so: a network that was left, a laptop that slept, a proxy that forgot the connection.
 */
const longestSilenceMs = 45_000;

/**
 * Yields the events of a stream until it ends. Skips comments, which servers send to keep a connection open. Leaving the loop
 * cancels the stream. Fails when the stream fails, and when nothing arrives for too long.
 */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent, void, undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let chunk = await heard(reader); !chunk.done; chunk = await heard(reader)) {
      // An empty line ends an event. The text after the last empty line is the start of the next event.
      const blocks = (rest + decoder.decode(chunk.value, { stream: true })).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop() ?? "";
      yield* blocks.map(eventOf).filter((event) => event !== null);
    }
  } finally {
    // Not awaited: a lost connection may never say that it is closed.
    reader.cancel().catch(() => undefined);
  }
}

/** The next part of a stream. */
async function heard<Chunk>(reader: ReadableStreamDefaultReader<Chunk>): Promise<ReadableStreamReadResult<Chunk>> {
  const { within, end } = limitedTo(longestSilenceMs, undefined);
  try {
    return await within(reader.read());
  } finally {
    end();
  }
}

function eventOf(block: string): ServerSentEvent | null {
  let type = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [, name, value = ""] = /^([^:]+):? ?(.*)$/.exec(line) ?? [];
    if (name === "event") type = value;
    if (name === "data") data.push(value);
  }
  return data.length > 0 ? { type, data: data.join("\n") } : null;
}
