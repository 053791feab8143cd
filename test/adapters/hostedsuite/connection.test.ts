import { describe, expect, test } from "vitest";
import { settings } from "../../../src/adapters/hostedsuite/index.ts";
import { adapterAnswering, configured, scope } from "./fixture.ts";

const all = { first: 10, after: null };

describe("settings", () => {
  test("have their defaults", () => {
    expect(configured("v2")).toMatchObject({
      url: "https://acme.hostedsuite.com/api/",
      chargeWindow: { months: 24 },
      retries: 2,
    });
  });

  test.each([
    [{ timeZone: "Mars/Olympus" }, "timeZone"],
    [{ generation: "v4" }, "generation"],
    [{ password: "" }, "password"],
    [{ chargeWindow: { months: 0 } }, "chargeWindow"],
    [{ generation: "v3", tenant: "acme inc" }, "tenant"],
    [{ colour: "blue" }, undefined],
  ])("refuse %j", (change, path) => {
    const result = settings.safeParse({ ...configured("v2"), ...change });
    expect(result.error?.issues[0]?.path[0]).toBe(path);
  });
});

describe("credentials", () => {
  test("go into the body on v2, into the header on v3, and nowhere else", async () => {
    const bodies: unknown[] = [];
    const { adapter: v2, sent: sentByV2 } = adapterAnswering("v2", (call) => bodies.push(call) && []);
    await v2.customers.list({}, all, scope);
    expect(sentByV2[0]).toMatchObject({ method: "POST", path: "clients", query: {}, headers: {} });
    const { adapter: v3, sent } = adapterAnswering("v3", () => ({ items: [] }));
    await v3.customers.list({}, all, scope);
    expect(sent[0]).toMatchObject({
      method: "GET",
      path: "clients",
      body: {},
      headers: { authorization: "acme YXBpOnMzY3JldC1Xb3Jk" },
    });
  });
});
