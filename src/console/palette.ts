import type { ChargeStatus, CustomerStatus, HealthStatus } from "../client/index.ts";

/** Mantine colours that can be told apart as bars side by side, in light and dark. Red is left out: it means trouble. */
const palette = ["billing.5", "teal.6", "orange.6", "grape.6", "cyan.5", "lime.7", "pink.5", "yellow.6"] as const;

/** For data of several backends, or of a backend that is not known yet. */
export const unknownColor = "gray.6";

/** Gives each of up to eight backends its own colour. The order of the keys does not matter. */
export function backendColors(keys: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...new Set(keys)].sort().map((key, place) => [key, palette[place % palette.length] ?? unknownColor]));
}

/** Labels of the API's codes, and the colours of its states: green is fine, yellow needs a look, red is bad, grey is over. */

export const healthColors: Readonly<Record<HealthStatus, string>> = {
  UP: "green",
  DEGRADED: "yellow",
  DOWN: "red",
  UNKNOWN: "gray",
};

export const customerStatusColors: Readonly<Record<CustomerStatus, string>> = {
  ACTIVE: "green",
  ARCHIVED: "gray",
  UNKNOWN: "yellow",
};

export const chargeStatusColors: Readonly<Record<ChargeStatus, string>> = {
  DEFINED: "blue",
  OPEN: "orange",
  PARTLY_PAID: "yellow",
  SETTLED: "green",
  VOIDED: "gray",
  ARCHIVED: "gray",
  UNKNOWN: "yellow",
};
