/** One event of a text/event-stream (HTML standard, 9.2). */
export interface ServerSentEvent {
  readonly type: string;
  readonly data: string;
}

/**
 * Yields the events of a stream until it ends. Skips comments, which servers send to keep a connection open. Leaving the loop
 * cancels the stream. Fails when the stream fails.
 */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent, void, undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      // An empty line ends an event. The text after the last empty line is the start of the next event.
      const blocks = (rest + decoder.decode(chunk.value, { stream: true })).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop() ?? "";
      yield* blocks.map(eventOf).filter((event) => event !== null);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
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
