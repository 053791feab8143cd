import type { Environment } from "./variables.ts";

/**
 * Why the gateway refuses to start on simulated backends by itself; null if it may. A service whose configuration is missing or
 * misspelled must not serve made-up customers. `--sandbox` says that they are wanted. Pure.
 */
export function sandboxRefusal(environment: Environment): string | null {
  const reason = reasonIn(environment);
  return reason === null
    ? null
    : `There is no configuration, and ${reason}. Give the file with --config or in BILLING_GATEWAY_CONFIG; --sandbox starts on simulated backends.`;
}

function reasonIn(environment: Environment): string | null {
  if (environment["BILLING_GATEWAY_CONFIG"] !== undefined) return "BILLING_GATEWAY_CONFIG is set, but empty";
  if (environment["NODE_ENV"] === "production") return "NODE_ENV is production";
  if (environment["BILLING_GATEWAY_KEY"]) return "BILLING_GATEWAY_KEY is set, which a gateway with authentication uses";
  const misspelled = Object.keys(environment).filter(looksMeantForUs).toSorted();
  return misspelled.length === 0 ? null : `${misspelled.join(", ")} is set, which the gateway does not know`;
}

/** BILLING_GATEWAY_ANYTHING, and likely misspellings of BILLING_GATEWAY_CONFIG: GATEWAY_CONFIG, BILING-GATEWAY-CONF. */
function looksMeantForUs(name: string): boolean {
  return /^billing.?gateway/i.test(name) ? name !== "BILLING_GATEWAY_KEY" : /(gateway|billing).*con?f/i.test(name);
}
