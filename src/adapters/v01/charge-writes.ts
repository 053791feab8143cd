import { z } from "zod";
import type { CallScope, Finding, Intent, WritePlan, Written } from "../../adapter/adapter.ts";
import { createComparison } from "../../adapter/kit/comparing.ts";
import { lookAmong, nothingFound, readNote } from "../../adapter/kit/looking.ts";
import { type Told, warningsOf } from "../../adapter/kit/warnings.ts";
import { BillingError, notFound, settle } from "../../model/errors.ts";
import type { Charge, ChargeInput, CreditInput } from "../../model/model.ts";
import type { Own } from "./call.ts";
import { type CodeMatch, codeFor, matchCode, referenceOf } from "./codes.ts";
import { comparedEntry, moneyDiffers, toldOfEntry, transactionDiffers } from "./compared.ts";
import { given } from "./encode.ts";
import { isCertainlyMissing } from "./errors.ts";
import { chargeFields } from "./fields.ts";
import type { ChargeAccess, Ledger } from "./ledger.ts";
import {
  chargedCustomer,
  chargeParts,
  isCharge,
  newCredit,
  newTransaction,
  type TransactionParameters,
  textMember,
} from "./map-charge.ts";
import { type CreateNote, createdRow, createNote, type Judged, lookThrough, sendUnlessDone } from "./notes.ts";
import { ageOfRecord, type Before, before, beforeAtOnce, beforeOf, dayMs, isNewId } from "./record-age.ts";
import { isReversalOf, openAlike } from "./reversals.ts";
import { type TransactionRow, transactionRow } from "./wire.ts";

/** A new invoice or fee. */
export function createCharge(input: ChargeInput, access: ChargeAccess): WritePlan<Charge> {
  const { key, settings } = access;
  const entry = {
    customerId: chargedCustomer(input, key),
    posted: newTransaction(input, key, settings),
    reference: referenceOf(input.reference),
    textMember: textMember(input),
  };
  return { ...createEntry(entry, access), undo: (id) => voidCharge(id, access) };
}

/**
 * A new credit. It settles what is owed at once, and what has settled something may not be reversed (contract 6.5): no fan-out that
 * rolls back can count on it, so there is no `undo`. One that nothing was settled with can be voided.
 */
export function createCredit(input: CreditInput, access: ChargeAccess): WritePlan<Charge> {
  const customerId = chargedCustomer(input, access.key);
  return createEntry({ customerId, posted: newCredit(input), reference: undefined, textMember: "description" }, access);
}

/** What it shows of what is owed is not what was sent. */
function isContrary(entry: TransactionRow, { type, amount }: TransactionParameters): boolean {
  const differs = moneyDiffers(entry, {
    ...(entry.type !== null && type !== undefined && { type }),
    ...(entry.amount !== null && amount !== undefined && { amount }),
  });
  return differs.length > 0;
}

interface NewEntry {
  readonly customerId: string;
  /** The request's body but for its code. */
  readonly posted: TransactionParameters;
  /** The caller's own. */
  readonly reference: string | undefined;
  /** The member of the input that the entry's text came from. */
  readonly textMember: string;
}

