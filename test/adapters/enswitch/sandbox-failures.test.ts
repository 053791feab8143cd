import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BillingError } from "../../../src/model/errors.ts";
import { failureOf } from "./fake-connection.ts";
import { adapterFor, perform, type Run, start, stop } from "./sandbox.ts";

describe("failures over real HTTP", () => {
  let run: Run;
  beforeAll(async () => {
    run = await start();
  });
  afterAll(() => stop(run));

  it("distinguish wrong credentials, a missing second factor and a role with too few rights", async () => {
    const wrong = adapterFor(run, { password: "wrong" });
    expect(await failureOf(() => wrong.probe({}))).toMatchObject({ code: "UNAUTHENTICATED", backendCode: "401" });
    const wrongToken = adapterFor(run, { password: "wrong", useTokens: true });
    expect(await wrongToken.customers.getMany(["101"], {})).toMatchObject([{ code: "UNAUTHENTICATED" }]);
    const totp = adapterFor(run, { username: "totp", password: "sandbox-totp" });
    expect(await failureOf(() => totp.probe({}))).toMatchObject({ code: "UNAUTHENTICATED", backendCode: "202" });
    const reader = adapterFor(run, { username: "reader", password: "sandbox-reader" });
    expect(await failureOf(() => reader.customers.list({}, { first: 1, after: null }, {}))).toMatchObject({ code: "FORBIDDEN" });
  });

  it("never repeat what a server in debug mode echoes", async () => {
    const adapter = adapterFor(run, { retries: 0 });
    run.server.setFaults([{ kind: "echo" }]);
    const error = await failureOf(() => adapter.customers.list({}, { first: 1, after: null }, {}));
    run.server.setFaults([]);
    expect(error.code).toBe("UNAVAILABLE");
    expect(JSON.stringify([error.message, error.related])).not.toMatch(/sandbox-pbx|auth_/);
  });

  it.each(["dropAfter", "truncate", "html502After", "emptyEnvelope", "echo"] as const)(
    "leave a write's outcome open after %s",
    async (kind) => {
      const adapter = adapterFor(run, { circuit: { failures: 100 } });
      run.server.setFaults([{ kind, function: "charges/create", times: 1 }]);
      const plan = adapter.charges.create?.({ customerId: "1", name: "a", amount: "1" });
      const error = await failureOf(() => perform(plan));
      run.server.setFaults([]);
      expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", retryable: false });
      expect(error).toBeInstanceOf(BillingError);
    },
  );

  it("repeat reads but not writes", async () => {
    const adapter = adapterFor(run);
    run.server.setFaults([{ kind: "truncate", function: "customers/get", times: 2 }]);
    expect(await adapter.customers.getMany(["1"], {})).toMatchObject([{ id: "1" }]);
  });
});
