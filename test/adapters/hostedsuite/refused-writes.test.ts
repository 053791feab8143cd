import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adapterAt, failure, scope } from "./fixture.ts";

/** Answers every write with status 500 and this envelope (contract 3.2). */
let words = "";
const server = createServer((_request, response) => {
  const envelope = { ResponseStatus: { ErrorCode: "Exception", Message: words } };
  response.writeHead(500, { "content-type": "application/json" }).end(JSON.stringify(envelope));
});

beforeAll(() => new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening)));
afterAll(() => new Promise((closed) => server.close(closed)));

describe.each(["v2", "v3"] as const)("a write to %s answered with status 500", (generation) => {
  const attempt = async (said: string) => {
    words = said;
    const { port } = server.address() as AddressInfo;
    const { adapter, close } = adapterAt(`http://127.0.0.1:${port}/api`, generation);
    const plan = adapter.charges.create?.({ customerId: "c1", serviceId: "s1", amount: "1" });
    const step = plan?.steps[0];
    if (step === undefined) throw new Error("a charge is created by a step");
    const createdAt = new Date().toISOString();
    const since = { at: Date.now(), latest: Date.now(), certain: true };
    const note = JSON.stringify({ since, day: "2026-01-01" });
    try {
      return await failure(() => step.send(null, { stepId: "s", createdAt, note }, scope));
    } finally {
      await close();
    }
  };

  test("has failed, not retryably, if HostedSuite refuses it", async () => {
    const message = "suite refuses this: Client is on credit hold";
    expect(await attempt("Client is on credit hold")).toMatchObject({ code: "CONFLICT", retryable: false, message });
  });

  test.each(["Internal error", "Object reference not set to an instance of an object.", ""])(
    "has an unknown outcome if the answer is %j",
    async (said) => expect(await attempt(said)).toMatchObject({ code: "OUTCOME_UNKNOWN", retryable: false }),
  );
});
