import type { CallScope, ChargeVerbs } from "../../billing/adapter.ts";
import { completeSet } from "../../billing/charge-order.ts";
import { notFound, settle } from "../../billing/errors.ts";
import type { Charge } from "../../billing/model.ts";
import { transactionParameters } from "./error.ts";
import { codeOfStep, referenceOf } from "./input.ts";
import { chargedCustomer, chargeFrom, chargeParts, isCharge, newTransaction } from "./map-charge.ts";
import { type Backend, loadEach, maximumLimit } from "./requests.ts";
import { reversedIds } from "./reversals.ts";
import { isLong, type TransactionRecord, transactionRecord } from "./wire.ts";

/** Charges are entries of a customer's ledger: contract 6. They cannot be edited, and only reached through their customer. */
export function chargeVerbs({ key, settings, requests }: Backend): ChargeVerbs {
  const unified = (record: TransactionRecord, customerId: string, reversed = false): Charge | null =>
    chargeFrom(record, { customerId, backend: key, settings, reversed });

  const belongsTo = (record: TransactionRecord, customerId: string): boolean =>
    record.customerId === null || record.customerId === customerId;

  async function load(id: string, scope: CallScope): Promise<TransactionRecord | null> {
    const parts = chargeParts(id);
    if (!parts) return null;
    const { customerId, transactionId } = parts;
    const path = `customers/${customerId}/transactions/${transactionId}`;
    const rows = await requests.load({ function: "GET /customers/{id}/transactions/{id}", path }, transactionRecord, scope);
    return rows.find((row) => row.id === transactionId && belongsTo(row, customerId)) ?? null;
  }

  /**
   * All entries of a customer, each once: order is not specified and rows may move between pages (12.2). Normally one call. A
   * page without anything new ends the walk too, in case an installation ignores the offset.
   */
  async function ledgerOf(customerId: string, scope: CallScope): Promise<readonly TransactionRecord[]> {
    const call = { function: "GET /customers/{id}/transactions", path: `customers/${customerId}/transactions` };
    const fetch = requests.pages(call, transactionRecord, scope);
    const entries = new Map<string, TransactionRecord>();
    for (let offset = 0; ; offset += maximumLimit) {
      const rows = await fetch(offset, maximumLimit);
      const known = entries.size;
      for (const row of rows) if (belongsTo(row, customerId)) entries.set(row.id, row);
      if (rows.length < maximumLimit || entries.size === known) return [...entries.values()];
    }
  }

  async function chargesOf(customerId: string, scope: CallScope): Promise<readonly Charge[]> {
    if (!isLong(customerId)) throw notFound(key, "The customer");
    const entries = await ledgerOf(customerId, scope);
    const reversed = reversedIds(entries);
    return entries.flatMap((entry) => unified(entry, customerId, reversed.has(entry.id)) ?? []);
  }

  async function findCharge(id: string, scope: CallScope): Promise<Charge> {
    const customerId = chargeParts(id)?.customerId;
    const charges = customerId === undefined ? [] : await chargesOf(customerId, scope);
    const charge = charges.find((candidate) => candidate.id === id);
    if (!charge) throw notFound(key, "The charge");
    return charge;
  }

  return {
    /** A settled entry does not tell whether it was paid or reversed: its customer's ledger may, read once for all of them. */
    getMany: (ids, scope) => {
      const ledgers = new Map<string, Promise<readonly Charge[]>>();
      const ledger = (customerId: string): Promise<readonly Charge[]> => {
        const charges = ledgers.get(customerId) ?? chargesOf(customerId, scope);
        ledgers.set(customerId, charges);
        return charges;
      };
      return loadEach(
        ids,
        (id) => chargeParts(id) !== null,
        async (id) => {
          const customerId = chargeParts(id)?.customerId ?? "";
          const record = await load(id, scope);
          const charge = record && unified(record, customerId);
          if (charge?.status !== "SETTLED") return charge;
          return (await ledger(customerId)).find((listed) => listed.id === id) ?? charge;
        },
      );
    },

    // The filters on dates are about creation, a charge's date is when it is due (6.2): everything is filtered here.
    listByCustomers: (customerIds, query, window, scope) =>
      Promise.all(customerIds.map((id) => settle(chargesOf(id, scope).then((charges) => completeSet(charges, query, window))))),

    create: (input) => {
      const customerId = chargedCustomer(input, key);
      const parameters = newTransaction(input, key, settings);
      const reference = referenceOf(input.reference);
      const action = "PUT /customers/{id}/transactions";
      return {
        read: findCharge,
        steps: [
          {
            action,
            send: async (_id, { stepId }, scope) => {
              const json = { ...parameters, code: reference ?? codeOfStep(stepId) };
              const path = `customers/${customerId}/transactions`;
              const call = { function: action, method: "PUT", path, body: { json }, parameters: transactionParameters } as const;
              const record = await requests.write(call, transactionRecord, scope);
              const value = unified(record, customerId);
              const id = `${customerId}:${record.id}`;
              return value ? { id, value } : { id };
            },
          },
        ],
      };
    },

    void: (id) => {
      const parts = chargeParts(id);
      if (!parts) throw notFound(key, "The charge");
      const path = `customers/${parts.customerId}/transactions/${parts.transactionId}/~reverse`;
      const action = "GET /customers/{id}/transactions/{id}/~reverse";
      let reversed = false;
      return {
        // What is settled after a reversal that succeeded is reversed, also where the list alone could not tell.
        read: async (_id, scope) => {
          const charge = await findCharge(id, scope);
          return reversed && charge.status === "SETTLED" ? { ...charge, status: "VOIDED" } : charge;
        },
        steps: [
          {
            action,
            send: async (_id, _intent, scope) => {
              // The same action would void a payment: only what is a charge is handed to it.
              const record = await load(id, scope);
              if (!record || !isCharge(record)) throw notFound(key, "The charge");
              const call = { function: action, method: "GET", path, parameters: {} } as const;
              // Whether it answers with the original or with the reversal is not documented (6.5), so the answer is not the value.
              await requests.write(call, transactionRecord, scope);
              reversed = true;
              return { id };
            },
          },
        ],
      };
    },
  };
}
