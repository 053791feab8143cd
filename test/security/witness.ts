import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { pino } from "pino";
import { backendSettings } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import { compose } from "../../src/gateway/composition.ts";
import { type BackendKey, type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { createAuthenticator } from "../../src/server/auth/authenticate.ts";
import { createGateway } from "../../src/server/gateway.ts";
import { listen } from "../../src/server/listen.ts";
import { createTelemetry } from "../../src/server/telemetry/telemetry.ts";

/** The requests that reach backends, byte for byte: between the gateway and each simulated backend is a witness. */

export interface Arrival {
  readonly backend: BackendKey;
  readonly method: string;
  /** The request line's target, as sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answering = (arrival: Arrival) => { readonly status: number; readonly headers: OutgoingHttpHeaders } | null;

export interface WitnessedGateway extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Since the last look. */
  readonly arrivals: () => readonly Arrival[];
  /** Answers instead of the backends; null lets the backend answer. */
  readonly answerWith: (answering: Answering) => void;
  /** The whole answer, whatever is in it. */
  readonly send: (query: string, variables?: Readonly<Record<string, unknown>>, headers?: OutgoingHttpHeaders) => Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** @param store the journal's address; default: in memory */
export async function serveWitnessed(store = "sqlite::memory:"): Promise<WitnessedGateway> {
  const sandbox = await startSandbox({ customers: 20 });
  const seen: Arrival[] = [];
  let answering: Answering = () => null;

  async function witness(backend: BackendKey): Promise<{ url: string; close: () => Promise<void> }> {
    const { origin, url } = sandbox.backends[backend];
    const server = createServer(async (incoming, outgoing) => {
      const { method = "", url: target = "", headers } = incoming;
      const body = await buffer(incoming);
      const arrival = { backend, method, target, headers, body: body.toString("utf8") };
      seen.push(arrival);
      const instead = answering(arrival);
      if (instead) return void outgoing.writeHead(instead.status, instead.headers).end();
      const { hostname, port } = new URL(origin);
      const passed = sendRequest({ hostname, port, method, path: target, headers, agent: false }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on("error", () => outgoing.destroy());
      passed.end(body);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://127.0.0.1:${port}${new URL(url).pathname}`,
      close: async () => {
        server.close();
        server.closeAllConnections();
      },
    };
  }

  const keys = Object.keys(sandbox.backends) as BackendKey[];
  const witnesses = await Promise.all(keys.map(witness));
  const backends = keys.map((key, index) => {
    const circuit = { failures: 1_000_000 };
    return [key, { ...sandbox.configuration[key], url: witnesses[index]?.url, retries: 0, circuit }];
  });
  const configuration = parseConfiguration(
    {
      // Only requests for a caller, without the gateway's own reads.
      directory: { refreshMinutes: 0 },
      store: { url: store },
      limits: { requestsPerMinute: 0 },
      operations: { settleSeconds: 0, reconcileSeconds: [3600] },
      backends: Object.fromEntries(backends),
    },
    { backendSettings, environment: {} },
  );
  const silent = pino({ level: "silent" });
  const composition = await compose(configuration, silent);
  const { auth, limits, server } = configuration;
  const gateway = createGateway({
    services: composition.services,
    authenticate: createAuthenticator(auth),
    telemetry: await createTelemetry({ metrics: false, otlpEndpoint: "" }, silent),
    limits,
    ...server,
  });
  const listening = await listen(gateway.handle, { host: "127.0.0.1", port: 0, maxBodyBytes: limits.maxBodyBytes });

  return {
    sandbox,
    arrivals: () => seen.splice(0),
    answerWith: (given) => {
      answering = given;
    },
    send: async (query, variables = {}, headers = {}) => {
      const response = await fetch(`${listening.origin}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", ...(headers as Record<string, string>) },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, ...((await response.json()) as Omit<Answer, "status">) };
    },
    [Symbol.asyncDispose]: async () => {
      await listening.close(100);
      await composition.close();
      await Promise.all(witnesses.map(({ close }) => close()));
      await sandbox.close();
    },
  };
}
