import type { Backend } from "../adapter/backends.ts";
import { BillingError } from "../model/errors.ts";

/**
 * Stands for a backend that the configuration no longer has, in records of the gateway that name it. Its operations, also those of
 * unknown outcome, can be read like all others: one of them must not take the whole list with it.
 */

export const goneKind = {
  kind: "UNCONFIGURED",
  label: "Not configured",
  description: "A backend that is not configured any more: records of the gateway still name it.",
} as const;

export function goneBackend(key: string): Backend {
  const message = `The backend ${key} is not configured any more.`;
  const fail = async (): Promise<never> => {
    throw new BillingError("UNAVAILABLE", message, { backend: key, retryable: false });
  };
  return {
    key,
    label: key,
    adapter: {
      key,
      kind: goneKind.kind,
      // ISO 4217: no currency.
      currency: "XXX",
      timeZone: "UTC",
      customers: { getMany: fail, list: fail },
      charges: { getMany: fail, listByCustomers: fail },
      probe: fail,
    },
    health: () => ({ status: "UNKNOWN", circuit: "CLOSED", latencyMs: null, checkedAt: null, message }),
    readOnly: true,
  };
}

export function isGone({ adapter }: Backend): boolean {
  return adapter.kind === goneKind.kind;
}
