import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { DiagnosticsChannel, Dispatcher } from "undici";

/** A request as undici was asked to send it. */
export interface RecordedCall {
  readonly origin: string;
  readonly method: Dispatcher.HttpMethod;
  /** With the query string. */
  readonly path: string;
  /** Names and values in turn; without those that undici adds by itself, such as content-length. */
  readonly headers: readonly string[];
  /** Null when there is none. */
  readonly body: string | null;
}

/** Calls that leave at the same time; the next wave follows when all are answered. */
export type Wave = readonly RecordedCall[];

/**
 * Records what undici sends to the origins while `work` runs in this process (undici's documented diagnostics channels
 * undici:request:*). A call made after an answer opens a new wave. So the backends must answer slowly enough, and the pools be
 * large enough, that independent calls are made before the first answer.
 */
export async function recordCalls(origins: ReadonlySet<string>, work: () => Promise<unknown>): Promise<readonly Wave[]> {
  const waves: DiagnosticsChannel.Request[][] = [];
  const bodies = new Map<DiagnosticsChannel.Request, Buffer[]>();
  let answered = true;

  const listeners = {
    create: ({ request }: DiagnosticsChannel.RequestCreateMessage): void => {
      if (!origins.has(String(request.origin)) || request.path.startsWith("/_sandbox/")) return;
      if (answered) waves.push([]);
      answered = false;
      waves.at(-1)?.push(request);
      bodies.set(request, []);
    },
    bodyChunkSent: ({ request, chunk }: DiagnosticsChannel.RequestBodyChunkSentMessage): void => {
      bodies.get(request)?.push(Buffer.from(chunk));
    },
    trailers: ({ request }: DiagnosticsChannel.RequestTrailersMessage): void => {
      if (bodies.has(request)) answered = true;
    },
  };
  const channels = Object.entries(listeners).map(
    ([name, listener]) => [`undici:request:${name}`, listener as (message: unknown) => void] as const,
  );

  for (const [name, listener] of channels) subscribe(name, listener);
  try {
    await work();
  } finally {
    for (const [name, listener] of channels) unsubscribe(name, listener);
  }
  return waves.map((requests) => requests.map((request) => recordedCall(request, bodies.get(request) ?? [])));
}

function recordedCall({ origin, method, path, headers }: DiagnosticsChannel.Request, chunks: readonly Buffer[]): RecordedCall {
  const body = chunks.length > 0 ? Buffer.concat(chunks).toString() : null;
  return { origin: String(origin), method: method ?? "GET", path, headers: [...headers], body };
}
