import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Collector, type ReceivedSpan, startCollector } from "./collector.ts";
import { type Served, serve } from "./served.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const callersSpan = "b7ad6b7169203331";
const traceparent = `00-${traceId}-${callersSpan}-01`;

/** Every credential, and texts that a caller sends. */
const canary = "CANARY4711";

let collector: Collector;
let served: Served;
beforeEach(async () => {
  collector = await startCollector();
  served = await serve({
    sections: { telemetry: { otlpEndpoint: collector.endpoint } },
    backend: { concurrency: 1, circuit: { failures: 1000 } },
  });
});
afterEach(async () => {
  await served.close();
  await collector[Symbol.asyncDispose]();
});

/** Flushes spans to the collector, as the gateway does when it ends. */
async function spansOf(ask: () => Promise<unknown>): Promise<readonly ReceivedSpan[]> {
  await ask();
  await served.close();
  return collector.spans;
}

/** Does not use fetch: in this process, it would be traced too. */
async function ask(query: string, headers: Record<string, string> = {}): Promise<void> {
  const body = JSON.stringify({ query });
  const length = String(Buffer.byteLength(body));
  const sent = request(`${served.origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", "content-length": length, ...headers },
  });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  await text(response);
}
const customers = (backend: string, first = 1): string =>
  `query Customers { customers(first: ${first}, backends: ["${backend}"]) { nodes { id } } }`;
const above = (spans: readonly ReceivedSpan[], span: ReceivedSpan | undefined): ReceivedSpan | undefined =>
  spans.find(({ spanId }) => spanId === span?.parentSpanId);

describe("a trace", () => {
  it("continues the caller's span, through the field, to the backend's request", async () => {
    const received: string[] = [];
    const look = (message: unknown): void => {
      received.push((message as { readonly headers: string }).headers);
    };
    // Added after the gateway's own instrumentation, so it sees what goes out.
    subscribe("undici:client:sendHeaders", look);
    const spans = await spansOf(() => ask(customers("recurring"), { traceparent })).finally(() =>
      unsubscribe("undici:client:sendHeaders", look),
    );
    expect([...collector.paths]).toEqual(["/v1/traces"]);

    const sent = spans.find(({ attributes, kind }) => kind === 3 && attributes["http.response.status_code"] === 200);
    const call = above(spans, sent);
    expect(call).toMatchObject({
      name: "recurring GET /customers",
      attributes: { "billing.backend": "recurring", "billing.function": "GET /customers", "billing.effect": "read" },
    });
    const field = above(spans, call);
    expect(field?.name).toBe("Query.customers");
    const execute = above(spans, field);
    expect(execute).toMatchObject({
      name: "graphql.execute",
      attributes: { "graphql.operation.type": "query", "graphql.operation.name": "Customers" },
    });
    const server = above(spans, execute);
    expect(server).toMatchObject({
      name: "POST /graphql",
      kind: 2,
      parentSpanId: callersSpan,
      attributes: { "http.request.method": "POST", "http.route": "/graphql", "http.response.status_code": 200 },
    });
    for (const name of ["graphql.parse", "graphql.validate"]) {
      expect(
        above(
          spans,
          spans.find((span) => span.name === name),
        ),
      ).toBe(server);
    }
    for (const span of [sent, call, field, execute, server]) expect(span?.traceId).toBe(traceId);
    expect(received.join()).toContain(`00-${traceId}-${sent?.spanId}-01`);
  });

  it("contains its own calls, even those that waited for another request's call to end", async () => {
    for (const backend of Object.values(served.sandbox.backends)) backend.setFaults([{ kind: "delay", milliseconds: 100 }]);
    const traces = Array.from({ length: 5 }, (_, index) => `0af7651916cd43dd8448eb211c8031${10 + index}`);
    const spans = await spansOf(() =>
      Promise.all(traces.map((id, index) => ask(customers("suite", index + 1), { traceparent: `00-${id}-${callersSpan}-01` }))),
    );
    for (const id of traces) {
      const requests = spans.filter((span) => span.traceId === id && span.kind === 3);
      expect(requests).toHaveLength(1);
      expect(above(spans, requests[0])).toMatchObject({ name: "suite POST /clients", traceId: id });
    }
  });

  it("begins with the gateway if the caller sends none", async () => {
    const spans = await spansOf(() => ask("{ __typename }"));
    const server = spans.find(({ kind }) => kind === 2);
    expect(server?.parentSpanId || undefined).toBeUndefined();
  });

  it("has a mutation's steps", async () => {
    const mutation = `mutation { createCustomer(input: { backends: ["suite"], firstName: "Grace", lastName: "Hopper" }) { operation { id } } }`;
    const spans = await spansOf(() => ask(mutation, { traceparent }));
    const step = spans.find(({ name }) => name === "step suite POST /clients/save");
    expect(step).toMatchObject({ traceId, attributes: { "billing.mutation": "createCustomer", "billing.status": "SUCCEEDED" } });
    expect(above(spans, step)?.name).toBe("Mutation.createCustomer");
  });

  it("marks failures with their codes", async () => {
    served.sandbox.backends.recurring.setFaults([{ kind: "html502" }]);
    const spans = await spansOf(() => ask(customers("recurring")));
    const call = spans.find(({ name }) => name === "recurring GET /customers");
    expect(call).toMatchObject({ failed: true, attributes: { "error.type": "UNAVAILABLE" } });
    const attempts = spans.filter((span) => span.kind === 3 && span.parentSpanId === call?.spanId);
    expect(attempts.map(({ attributes }) => attributes["http.response.status_code"])).toEqual([502, 502, 502]);
  });
});

describe("no span", () => {
  it("contains a credential, a URL's query, a header, a body or an error's text", async () => {
    const faults = ["echo", "html502", "truncate", "dropBefore", "dropAfter", "rateLimit", "emptyEnvelope"] as const;
    const askFaulty = async (backend: "pbx" | "suite" | "offices" | "recurring"): Promise<void> => {
      const query = `query Search { customers(first: 1, backends: ["${backend}"], filter: { search: "${canary}" }) { nodes { id } } }`;
      await ask(query, { "x-note": canary, authorization: `Bearer ${canary}` });
      for (const kind of faults) {
        served.sandbox.backends[backend].setFaults([{ kind }]);
        await ask(query, { "x-note": canary });
      }
    };
    const spans = await spansOf(() => Promise.all((["pbx", "suite", "offices", "recurring"] as const).map(askFaulty)));
    expect(spans.length).toBeGreaterThan(100);
    const received = collector.text();
    expect(received).not.toContain(canary);
    for (const { username, password } of Object.values(served.sandbox.configuration) as {
      username: string;
      password: string;
    }[]) {
      expect(received).not.toContain(password);
      expect(received).not.toContain(`username=${username}`);
    }
    const names = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...names].filter((name) => /url|header|body|exception|user_agent/.test(name))).toEqual([]);
  });
});

it("a receiver that cannot be reached is logged once, and costs no request", async () => {
  await collector[Symbol.asyncDispose]();
  await ask(customers("pbx"));
  await served.close();
  const told = served.lines().filter(({ msg }) => String(msg).startsWith("spans could not be sent"));
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ level: "warn" });
  collector = await startCollector();
});
