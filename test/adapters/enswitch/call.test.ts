import { describe, expect, it } from "vitest";
import { createTokens } from "../../../src/adapters/enswitch/call.ts";
import { settings } from "../../../src/adapters/enswitch/index.ts";
import { BillingError } from "../../../src/model/errors.ts";
import { done, failureOf, fakeAdapter, intent, ok, refused } from "./fake-connection.ts";

const customer = { id: 1, name: "a", deleted: 0 };

describe("settings", () => {
  const least = { kind: "enswitch", url: "https://pbx.example/api/json", username: "u", password: "p", currency: "EUR" };

  it("need an address, credentials and a currency; all others have defaults", () => {
    expect(settings.parse(least)).toMatchObject({
      url: "https://pbx.example/api/json/",
      useTokens: false,
      functions: { chargesDelete: false, taxesGet: false, taxesDelete: false },
      concurrency: 8,
    });
  });

  it.each([{ password: "" }, { currency: "euro" }, { useToken: true }, { functions: { chargesGet: true } }])(
    "refuse %j",
    (change) => {
      expect(settings.safeParse({ ...least, ...change }).success).toBe(false);
    },
  );
});

describe("credentials", () => {
  it("are in the body of a POST, never in the address", async () => {
    const { adapter, sent } = fakeAdapter(() => ok(customer));
    await adapter.customers.getMany(["1"], {});
    expect(sent).toMatchObject([
      {
        path: "POST customers/get/",
        effect: "read",
        parameters: { id: "1" },
        credentials: { auth_username: "gateway@example.com", auth_password: "s3cret;&=" },
      },
    ]);
  });

  it("are tested by a log-in", async () => {
    const { adapter, functions } = fakeAdapter(() => ok({ id: 5, username: "gateway" }));
    await adapter.probe({});
    expect(functions()).toEqual(["user/login"]);
  });

  it.each([
    [refused("401"), "UNAUTHENTICATED"],
    [{ responses: [{ code: 202 }], data: { totp_required: 1 } }, "UNAUTHENTICATED"],
    [refused(402), "FORBIDDEN"],
  ])("that are refused fail the probe: %j", async (answer, code) => {
    const { adapter } = fakeAdapter(() => answer);
    expect((await failureOf(() => adapter.probe({}))).code).toBe(code);
  });
});

describe("tokens", () => {
  /** A backend that accepts one token at a time, and gives a new one at each log-in. */
  function tokenBackend(lifetime: unknown = "3600") {
    const state = { token: "", logins: 0, password: "s3cret;&=" };
    const fake = fakeAdapter(
      ({ function: name, credentials }) => {
        if (name === "user/login") {
          if (credentials["auth_password"] !== state.password) return refused("401");
          state.logins += 1;
          state.token = `token-${state.logins}`;
          return ok({ id: 5, auth_token: state.token, auth_token_expiry: lifetime });
        }
        if (credentials["auth_token"] !== state.token) return refused("401");
        return name === "customers/delete" ? done : ok(customer);
      },
      { useTokens: true },
    );
    return { ...fake, state };
  }

  it("replace the password; simultaneous calls share one log-in", async () => {
    const { adapter, sent, state } = tokenBackend();
    await Promise.all([1, 2, 3].map(() => adapter.customers.getMany(["1"], {})));
    await adapter.customers.getMany(["1"], {});
    expect(state.logins).toBe(1);
    expect(sent.slice(1).every(({ credentials }) => Object.keys(credentials).join() === "auth_token")).toBe(true);
  });

  it("are renewed once after a refusal, for writes too", async () => {
    const { adapter, state, functions } = tokenBackend();
    await adapter.customers.getMany(["1"], {});
    state.token = "revoked";
    const [step] = adapter.customers.archive?.("1").steps ?? [];
    await step?.send("1", { ...intent, note: JSON.stringify({ was: {} }) }, {});
    expect(functions().slice(2)).toEqual(["customers/delete", "user/login", "customers/delete"]);
  });

  it("are given up if the password is refused as well", async () => {
    const { adapter, state, functions } = tokenBackend();
    await adapter.customers.getMany(["1"], {});
    Object.assign(state, { token: "revoked", password: "changed" });
    const [loaded] = await adapter.customers.getMany(["1"], {});
    expect(loaded).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(functions().slice(2)).toEqual(["customers/get", "user/login"]);
  });

  it("need a server that issues them", async () => {
    const { adapter } = fakeAdapter(() => ok({ id: 5 }), { useTokens: true });
    const [loaded] = await adapter.customers.getMany(["1"], {});
    expect(loaded).toMatchObject({ code: "BAD_RESPONSE", message: expect.stringContaining("useTokens") });
  });

  it("are used until a few seconds before they expire, by the gateway's own clock", async () => {
    let milliseconds = 0;
    let logins = 0;
    const tokens = createTokens(
      async () => ({ text: `t${++logins}`, seconds: 60 }),
      () => milliseconds,
    );
    expect(await tokens.current({})).toBe("t1");
    milliseconds = 54_999;
    expect(await tokens.current({})).toBe("t1");
    milliseconds = 55_000;
    expect(await tokens.current({})).toBe("t2");
  });

  it("without a lifetime stay valid; a failed log-in is not remembered; a token renewed meanwhile is kept", async () => {
    const answers = [new BillingError("UNAVAILABLE", "down"), "t1", "t2"];
    const tokens = createTokens(
      async () => {
        const answer = answers.shift();
        if (typeof answer !== "string") throw answer;
        return { text: answer, seconds: null };
      },
      () => 1e12,
    );
    await expect(tokens.current({})).rejects.toThrow("down");
    expect(await tokens.current({})).toBe("t1");
    tokens.reject("t0");
    expect(await tokens.current({})).toBe("t1");
    tokens.reject("t1");
    expect(await tokens.current({})).toBe("t2");
  });
});
