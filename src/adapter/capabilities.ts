import type { Capability } from "../model/model.ts";
import type { Adapter } from "./adapter.ts";

/** The verb, or group of verbs, behind each capability: an adapter has the one exactly if it has the other. */
const verbs: Readonly<Record<Capability, (adapter: Adapter) => unknown>> = {
  CUSTOMER_READ: ({ customers }) => customers,
  CUSTOMER_CREATE: ({ customers }) => customers.create,
  CUSTOMER_UPDATE: ({ customers }) => customers.update,
  CUSTOMER_ARCHIVE: ({ customers }) => customers.archive,
  CUSTOMER_RESTORE: ({ customers }) => customers.restore,
  CHARGE_READ: ({ charges }) => charges,
  CHARGE_CREATE: ({ charges }) => charges.create,
  CHARGE_UPDATE: ({ charges }) => charges.update,
  CHARGE_VOID: ({ charges }) => charges.void,
  CHARGE_EXECUTE: ({ charges }) => charges.execute,
  CREDIT_CREATE: ({ charges }) => charges.createCredit,
  TAX_READ: ({ taxes }) => taxes,
  TAX_CREATE: ({ taxes }) => taxes?.create,
  TAX_UPDATE: ({ taxes }) => taxes?.update,
  TAX_ARCHIVE: ({ taxes }) => taxes?.archive,
  TAX_LIABILITY: ({ taxes }) => taxes?.setLiability,
  SERVICE_READ: ({ services }) => services,
  PLAN_READ: ({ plans }) => plans,
  VALIDATE_ONLY: ({ dryRun }) => dryRun,
};

/** The capabilities of a connection: they depend on its kind, generation and settings. */
export function capabilitiesOf(adapter: Adapter): readonly Capability[] {
  return (Object.keys(verbs) as Capability[]).filter((capability) => verbs[capability](adapter) !== undefined);
}
