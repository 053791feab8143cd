import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** A receiver of traces over OTLP/HTTP, as JSON (OpenTelemetry, "OTLP specification"). */

export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface Collector extends AsyncDisposable {
  /** Base address, for telemetry.otlpEndpoint. */
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  /** All that was received, as text. */
  readonly text: () => string;
  /** The requested paths. */
  readonly paths: ReadonlySet<string>;
}

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
}

interface Export {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly name: string;
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly kind: number;
        readonly status: { readonly code?: number };
        readonly attributes: readonly { readonly key: string; readonly value: Value }[];
      }[];
    }[];
  }[];
}

export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const paths = new Set<string>();
  let text = "";
  const server = createServer(async (request, response) => {
    paths.add(request.url ?? "");
    const received = (await json(request)) as Export;
    text += JSON.stringify(received);
    for (const { scopeSpans } of received.resourceSpans) {
      for (const each of scopeSpans.flatMap((scope) => scope.spans)) {
        const { name, traceId, spanId, parentSpanId, kind, status } = each;
        const attributes = Object.fromEntries(each.attributes.map(({ key, value }) => [key, plain(value)]));
        spans.push({ name, traceId, spanId, parentSpanId, kind, failed: status.code === 2, attributes });
      }
    }
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    text: () => text,
    paths,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function plain({ stringValue, intValue, doubleValue }: Value): string | number {
  return stringValue ?? doubleValue ?? Number(intValue);
}
