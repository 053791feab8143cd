import type { Adapter } from "../../adapter/adapter.ts";
import type { Connection } from "../../connections/http.ts";
import type { BackendKind, Capability } from "../../model/model.ts";
import { createCalls } from "./call.ts";
import { chargeVerbs } from "./charges.ts";
import { customerVerbs } from "./customers.ts";
import { planVerbs } from "./plans.ts";
import type { Settings } from "./settings.ts";
import { taxLists } from "./tax-lists.ts";
import { taxReads } from "./tax-reads.ts";
import { taxVerbs } from "./taxes.ts";

export { settings } from "./settings.ts";

export const kind: BackendKind = "ENSWITCH";

/** An adapter for Enswitch 3.13 to 4.4 through its JSON API. Does no I/O. `key` is the backend's key in the configuration. */
export function create(key: string, settings: Settings, connection: Connection): Adapter {
  const session = createCalls(key, settings, connection);
  const lists = taxLists(session);
  const { chargesDelete, taxesGet, taxesDelete } = settings.functions;
  const reads = taxReads(session, lists, taxesGet);
  return {
    key,
    kind,
    currency: settings.currency,
    capabilities: capabilitiesOf(settings),
    searches: ["customers"],
    customers: customerVerbs(session),
    charges: chargeVerbs(session, { lists, reads }, chargesDelete),
    taxes: taxVerbs(session, { lists, reads }, taxesDelete),
    plans: planVerbs(session),
    probe: session.probe,
  };
}

/** Enswitch has no services; the two deletes exist only where the configuration says so. */
function capabilitiesOf({ functions }: Settings): Capability[] {
  return [
    "CUSTOMER_READ",
    "CUSTOMER_CREATE",
    "CUSTOMER_UPDATE",
    "CUSTOMER_ARCHIVE",
    "CUSTOMER_RESTORE",
    "CHARGE_READ",
    "CHARGE_CREATE",
    "CHARGE_UPDATE",
    ...(functions.chargesDelete ? (["CHARGE_VOID"] as const) : []),
    "CHARGE_EXECUTE",
    "TAX_READ",
    "TAX_CREATE",
    "TAX_UPDATE",
    ...(functions.taxesDelete ? (["TAX_ARCHIVE"] as const) : []),
    "TAX_LIABILITY",
    "PLAN_READ",
    "VALIDATE_ONLY",
  ];
}
