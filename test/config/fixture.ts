import { z } from "zod";
import { commonSettings, currencySetting, secretSetting } from "../../src/adapters/settings.ts";
import { ConfigurationError, loadConfiguration, parseConfiguration } from "../../src/config.ts";

const credentials = { username: z.string(), password: secretSetting, currency: currencySetting };
/** Stand-ins for the adapters' own settings, with the keys of the contract. */
export const backendSettings = {
  enswitch: z.strictObject({
    kind: z.literal("enswitch"),
    ...commonSettings,
    ...credentials,
    useTokens: z.boolean().default(false),
    functions: z.partialRecord(z.enum(["chargesDelete", "taxesGet", "taxesDelete"]), z.boolean()).default({}),
  }),
  hostedsuite: z.strictObject({
    kind: z.literal("hostedsuite"),
    ...commonSettings,
    ...credentials,
    generation: z.enum(["v2", "v3"]),
    tenant: z.string(),
    timeZone: z.string(),
    chargeWindow: z.strictObject({ months: z.int() }),
  }),
  v01: z.strictObject({
    kind: z.literal("v01"),
    ...commonSettings,
    ...credentials,
    accountId: z.int(),
    country: z.string(),
    taxValueScale: z.int().default(2),
    taxIncludedInAmount: z.boolean().default(true),
    balanceSign: z.enum(["positiveOwes", "negativeOwes"]).default("positiveOwes"),
  }),
};

/** The smallest `backends` section. */
export const backends = {
  pbx: { kind: "enswitch", url: "http://127.0.0.1:9/api", username: "gateway", password: "secret", currency: "EUR" },
};

export type Variables = Record<string, string>;

export const parse = (document: unknown, environment: Variables = {}) =>
  parseConfiguration(document, { environment, backendSettings });
export const load = (text: string, environment: Variables = {}) =>
  loadConfiguration({ file: "gateway.yaml", read: () => text, environment, backendSettings });

/** The problems of a configuration that must be refused, by their paths. */
export function problemsOf(run: () => unknown): Record<string, string> {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigurationError)
      return Object.fromEntries(error.problems.map(({ path, message }) => [path, message]));
    throw error;
  }
  throw new Error("was accepted");
}
