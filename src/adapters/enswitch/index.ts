import type { Adapter } from "../../adapter/adapter.ts";
import { assumedZone } from "../../adapter/settings.ts";
import type { BackendConnection } from "../../connections/http.ts";
import { createCalls } from "./call.ts";
import { chargeVerbs } from "./charges.ts";
import { customerVerbs } from "./customers.ts";
import { planVerbs } from "./plans.ts";
import type { Settings } from "./settings.ts";
import { taxLists, taxReads } from "./tax-reads.ts";
import { taxVerbs } from "./taxes.ts";

export { knownAnswers } from "./fields.ts";
export { settings } from "./settings.ts";

/** Only the doctor loads it. */
export const loadDoctor = () => import("./doctor.ts");

export const kind = "ENSWITCH";
export const label = "Enswitch";
export const description = "Integrics Enswitch: a telephony switch with built-in billing.";

/** An adapter for Enswitch 3.13 to 4.4 through its JSON API. Does no I/O. `key` is the backend's key in the configuration. */
export function create(key: string, settings: Settings, connection: BackendConnection): Adapter {
  const session = createCalls(key, settings, connection);
  const lists = taxLists(session);
  const { chargesDelete, taxesGet, taxesDelete, balanceAdd } = settings.functions;
  const reads = taxReads(session, lists, taxesGet);
  return {
    key,
    kind,
    currency: settings.currency,
    timeZone: session.timeZone,
    assumptions: assumedZone(settings),
    dryRun: true,
    searches: ["customers"],
    customers: customerVerbs(session),
    charges: chargeVerbs(session, { lists, reads }, { canDelete: chargesDelete, givesCredits: balanceAdd }),
    taxes: taxVerbs(session, { lists, reads }, taxesDelete),
    plans: planVerbs(session),
    probe: session.probe,
  };
}
