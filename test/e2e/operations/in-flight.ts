import { type Channel, channel } from "node:diagnostics_channel";
import type { Server } from "node:http";

export interface InFlight extends Disposable {
  /** The most requests that the server at an address has had at the same time. */
  readonly most: (url: string) => number;
}

/** Counts the requests that HTTP servers of this process have received and not answered yet (node:diagnostics_channel, http). */
export function countInFlight(): InFlight {
  const current = new Map<string, number>();
  const most = new Map<string, number>();
  const counting = (step: number) => (message: unknown) => {
    const port = portOf((message as { readonly server: Server }).server);
    const count = (current.get(port) ?? 0) + step;
    current.set(port, count);
    most.set(port, Math.max(count, most.get(port) ?? 0));
  };
  const listeners: readonly [Channel, (message: unknown) => void][] = [
    [channel("http.server.request.start"), counting(1)],
    [channel("http.server.response.finish"), counting(-1)],
  ];
  for (const [each, listener] of listeners) each.subscribe(listener);
  return {
    most: (url) => most.get(new URL(url).port) ?? 0,
    [Symbol.dispose]: () => {
      for (const [each, listener] of listeners) each.unsubscribe(listener);
    },
  };
}

function portOf(server: Server): string {
  const address = server.address();
  return typeof address === "object" && address ? String(address.port) : "";
}
