import { z } from "zod";
import type { CallScope, Finding, WritePlan } from "../../adapter/adapter.ts";
import { lookAmong, nothingFound, readNote } from "../../adapter/kit/looking.ts";
import { BillingError, notFound, settle } from "../../model/errors.ts";
import type { Charge } from "../../model/model.ts";
import type { ChargeAccess, Ledger } from "./ledger.ts";
import { chargeParts, isCharge } from "./map-charge.ts";
import { before, beforeOf, isNewId } from "./record-age.ts";
import { isReversalOf, openAlike } from "./reversals.ts";
import { type TransactionRecord, transactionRecord } from "./wire.ts";

const action = "GET /customers/{id}/transactions/{id}/~reverse";

/** The customer's account before a reversal. */
const voidNote = z.object({
  before,
  /** The charge itself; in cents. */
  type: z.string().nullable(),
  amount: z.string().nullable(),
  balance: z.string().nullable(),
  /** How many entries like this one had something left on their balance, itself included. */
  openAlike: z.int(),
});
type VoidNote = z.infer<typeof voidNote>;

/** A reversal in full: contract 6.5. It adds an entry that does not name what it reverses (quirk 4). */
export function voidCharge(id: string, access: ChargeAccess): WritePlan<Charge> {
  const { key, requests, recordClock, ledger, read } = access;
  const parts = chargeParts(id);
  if (!parts) throw notFound(key, "The charge");
  const { customerId, transactionId } = parts;
  const isOriginal = (entry: TransactionRecord): boolean => entry.id === transactionId;
  let reversed = false;

  const isNewReversal = (entry: TransactionRecord, { before: was, type, amount }: VoidNote): boolean =>
    isNewId(entry, was) && isReversalOf(entry, { type, amount: amount === null ? null : BigInt(amount) });

  async function listing(scope: CallScope): ReturnType<Ledger["listingOf"]> {
    const listed = await settle(ledger.listingOf(customerId, scope));
    if (!(listed instanceof BillingError)) return listed;
    const isAbsent = listed.code === "NOT_FOUND" || listed.backendCode?.startsWith("V");
    throw isAbsent ? notFound(key, "The charge") : listed;
  }

  function look(noted: VoidNote, entries: readonly TransactionRecord[]): Finding {
    const original = entries.find(isOriginal);
    const candidate = (claim: string | null) => ({ id, claim, differs: ["status"] });
    if (!original) return { ours: [], candidates: [candidate(null)] };
    const { balance } = original;
    // A reversal is in full: nothing is left.
    if (balance !== null && balance !== 0n) return nothingFound;
    const seen = entries.filter((entry) => isNewReversal(entry, noted));
    const wasSettled = noted.balance === "0";
    // Settled without a reversal: paid meanwhile, or this installation reverses without an entry.
    if (seen.length === 0) return balance !== null && wasSettled ? nothingFound : { ours: [], candidates: [candidate(null)] };
    // As many reversals as charges like this one that have nothing left since: each of them has one.
    const settledAlike =
      noted.openAlike -
      openAlike(
        original,
        entries.filter((entry) => !isNewId(entry, noted.before)),
      );
    const isCertain = balance !== null && noted.balance !== null && !wasSettled && settledAlike <= seen.length;
    return lookAmong(
      seen.map((entry) => ({
        id,
        claim: claimOf(entry),
        age: isCertain ? "since" : "unknown",
        differs: entry.amount === null ? ["amount"] : [],
      })),
    );
  }

  return {
    // What is settled after a reversal that succeeded is reversed, also where the list alone could not tell.
    read: async (_id, scope) => {
      const charge = await read(id, scope);
      return reversed && charge.status === "SETTLED" ? { ...charge, status: "VOIDED" } : charge;
    },
    steps: [
      {
        action,
        note: async (_id, _intent, scope) => {
          const listed = await listing(scope);
          const original = listed.rows.find(isOriginal);
          // The same action would void a payment: only what is a charge is handed to it.
          if (!original || !isCharge(original)) throw notFound(key, "The charge");
          const noted: VoidNote = {
            before: await beforeOf(listed, null, recordClock, scope),
            type: original.type,
            amount: original.amount?.toString() ?? null,
            balance: original.balance?.toString() ?? null,
            openAlike: openAlike(original, listed.rows),
          };
          return JSON.stringify(noted);
        },
        send: async (_id, intent, scope) => {
          const noted = readNote(intent.note, voidNote);
          const path = `customers/${customerId}/transactions/${transactionId}/~reverse`;
          const call = { function: action, method: "GET", path, parameters: {} } as const;
          // Whether it answers with the original or with the reversal is not documented (6.5), so the answer is not the value.
          const own = (rows: readonly TransactionRecord[]) => {
            const [reversal, ...others] = rows.filter((row) => isNewReversal(row, noted));
            return reversal && others.length === 0 ? reversal : rows.find(isOriginal);
          };
          const record = await requests.write(call, transactionRecord, own, scope);
          reversed = true;
          return isOriginal(record) ? { id } : { id, claims: [claimOf(record)] };
        },
        find: async (_id, intent, scope) =>
          look(readNote(intent.note, voidNote), await ledger.certainEntriesOf(customerId, scope)),
      },
    ],
  };
}

/** No two voids can both have left the same reversal. */
function claimOf(reversal: TransactionRecord): string {
  return `reversal:${reversal.id}`;
}
