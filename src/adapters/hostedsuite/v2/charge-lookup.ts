import type { CallScope } from "../../../adapter/adapter.ts";
import { settleEach } from "../../../adapter/kit/loading.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import { omittedRowError, recordsById } from "../../../adapter/kit/rows.ts";
import { BillingError, settle } from "../../../model/errors.ts";
import type { Charge } from "../../../model/model.ts";
import type { MappingContext } from "../map.ts";
import { textOf } from "../reading.ts";
import {
  chargeDateWindow,
  creationWindow,
  type DateWindow,
  defaultWindow,
  type ListedRows,
  mayLieIn,
  unseen,
} from "./charge-lists.ts";
import { type ChargeKey, chargeFrom } from "./map.ts";

/** Single charges of this many clients are read with one call for all, not one for each client. */
const manyClients = 4;

interface LookupOptions {
  readonly concurrency: number;
  readonly months: number;
}

/**
 * Looks for single charges in the lists that their keys name: v2 cannot get one (contract 1.3). A failure stays with its client's charges.
 *
 * @param listRows lists the charges of one client, or of all
 */
export function createChargeLookup(
  context: MappingContext,
  { concurrency, months }: LookupOptions,
  listRows: (clientId: string | undefined, window: DateWindow, scope: CallScope) => Promise<ListedRows>,
) {
  const { backend, timeZone, dates } = context;

  /** Whether a list has shown that v2 selects by creation date: it had a charge of another day. */
  let selectsByCreation = false;
  const noteSelector = (window: DateWindow, rows: readonly Row[]): void => {
    if (window.DateSelector !== "DateCreated" || selectsByCreation) return;
    const isOutside = (day: string | null): boolean => day !== null && !mayLieIn(window, day);
    const dayIn = (row: Row, name: string): string | null => dates.day(textOf(row, name));
    selectsByCreation =
      rows.some((row) => isOutside(dayIn(row, "DateOfCharge"))) && !rows.some((row) => isOutside(dayIn(row, "DateCreated")));
  };

  return async (keys: readonly ChargeKey[], scope: CallScope): Promise<(Charge | BillingError | null)[]> => {
    const clients = new Set(keys.map(({ clientId }) => clientId));
    const together = clients.size >= manyClients || clients.has("");
    const groups = Map.groupBy(
      keys,
      ({ clientId, createdOn }) => `${together ? "" : clientId}:${createdOn === null ? "" : "dated"}`,
    );
    const found = new Map<ChargeKey, Charge | BillingError | null>();
    const search = async (group: readonly ChargeKey[]): Promise<void> => {
      const days = group.flatMap(({ createdOn }) => createdOn ?? []);
      const window = days.length > 0 ? creationWindow(days) : defaultWindow(timeZone, months);
      const left = await searchIn(group, window, together ? undefined : group[0]?.clientId);
      if (days.length === 0 || selectsByCreation) return;
      // A selector that v2 does not understand counts as DateOfCharge (contract 2.5): then a charge of another day was not in that list.
      const byClient = Map.groupBy(left, ({ clientId }) => clientId);
      await settleEach([...byClient.keys()], concurrency, (clientId) =>
        searchIn(byClient.get(clientId) ?? [], chargeDateWindow(days, months), clientId === "" ? undefined : clientId),
      );
    };
    /** @returns the keys that the list does not have */
    const searchIn = async (
      group: readonly ChargeKey[],
      window: DateWindow,
      clientId: string | undefined,
    ): Promise<readonly ChargeKey[]> => {
      const ids = new Set<string | null>(group.map(({ chargeId }) => chargeId));
      const isWanted = (row: Row): boolean => ids.has(textOf(row, "Id"));
      const listed = await settle(listRows(clientId, window, scope));
      if (listed instanceof BillingError) {
        for (const key of group) found.set(key, listed);
        return [];
      }
      noteSelector(window, listed.rows);
      // Only wanted rows are mapped: in a list of all clients they are few.
      const charges = listed.rows.filter(isWanted).flatMap((row) => chargeFrom(context, row) ?? []);
      return group.filter((key) => {
        const charge = pick(charges, key) ?? ownerless(charges, key);
        found.set(key, charge ?? (listed.hasMemorized ? null : unseen(backend)));
        return charge === null;
      });
    };
    await Promise.all([...groups.values()].map(search));
    return keys.map((key) => found.get(key) ?? null);
  };
}

/** BAD_RESPONSE where the charge is there, but names no client: then it is not missing. */
function ownerless(charges: readonly Charge[], { chargeId }: ChargeKey): BillingError | null {
  const stray = charges.find((charge) => charge.backendId === chargeId && charge.customer === null);
  return stray ? omittedRowError(stray.backend, "charges", "owner") : null;
}

/** The charge, or BAD_RESPONSE if there are two of it. */
function pick(charges: readonly Charge[], { clientId, chargeId }: ChargeKey): Charge | BillingError | null {
  const ofClient = charges.filter(({ customer }) => (customer?.id ?? "") === clientId);
  return (
    recordsById(
      ofClient,
      ({ backendId }) => backendId,
      (charge) => charge,
    ).get(chargeId) ?? null
  );
}
