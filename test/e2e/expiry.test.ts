import { expect, it } from "vitest";
import { createKey, issuerName, sign, startIssuer } from "../server/auth/issuer.ts";
import { gatewaysOf } from "./operations/gateways.ts";
import { startSandbox } from "./operations/sandbox.ts";
import { changeConfiguration } from "./processes.ts";

it("ends only the event stream whose token expires", async () => {
  await using sandbox = await startSandbox();
  await using gateways = gatewaysOf(sandbox);
  const [issuer, key] = await Promise.all([startIssuer(), createKey("first")]);
  await using _closing = { [Symbol.asyncDispose]: issuer.close };
  issuer.publish(key);
  const jwt = { issuer: issuerName, audience: "billing", jwksUri: issuer.jwksUri, clockSkewSeconds: 1 };
  changeConfiguration(gateways.configuration.file, { auth: { mode: "jwt", jwt } });
  const gateway = await gateways.start();
  const asked = (token: string, query: string, accept: string): Promise<Response> =>
    fetch(`${gateway.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept, authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
  const subscribe = (token: string): Promise<Response> =>
    asked(token, "subscription { operationUpdated { id } }", "text/event-stream");
  const tokenUntil = (exp: number): Promise<string> => sign(key, { scope: "read", backends: "*", exp });
  const lasting = await subscribe(await tokenUntil(Number.MAX_VALUE));
  const token = await tokenUntil(Math.floor(Date.now() / 1000) + 4);
  const stream = await subscribe(token);
  const events = (await stream.text()).split("\n\n").filter((event) => event.startsWith("event:"));
  expect(events).toEqual([expect.stringMatching(/^event: next\ndata: /), "event: complete\ndata:"]);
  expect(JSON.parse(events[0]?.split("data: ")[1] ?? "")).toEqual({
    errors: [{ message: expect.stringContaining("has expired"), extensions: { code: "UNAUTHENTICATED", retryable: false } }],
  });
  // From the same moment on, a new request is refused.
  expect((await asked(token, "{ __typename }", "application/json")).status).toBe(401);
  await gateway.stop();
  const untilTheEnd = await lasting.text();
  expect(untilTheEnd).toContain('"code":"UNAVAILABLE"');
  expect(untilTheEnd).not.toContain("UNAUTHENTICATED");
});
