import type { ChargeStatus, CustomerStatus, HealthStatus } from "../client/index.ts";

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
