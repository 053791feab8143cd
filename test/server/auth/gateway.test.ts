import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf, mintApiKey } from "../../../src/server/auth/authenticate.ts";
import { startTestGateway, type TestGateway } from "../../support/gateway.ts";
import { createKey, type Issuer, issuerName, type SigningKey, sign, startIssuer } from "./issuer.ts";

/** How a whole gateway answers callers with and without a credential. */

const customers = "{ customers(first: 1) { nodes { name } unavailable { code } } }";
const refused = (message: RegExp) => ({
  errors: [{ message: expect.stringMatching(message), extensions: { code: "UNAUTHENTICATED", retryable: false } }],
});

describe("a gateway with API keys", () => {
  const key = mintApiKey();
  let gateway: TestGateway;
  beforeAll(async () => {
    const row = { name: "back-office", sha256: digestOf(key), scopes: ["read", "write"], backends: ["*"] };
    gateway = await startTestGateway({ auth: { mode: "apiKeys", apiKeys: [row] } });
  });
  afterAll(() => gateway.close());

  it("answers callers with a key", async () => {
    const { data, errors } = await gateway.send(customers, {}, { authorization: `Bearer ${key}` });
    expect(errors).toBeUndefined();
    expect(data.customers.nodes).toHaveLength(1);
  });

  it("records the key's name with what its caller does", async () => {
    const mutation = `mutation {
      createTax(input: { backends: ["pbx"], name: "City tax", rate: "2.5", idempotencyKey: "city-tax" }) { operation { actor } }
    }`;
    const { data } = await gateway.send(mutation, {}, { authorization: `Bearer ${key}` });
    expect(data.createTax.operation.actor).toBe("back-office");
  });

  it("refuses everybody else, and calls no backend for them", async () => {
    gateway.callsSince();
    expect(await gateway.send(customers)).toEqual(refused(/^A credential is missing/));
    expect(await gateway.send(customers, {}, { authorization: `Bearer ${mintApiKey()}` })).toEqual(
      refused(/^The API key is not valid/),
    );
    expect(Object.values(gateway.callsSince()).flat()).toEqual([]);
  });
});

describe("a gateway with tokens", () => {
  let issuer: Issuer;
  let key: SigningKey;
  let gateway: TestGateway;
  beforeAll(async () => {
    [issuer, key] = await Promise.all([startIssuer(), createKey("first", "RS256")]);
    issuer.publish(key);
    const jwt = { issuer: issuerName, audience: "billing", jwksUri: issuer.jwksUri };
    gateway = await startTestGateway({ auth: { mode: "jwt", jwt } });
  });
  afterAll(async () => {
    await gateway.close();
    await issuer.close();
  });

  it("answers callers with a valid token", async () => {
    const token = await sign(key, { scope: "read", backends: "*" });
    const { data } = await gateway.send(customers, {}, { authorization: `Bearer ${token}` });
    expect(data.customers.nodes).toHaveLength(1);
  });

  it("answers nobody without one", async () => {
    const token = await sign(key, { scope: "read", backends: "*", aud: "shop" });
    expect(await gateway.send(customers)).toEqual(refused(/^A credential is missing/));
    expect(await gateway.send(customers, {}, { authorization: `Bearer ${token}` })).toEqual(
      refused(/its claim aud does not match/),
    );
  });
});
