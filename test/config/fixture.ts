import { backendSettings } from "../../src/adapters/index.ts";
import { ConfigurationError, loadConfiguration, parseConfiguration } from "../../src/config.ts";

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
