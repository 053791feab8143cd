import type { Adapter } from "../../adapter/adapter.ts";
import { assumedZone, zoneOf } from "../../adapter/settings.ts";
import type { BackendConnection } from "../../connections/http.ts";
import { createCalls } from "./call.ts";
import { chargeVerbs } from "./charges.ts";
import { customerVerbs } from "./customers.ts";
import { planVerbs } from "./plans.ts";
import type { V01Settings } from "./settings.ts";
import { taxVerbs } from "./taxes.ts";
import { customerRow } from "./wire.ts";

/** Billing API v01 (UniPay / UniBill) and, for tax rates, the Management API on the same host. */
export const kind = "V01";
export const label = "UniBill v01";
export const description = "UniPay / UniBill recurring Billing API, /api/v01.";
export { knownAnswers } from "./fields.ts";
export { settings } from "./settings.ts";

/** One address serves several merchants. */
export const account = ({ accountId }: V01Settings): string => String(accountId);

/** Only the doctor loads it. */
export const loadDoctor = () => import("./doctor.ts");

/** An adapter for v01. Does no I/O. v01 cannot archive customers or edit transactions, and has no dry run (contract 15). */
export function create(key: string, settings: V01Settings, connection: BackendConnection): Adapter {
  const requests = createCalls(key, settings, connection);
  const session = { key, settings, requests, clock: connection.clock };
  return {
    key,
    kind,
    currency: settings.currency,
    timeZone: zoneOf(settings),
    assumptions: assumedZone(settings),
    // Each invoice of a subscription is an entry of its own (contract 6).
    billsRepetitions: true,
    customers: customerVerbs(session),
    charges: chargeVerbs(session),
    taxes: taxVerbs(session),
    plans: planVerbs(session),
    probe: async (scope) => {
      const query = { accountId: String(settings.accountId), limit: "1" };
      await requests.find({ function: "GET /customers", path: "customers", query }, customerRow, scope);
    },
  };
}