/** A new entry of a customer's account: contract 6.1. */
function createEntry({ customerId, posted, reference, textMember: textOf }: NewEntry, access: ChargeAccess): WritePlan<Charge> {
  const { key, settings, requests, recordClock, ledger, unified, read } = access;
  const { note: text, ...parameters } = posted;
  const isOwn = reference === undefined;
  const told = toldOfEntry(key, textOf, posted["type"] === "RC");
  const action = "PUT /customers/{id}/transactions";

  const noteOf = (intent: Intent, before: Before): string => {
    const { code } = codeFor(intent.stepId, reference);
    return JSON.stringify({ before, sent: { ...parameters, code } } satisfies CreateNote);
  };

  /** A code of our own tells by itself which entry is new; otherwise ages must be told by dates. */
  function noteAtOnce(intent: Intent): string | null {
    const before = beforeAtOnce(requests.highestId(transactionRow), recordClock, !isOwn);
    return before && noteOf(intent, before);
  }

  const sentBy = ({ sent }: CreateNote) => (text === undefined ? sent : { ...sent, note: text });

  const judging =
    (noted: CreateNote) =>
    (entry: TransactionRow): Judged | null => {
      const match = matchCode(entry, { code: String(noted.sent["code"]), isOwn });
      // What is not under our code and no charge (a payment, a reversal) is not what a create makes.
      if (match === "step" || (match !== "same" && entry.type !== null && !isCharge(entry))) return null;
      const isOurs = isOwn && match === "same";
      const id = `${customerId}:${entry.id}`;
      return {
        record: {
          id,
          claim: id,
          age: isOurs ? "since" : ageOfRecord(entry, noted.before),
          differs: isOurs ? moneyDiffers(entry, sentBy(noted)) : differences(entry, noted, match),
        },
        code: match,
        isNew: isOurs || isNewId(entry, noted.before),
        isContrary: isContrary(entry, noted.sent),
      };
    };

  function differences(entry: TransactionRow, noted: CreateNote, match: CodeMatch): readonly string[] {
    const differs = transactionDiffers(entry, sentBy(noted), textOf);
    return match === "same" ? differs : ["reference", ...differs];
  }

  async function send(noted: CreateNote, scope: CallScope): Promise<Written<Charge>> {
    const path = `customers/${customerId}/transactions`;
    const body = { json: sentBy(noted) };
    const call = { function: action, method: "PUT", path, body, parameters: chargeFields } as const;
    const created: Own<TransactionRow> = (rows, isList) => createdRow(rows, isList, judging(noted));
    const record = await requests.write(call, transactionRow, created, scope);
    recordClock.created(record, noted.before);
    const value = unified(record, customerId);
    const id = `${customerId}:${record.id}`;
    return value ? { id, value } : { id };
  }

  async function find(
    noted: CreateNote,
    intent: Intent,
    scope: CallScope,
    accepts: (judged: Judged) => boolean,
  ): Promise<Finding> {
    // A day earlier: what was created since then is not older in any zone of the world.
    const since = Math.min(noted.before.moment.at, Date.parse(intent.createdAt)) - dayMs;
    const entries = await ledger.certainEntriesOf(customerId, scope, new Date(since).toISOString().slice(0, 10));
    const judge = judging(noted);
    return lookThrough(entries, (entry) => {
      const judged = judge(entry);
      return judged && accepts(judged) ? judged : null;
    });
  }

  return {
    read,
    steps: [
      {
        action,
        noteAtOnce,
        note: async (_id, intent, scope) => {
          // Another create may have told meanwhile what was not known when this one was recorded.
          const atOnce = noteAtOnce(intent);
          if (atOnce !== null) return atOnce;
          const seen = requests.highestId(transactionRow);
          return noteOf(intent, await beforeOf(await ledger.listingOf(customerId, scope), seen, recordClock, scope));
        },
        send: async (_id, intent, scope) => {
          const noted = readNote(intent.note, createNote);
          if (!isOwn) return send(noted, scope);
          const underOurCode = () => find(noted, intent, scope, ({ code }) => code === "same");
          return sendUnlessDone(() => send(noted, scope), underOurCode, key);
        },
        find: async (_id, intent, scope) => find(readNote(intent.note, createNote), intent, scope, () => true),
        compare: async ({ raw }, intent, scope) => {
          const { code, ...posted } = sentBy(readNote(intent.note, createNote));
          const said = isOwn ? posted : given<string | number>({ ...posted, code });
          const { sent, shown } = comparedEntry(raw, said, customerId, settings);
          // An entry that does not tell whose it is stands in its customer's account.
          const isTheirs = shown["customerId"] === null && (await ledger.load(customerId, String(shown["id"]), scope)) !== null;
          return warningsOf(told, sent, isTheirs ? { ...shown, customerId } : shown);
        },
      },
    ],
  };
}

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
  const isOriginal = (entry: TransactionRow): boolean => entry.id === transactionId;
  let reversed = false;

  const isNewReversal = (entry: TransactionRow, { before: was, type, amount }: VoidNote): boolean =>
    isNewId(entry, was) && isReversalOf(entry, { type, amount: amount === null ? null : BigInt(amount) });

  async function listing(scope: CallScope): ReturnType<Ledger["listingOf"]> {
    const listed = await settle(ledger.listingOf(customerId, scope));
    if (!(listed instanceof BillingError)) return listed;
    const isAbsent = listed.code === "NOT_FOUND" || isCertainlyMissing(listed);
    throw isAbsent ? notFound(key, "The charge") : listed;
  }

  function look(noted: VoidNote, entries: readonly TransactionRow[]): Finding {
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
          const own = (rows: readonly TransactionRow[]) => {
            const [reversal, ...others] = rows.filter((row) => isNewReversal(row, noted));
            return reversal && others.length === 0 ? reversal : rows.find(isOriginal);
          };
          const record = await requests.write(call, transactionRow, own, scope);
          reversed = true;
          return isOriginal(record) ? { id } : { id, claims: [claimOf(record)] };
        },
        find: async (_id, intent, scope) =>
          look(readNote(intent.note, voidNote), await ledger.certainEntriesOf(customerId, scope)),
        // A reversal is in full: nothing is left. An entry that does not tell contradicts nothing.
        compare: async ({ raw }) => {
          const { balance } = transactionRow.parse(raw);
          const isLeft = balance !== null && balance !== 0n;
          return warningsOf(toldOfVoid(key), { status: "VOIDED" }, { status: isLeft ? "OPEN" : "VOIDED" });
        },
      },
    ],
  };
}

const toldOfVoid = (backend: string): Told => ({ backend, comparison: createComparison({}), fields: { status: [] } });

/** No two voids can both have left the same reversal. */
function claimOf(reversal: TransactionRow): string {
  return `reversal:${reversal.id}`;
}
