import type { CallScope, ChargeVerbs } from "../../adapter/adapter.ts";
import { completeSet } from "../../adapter/charge-order.ts";
import { listEach, loadEach } from "../../adapter/kit/loading.ts";
import { requireDate } from "../../adapter/kit/reading.ts";
import { createOmittedRows, type OmittedRows, recordWithId } from "../../adapter/kit/rows.ts";
import { creating } from "../../adapter/kit/taking.ts";
import { zoneOf } from "../../adapter/settings.ts";
import { badResponse, notFound } from "../../model/errors.ts";
import type { Charge } from "../../model/model.ts";
import type { Session } from "./call.ts";
import { createCharge, createCredit, voidCharge } from "./charge-writes.ts";
import { chargeTakes, creditTakes } from "./inputs.ts";
import { createLedger, reversedIds } from "./ledger.ts";
import { chargeFrom, chargeParts, isOfKnownType } from "./map-charge.ts";
import { createRecordClock } from "./record-age.ts";
import { isLong, type TransactionRow } from "./wire.ts";

/** Charges are entries of a customer's ledger (contract 6). They cannot be edited, and are only reached through their customer. */
export function chargeVerbs(session: Session): ChargeVerbs {
  const { key, settings, requests } = session;
  const unified = (record: TransactionRow, customerId: string, reversed = false): Charge | null =>
    chargeFrom(record, customerId, key, settings, reversed);

  const ledger = createLedger(requests);

  async function load(id: string, scope: CallScope): Promise<TransactionRow | null> {
    const parts = chargeParts(id);
    return parts && ledger.load(parts.customerId, parts.transactionId, scope);
  }

  async function chargesOf(customerId: string, scope: CallScope, omitted?: OmittedRows): Promise<readonly Charge[]> {
    if (!isLong(customerId)) throw notFound(key, "The customer");
    const entries = await ledger.entriesOf(customerId, scope);
    const reversed = reversedIds(entries, zoneOf(settings));
    for (const entry of entries) if (!isOfKnownType(entry)) omitted?.add("type");
    return entries.flatMap((entry) => unified(entry, customerId, reversed.has(entry.id)) ?? []);
  }

  async function findCharge(id: string, scope: CallScope): Promise<Charge> {
    const customerId = chargeParts(id)?.customerId;
    const charges = customerId === undefined ? [] : await chargesOf(customerId, scope);
    const charge = recordWithId(charges, idOf, id);
    if (!charge) throw notFound(key, "The charge");
    return charge;
  }

  const access = {
    ...session,
    ledger,
    unified,
    read: findCharge,
    recordClock: createRecordClock(session.clock, settings.timeZone),
  };

  return {
    /** A settled entry does not tell whether it was paid or reversed; its customer's ledger may. Each ledger is read once. */
    getMany: (ids, scope) => {
      const ledgers = new Map<string, Promise<readonly Charge[]>>();
      const listed = (customerId: string): Promise<readonly Charge[]> => {
        const charges = ledgers.get(customerId) ?? chargesOf(customerId, scope);
        ledgers.set(customerId, charges);
        return charges;
      };
      return loadEach(ids, {
        isPossible: (id) => chargeParts(id) !== null,
        atOnce: settings.concurrency,
        load: async (id) => {
          const customerId = chargeParts(id)?.customerId ?? "";
          const record = await load(id, scope);
          if (record && !isOfKnownType(record)) throw badResponse(key, "returned the charge with an unknown type");
          const charge = record && unified(record, customerId);
          if (charge?.status !== "SETTLED") return charge;
          return recordWithId(await listed(customerId), idOf, id) ?? charge;
        },
      });
    },

    // The backend filters by creation date, but a charge's date is its due date (6.2): everything is filtered here.
    listByCustomers: (customerIds, query, window, scope) =>
      listEach(customerIds, settings.concurrency, async (id) => {
        const omitted = createOmittedRows(key, "entries");
        const charges = await chargesOf(id, scope, omitted);
        // A charge's date is its due date, or else its creation date.
        const dated = charges.map((charge) =>
          requireDate(charge, charge.date === null ? ["dueDate", "createDate"] : ["dueDate"]),
        );
        return completeSet(dated, query, window, omitted);
      }),

    create: creating(key, "charge", chargeTakes(settings), (input) => createCharge(input, access)),
    createCredit: creating(key, "credit", creditTakes(settings), (input) => createCredit(input, access)),
    void: (id) => voidCharge(id, access),
  };
}

const idOf = ({ id }: Charge): string => id;
