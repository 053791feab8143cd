import { request } from "undici";
import { expect, onTestFinished } from "vitest";
import { createEnswitch, type EnswitchOptions } from "../../src/sandbox/enswitch/index.ts";
import { serveSimulated } from "../../src/sandbox/server.ts";
import { createWorld } from "../../src/sandbox/world.ts";

export const today = new Date("2026-03-01T00:00:00Z");
/** 31 days, of which 15.5 are left. */
export const middleOfMarch = new Date("2026-03-16T12:00:00Z");
/** The ids of Ada's Bakery and of its rate plan. */
export const bakery = 101;
export const starterPlan = 6;

export type Parameters = Readonly<Record<string, string | number>>;

interface Envelope {
  readonly responses: readonly { readonly code: unknown; readonly key: string; readonly message: string }[];
  readonly data?: unknown;
}

export const login = (username: string, password: string) => ({ auth_username: username, auth_password: password });
const gateway = login("gateway", "sandbox-pbx");

/** Serves a simulated Enswitch until the test is over, with clients that speak to it as the public's do. */
export const serve = async (options: EnswitchOptions = {}, customers = 60) => {
  const enswitch = createEnswitch(createWorld({ customers, now: today }), { now: () => middleOfMarch, ...options });
  const server = await serveSimulated(enswitch);
  onTestFinished(server.close);

  /** A form POST, as a client does that keeps passwords out of access logs. */
  const post = async (name: string, parameters: Parameters = {}, who: Parameters = gateway) => {
    const form = Object.entries({ ...who, ...parameters }).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
    const response = await request(`${server.url}${name}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: form.join("&"),
    });
    const envelope = (await response.body.json()) as Envelope;
    return {
      status: response.statusCode,
      envelope,
      code: envelope.responses[0]?.code,
      key: envelope.responses[0]?.key,
      data: envelope.data,
    };
  };

  const rows = async (name: string, parameters: Parameters = {}, who: Parameters = gateway) =>
    (await post(name, parameters, who)).data as readonly Readonly<Record<string, unknown>>[];

  const created = async (name: string, parameters: Parameters): Promise<number> => {
    const { data, envelope } = await post(name, parameters);
    expect(envelope.responses).toEqual([{ code: "200", key: "", message: "OK" }]);
    return (data as { id: number }).id;
  };

  const vendorGet = async (pathAndQuery: string) => (await request(`${server.origin}${pathAndQuery}`)).body.json();

  return { server, state: enswitch.state, post, rows, created, vendorGet };
};
