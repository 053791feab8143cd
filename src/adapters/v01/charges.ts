import type { CallScope, ChargeVerbs, Intent, Trace, WritePlan, Written } from "../../billing/adapter.ts";
import { completeSet } from "../../billing/charge-order.ts";
import { notFound, settle } from "../../billing/errors.ts";
import type { Charge } from "../../billing/model.ts";
import { holdsAmount, holdsTransaction } from "./agreement.ts";
import { transactionParameters } from "./error.ts";
import { codeOfStep, referenceOf } from "./input.ts";
import { createLedger } from "./ledger.ts";
import { chargedCustomer, chargeFrom, chargeParts, isCharge, newTransaction } from "./map-charge.ts";
import { type Backend, loadEach } from "./requests.ts";
import { reversalsSince, reversedIds } from "./reversals.ts";
import { dayBefore, mayFollow, sendUnlessDone, traceOf } from "./traces.ts";
import { isLong, type TransactionRecord, transactionRecord } from "./wire.ts";

/** Charges are entries of a customer's ledger: contract 6. They cannot be edited, and only reached through their customer. */
export function chargeVerbs({ key, settings, requests }: Backend): ChargeVerbs {
  const unified = (record: TransactionRecord, customerId: string, reversed = false): Charge | null =>
    chargeFrom(record, { customerId, backend: key, settings, reversed });

  const ledger = createLedger(requests);

  async function load(id: string, scope: CallScope): Promise<TransactionRecord | null> {
    const parts = chargeParts(id);
    return parts && ledger.load(parts.customerId, parts.transactionId, scope);
  }

  async function chargesOf(customerId: string, scope: CallScope): Promise<readonly Charge[]> {
    if (!isLong(customerId)) throw notFound(key, "The customer");
    const entries = await ledger.entriesOf(customerId, scope);
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

  function voidPlan(id: string): WritePlan<Charge> {
    const parts = chargeParts(id);
    if (!parts) throw notFound(key, "The charge");
    const { customerId, transactionId } = parts;
    const path = `customers/${customerId}/transactions/${transactionId}/~reverse`;
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
          find: async (_id, intent, scope) => {
            const entries = await ledger.certainEntriesOf(customerId, scope);
            const reversals = reversalsSince(transactionId, entries, (entry) => mayFollow(intent, entry.createDate));
            return reversals.map((reversal) => ({ id, claim: `reversal:${reversal.id}` }));
          },
        },
      ],
    };
  }

  return {
    /** A settled entry does not tell whether it was paid or reversed: its customer's ledger may, read once for all of them. */
    getMany: (ids, scope) => {
      const ledgers = new Map<string, Promise<readonly Charge[]>>();
      const listed = (customerId: string): Promise<readonly Charge[]> => {
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
          return (await listed(customerId)).find((candidate) => candidate.id === id) ?? charge;
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

      async function send(code: string, scope: CallScope): Promise<Written<Charge>> {
        const path = `customers/${customerId}/transactions`;
        const body = { json: { ...parameters, code } };
        const call = { function: action, method: "PUT", path, body, parameters: transactionParameters } as const;
        const record = await requests.write(call, transactionRecord, scope);
        const value = unified(record, customerId);
        const id = `${customerId}:${record.id}`;
        return value ? { id, value } : { id };
      }

      async function find(intent: Intent, scope: CallScope): Promise<readonly Trace[]> {
        const entries = await ledger.certainEntriesOf(customerId, scope, dayBefore(intent));
        const made = (entry: TransactionRecord): boolean =>
          reference === undefined
            ? entry.code === codeOfStep(intent.stepId) && holdsAmount(entry, parameters)
            : entry.code === reference && mayFollow(intent, entry.createDate) && holdsTransaction(entry, parameters);
        return entries.filter(made).map((entry) => traceOf(`${customerId}:${entry.id}`));
      }

      return {
        read: findCharge,
        undo: voidPlan,
        steps: [
          {
            action,
            send: (_id, intent, scope) =>
              reference === undefined
                ? sendUnlessDone(
                    () => send(codeOfStep(intent.stepId), scope),
                    () => find(intent, scope),
                    key,
                  )
                : send(reference, scope),
            find: (_id, intent, scope) => find(intent, scope),
          },
        ],
      };
    },

    void: voidPlan,
  };
}
