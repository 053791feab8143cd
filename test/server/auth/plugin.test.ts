import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { createSchema, createYoga } from "graphql-yoga";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BillingError } from "../../../src/model/errors.ts";
import { authentication, createAuthenticator, digestOf, mintApiKey } from "../../../src/server/auth/authenticate.ts";
import { authenticationRefusal, credentialHeaders } from "../../../src/server/auth/credential.ts";
import { sendRefusal } from "../../../src/server/http/responses.ts";
import { callerOf, createRequestState, requestState, stateOf, type WithState } from "../../../src/server/state.ts";

/** The plugin over real HTTP, on a server that only answers who the caller is, with a plain route beside it. */

const key = mintApiKey();
const other = mintApiKey();
const scopes = ["read"] as const;
const apiKeys = [
  { name: "back-office", sha256: digestOf(key), scopes, backends: ["*"] },
  { name: "storefront", sha256: digestOf(other), scopes, backends: ["*"] },
];
const byKey = createAuthenticator({ mode: "apiKeys", apiKeys });
let issuerIsDown = false;
const authenticate: typeof byKey = async (headers) => {
  if (issuerIsDown) throw new BillingError("UNAVAILABLE", "Tokens cannot be checked now.");
  return byKey(headers);
};

const yoga = createYoga({
  schema: createSchema({
    typeDefs: "type Query { me: String }",
    resolvers: { Query: { me: (_source: unknown, _args: unknown, context: WithState) => callerOf(stateOf(context)).name } },
  }),
  batching: true,
  logging: false,
  plugins: [
    requestState,
    authentication(authenticate),
    {
      onResponse: ({ response, serverContext }) => {
        response.headers.set("x-caller", stateOf(serverContext).caller?.name ?? "nobody");
      },
    },
  ],
});
const server = createServer(async (request, response) => {
  if (request.url !== "/plain") return yoga(request, response);
  try {
    response.end((await authenticate(credentialHeaders(request))).name);
  } catch (error) {
    sendRefusal(authenticationRefusal(error, { method: request.method, accept: request.headers.accept }), response);
  }
});
let port: number;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());

const body = '{"query":"{ me }"}';
const post = (headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });

/** First line and body of the answer to these header lines, which fetch would not send. */
async function raw(path: string, lines: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const head = [`POST ${path} HTTP/1.1`, "Host: localhost", "Connection: close", "Content-Type: application/json", ...lines];
  socket.end(Buffer.from(`${head.join("\r\n")}\r\nContent-Length: ${body.length}\r\n\r\n${body}`, "latin1"));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe("a request with a credential", () => {
  it("is executed for its caller", async () => {
    const response = await post({ authorization: `Bearer ${key}` });
    expect(await response.json()).toEqual({ data: { me: "back-office" } });
    expect(response.headers.get("x-caller")).toBe("back-office");
  });

  it("keeps its caller in each operation of a batch", async () => {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${other}` },
      body: `[${body},${body}]`,
    });
    expect(await response.json()).toEqual([{ data: { me: "storefront" } }, { data: { me: "storefront" } }]);
  });

  it("keeps its caller while others' requests are in flight", async () => {
    const credentials = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? key : other));
    const answers = await Promise.all(credentials.map(async (each) => (await post({ authorization: `Bearer ${each}` })).json()));
    const names = credentials.map((each) => (each === key ? "back-office" : "storefront"));
    expect(answers).toEqual(names.map((me) => ({ data: { me } })));
  });
});

describe("a request without one", () => {
  it("is answered 401 in GraphQL's shape, with a challenge", async () => {
    const response = await post();
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="billing-gateway"');
    expect(response.headers.get("x-caller")).toBe("nobody");
    expect(await response.json()).toEqual({
      errors: [
        {
          message: "A credential is missing. Send it with each request as the header Authorization: Bearer CREDENTIAL.",
          extensions: { code: "UNAUTHENTICATED", retryable: false },
        },
      ],
    });
  });

  it("is refused before its body is read", async () => {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, { method: "POST", body: "{ this is not JSON" });
    expect(response.status).toBe(401);
  });

  it.each(["/graphql", "/anything", "/graphql?query={me}"])("is refused at %s", async (path) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept: "application/json" } });
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="billing-gateway"']);
  });

  it.each([
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true],
    ["text/html", true],
    ["application/json, text/html", false],
    ["*/*", false],
  ])("that accepts %s and asks for a page gets a password prompt: %s", async (accept, asks) => {
    const response = await fetch(`http://127.0.0.1:${port}/page`, { headers: { accept } });
    const challenge = response.headers.get("www-authenticate");
    expect(challenge).toContain('Bearer realm="billing-gateway"');
    expect(challenge?.includes('Basic realm="billing-gateway", charset="UTF-8"')).toBe(asks);
  });

  it("may be a preflight, for which nothing is executed", async () => {
    const response = await fetch(`http://127.0.0.1:${port}/graphql?query={me}`, { method: "OPTIONS" });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
  });
});

describe("a request with several credentials", () => {
  it.each([
    [`Authorization: Bearer ${key}`, `Authorization: Bearer ${other}`],
    [`Authorization: Bearer ${key}`, `authorization: Bearer ${key}`],
    [`Authorization: Bearer ${key}`, "Authorization:"],
  ])("is refused: %s, %s", async (...lines) => {
    for (const path of ["/graphql", "/plain"]) expect(await raw(path, lines)).toMatch(/^HTTP\/1\.1 401 .*is malformed/s);
  });

  it.each(["Authorization: Bearer \xff\xfe", "Authorization: Basic \x80", "Authorization:", "Authorization: \t"])(
    "is refused too if they are unreadable: %j",
    async (line) => {
      for (const path of ["/graphql", "/plain"]) expect(await raw(path, [line])).toMatch(/^HTTP\/1\.1 401 .*UNAUTHENTICATED/s);
    },
  );
});

describe("if credentials cannot be checked", () => {
  it("the answer is 503, retryable, without a challenge", async () => {
    issuerIsDown = true;
    const response = await post({ authorization: `Bearer ${key}` });
    issuerIsDown = false;
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([503, null]);
    expect(await response.json()).toEqual({
      errors: [{ message: "Tokens cannot be checked now.", extensions: { code: "UNAVAILABLE", retryable: true } }],
    });
  });
});

describe("a request that bypassed the authentication", () => {
  it("has no caller, and no scopes", () => {
    const state = createRequestState(() => null, "/graphql");
    expect(state.caller).toBeNull();
    expect(() => callerOf(state)).toThrow("past the authentication");
  });
});
