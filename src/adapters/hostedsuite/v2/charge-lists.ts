import type { CallScope } from "../../../adapter/adapter.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import { BillingError, named, settle } from "../../../model/errors.ts";
import { recordsWith } from "../reading.ts";
import type { Call } from "./call.ts";
import type { DateWindow } from "./charge-window.ts";

export interface ListedRows {
  readonly rows: Row[];
  /** Whether the list certainly contains memorized charges. */
  readonly hasMemorized: boolean;
}

/** A missing route is tried again after this time: an update of the backend may bring it. */
const isMissingForMs = 60 * 60_000;

/** Before HostedSuite existed. */
const emptyWindow: DateWindow = { StartDate: "1990-01-01", EndDate: "1990-01-02", DateSelector: "DateOfCharge" };

const records = recordsWith("id");

/**
 * Lists the charges of one client, or of all. POST /charges/all has everything, if both of its switches are set (contract 5.3), but is known of
 * one host only (contract 15). Where it does not exist, POST /charges is called, which has no charges of reservations and may omit memorized ones
 * (contract 5.2).
 */
export function createChargeLists(call: Call) {
  let missingSince: number | null = null;

  /**
   * Whether the route does not exist, where an envelope says that something was not found: that may be the client. So the charges of all
   * clients are asked for, of a window that is empty.
   */
  async function isMissingForAll(clientId: string | undefined, scope: CallScope): Promise<boolean> {
    if (clientId === undefined) return true;
    const members = { ...emptyWindow, IncludeManualCharges: true, IncludeSchedulingCharges: true };
    const rows = await settle(call({ route: "charges/all", members, read: records }, scope));
    return rows instanceof BillingError && rows.code === "NOT_FOUND";
  }

  return async (clientId: string | undefined, window: DateWindow, scope: CallScope): Promise<ListedRows> => {
    const members = { ClientId: clientId, ...window };
    if (missingSince === null || performance.now() - missingSince > isMissingForMs) {
      const everything = { ...members, IncludeManualCharges: true, IncludeSchedulingCharges: true };
      const rows = await settle(call({ route: "charges/all", members: everything, read: records }, scope));
      if (!(rows instanceof BillingError)) {
        missingSince = null;
        return { rows, hasMemorized: true };
      }
      if (!isMissing(rows) && !(rows.code === "NOT_FOUND" && (await isMissingForAll(clientId, scope)))) throw rows;
      missingSince = performance.now();
    }
    return { rows: await call({ route: "charges", members, read: records }, scope), hasMemorized: false };
  };
}

/** Whether the route does not exist: a bare status says so. With an envelope, something else may not have been found. */
function isMissing({ code, backendCode }: BillingError): boolean {
  return (code === "NOT_FOUND" && backendCode === "404") || (code === "UNSUPPORTED" && backendCode === "405");
}

/** UNSUPPORTED for a charge that is missing in a list that may be incomplete. */
export function unseen(backend: string): BillingError {
  const message = `${named(backend)} has no POST /charges/all, and POST /charges may leave out charges that repeat and those of reservations.`;
  return new BillingError("UNSUPPORTED", message, { backend, retryable: false });
}
