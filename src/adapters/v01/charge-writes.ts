import { z } from "zod";
import type { CallScope, Finding, Intent, WritePlan, Written } from "../../adapter/adapter.ts";
import { createComparison, type WarningContext, warningsOf } from "../../adapter/kit/comparing.ts";
import { lookAmong, mentioned, nothingFound, readNote } from "../../adapter/kit/looking.ts";
import { BillingError, notFound, settle } from "../../model/errors.ts";
import type { Charge, ChargeInput, CreditInput } from "../../model/model.ts";
import type { PickWritten } from "./call.ts";
import { codeFor, isStoredMatch, matchCode, referenceOf } from "./codes.ts";
import { comparedEntry, entryWarningContext, moneyDiffers, transactionDiffers } from "./compared.ts";
import { isCertainlyMissing } from "./errors.ts";
import { chargeFields } from "./fields.ts";
import { type ChargeAccess, isReversalOf, type Ledger, openAlike } from "./ledger.ts";
import {
  chargedCustomer,
  chargeParts,
  isCharge,
  newCredit,
  newTransaction,
  type TransactionParameters,
  textMember,
} from "./map-charge.ts";
import {
  ageOfRecord,
  type CreateNote,
  codedCreateStep,
  createdRow,
  createNote,
  dayMs,
  isNewId,
  type Judged,
  lookThrough,
  priorState,
  priorStateOf,
} from "./notes.ts";
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
 * A new credit. It settles debts at once, and an entry that has settled something may not be reversed (contract 6.5). So it has no `undo`:
 * a fan-out that rolls back could not rely on it. A credit that has settled nothing can be voided.
 */
export function createCredit(input: CreditInput, access: ChargeAccess): WritePlan<Charge> {
  const customerId = chargedCustomer(input, access.key);
  return createEntry({ customerId, posted: newCredit(input), reference: undefined, textMember: "description" }, access);
}

/** Whether the entry shows another type or amount than was sent. */
function isContrary(entry: TransactionRow, { type, amount }: TransactionParameters): boolean {
  const differs = moneyDiffers(entry, {
    ...(entry.type !== null && type !== undefined && { type }),
    ...(entry.amount !== null && amount !== undefined && { amount }),
  });
  return differs.length > 0;
}

interface NewEntry {
  readonly customerId: string;
  /** The request's body, without its code. */
  readonly posted: TransactionParameters;
  /** The caller's reference. */
  readonly reference: string | undefined;
  /** The member of the input whose text the entry has. */
  readonly textMember: string;
}

/** A new entry of a customer's account: contract 6.1. */
function createEntry({ customerId, posted, reference, textMember: textOf }: NewEntry, access: ChargeAccess): WritePlan<Charge> {
  const { key, settings, requests, recordClock, ledger, unified, read } = access;
  const { note: text, ...parameters } = posted;
  const isOwn = reference === undefined;
  const told = entryWarningContext(key, textOf, posted["type"] === "RC");
  const action = "PUT /customers/{id}/transactions";

  const sentBy = ({ sent }: CreateNote) => (text === undefined ? sent : { ...sent, note: text });

  const judging =
    (noted: CreateNote) =>
    (entry: TransactionRow): Judged | null => {
      const sentCode = { code: String(noted.sent["code"]), isOwn };
      const match = matchCode(entry, sentCode);
      // Without our code, a payment or a reversal is not what a create makes.
      if (match === "step" || (match !== "same" && entry.type !== null && !isCharge(entry))) return null;
      const isOurs = isOwn && match === "same";
      const id = `${customerId}:${entry.id}`;
      return {
        record: {
          id,
          claim: id,
          age: isOurs ? "since" : ageOfRecord(entry, noted.before),
          differs: isOurs
            ? moneyDiffers(entry, sentBy(noted))
            : differences(entry, noted, isStoredMatch(match, entry.code, sentCode)),
        },
        code: match,
        isNew: isOurs || isNewId(entry, noted.before),
        isContrary: isContrary(entry, noted.sent),
      };
    };

  function differences(entry: TransactionRow, noted: CreateNote, isCode: boolean): readonly string[] {
    const differs = transactionDiffers(entry, sentBy(noted), textOf);
    return isCode ? differs : ["reference", ...differs];
  }

  async function send(noted: CreateNote, scope: CallScope): Promise<Written<Charge>> {
    const path = `customers/${customerId}/transactions`;
    const body = { json: sentBy(noted) };
    const call = { function: action, method: "PUT", path, body, parameters: chargeFields } as const;
    const created: PickWritten<TransactionRow> = (rows, isList) => createdRow(rows, isList, judging(noted));
    const record = await requests.write(call, transactionRow, created, scope);
    recordClock.created(record, noted.before);
    const value = unified(record, customerId);
    const id = `${customerId}:${record.id}`;
    return value ? { id, value } : { id };
  }

  async function readCreated(id: string, scope: CallScope): Promise<Charge | null> {
    const entry = await ledger.load(customerId, chargeParts(id)?.transactionId ?? "", scope);
    return entry && unified(entry, customerId);
  }

  async function find(
    noted: CreateNote,
    intent: Intent,
    scope: CallScope,
    accepts: (judged: Judged) => boolean,
  ): Promise<Finding> {
    // A day earlier, so that no zone of the world hides a new entry.
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
      codedCreateStep({
        backend: key,
        action,
        isOwn,
        recordClock,
        sent: ({ stepId }) => ({ ...parameters, code: codeFor(stepId, reference).code }),
        highestId: () => requests.highestId(transactionRow),
        listing: (scope) => ledger.listingOf(customerId, scope),
        send,
        read: readCreated,
        isOther: ({ raw }, noted) => judging(noted)(transactionRow.parse(raw)) === null,
        find: (noted, intent, scope) => find(noted, intent, scope, () => true),
        findUnderCode: (noted, intent, scope) => find(noted, intent, scope, ({ code }) => code === "same"),
        compare: async ({ raw }, intent, scope) => {
          const { code, ...posted } = sentBy(readNote(intent.note, createNote));
          const said = isOwn ? posted : mentioned<string | number>({ ...posted, code });
          const { sent, shown } = comparedEntry(raw, said, customerId, settings);
          // An entry without a customer is the customer's if it stands in the customer's account.
          const isTheirs = shown["customerId"] === null && (await ledger.load(customerId, String(shown["id"]), scope)) !== null;
          return warningsOf(told, sent, isTheirs ? { ...shown, customerId } : shown);
        },
      }),
    ],
  };
}

const action = "GET /customers/{id}/transactions/{id}/~reverse";

/** The customer's account before a reversal. */
const voidNote = z.object({
  before: priorState,
  /** The charge itself; in cents. */
  type: z.string().nullable(),
  amount: z.string().nullable(),
  balance: z.string().nullable(),
  /** How many entries of this type and amount had an open balance, itself included. */
  openAlike: z.int(),
});
type VoidNote = z.infer<typeof voidNote>;

/** A void: a reversal in full (contract 6.5). It adds an entry that does not name the one it reverses (quirk 4). */
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
    const seen = entries.filter((entry) => isNewReversal(entry, noted));
    // The like charges that were settled since.
    const settledAlike =
      noted.openAlike -
      openAlike(
        original,
        entries.filter((entry) => !isNewId(entry, noted.before)),
      );
    // A reversal is in full: an open balance means that there was none, unless there are more reversals than other charges explain.
    if (balance !== null && balance !== 0n && seen.length <= settledAlike) return nothingFound;
    const wasSettled = noted.balance === "0";
    // Settled, but no reversal is visible: paid meanwhile, or this installation reverses without an entry.
    if (seen.length === 0) return balance !== null && wasSettled ? nothingFound : { ours: [], candidates: [candidate(null)] };
    // Certain where the new reversals are as many as the like charges settled since: then each of these has one.
    const isCertain = balance === 0n && noted.balance !== null && !wasSettled && settledAlike <= seen.length;
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
    // A settled charge after a reversal that succeeded is void, also where the ledger alone could not tell.
    read: async (_id, scope) => {
      const charge = await read(id, scope);
      return reversed && charge.status === "SETTLED" ? { ...charge, status: "VOIDED" } : charge;
    },
    steps: [
      {
        action,
        isState: true,
        note: async (_id, _intent, scope) => {
          const listed = await listing(scope);
          const original = listed.rows.find(isOriginal);
          // The same action would void a payment: only charges are sent to it.
          if (!original || !isCharge(original)) throw notFound(key, "The charge");
          const noted: VoidNote = {
            before: await priorStateOf(listed, null, recordClock, scope),
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
          // No source tells whether it answers with the original or with the reversal (6.5), so the answer is not the value.
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
        // A reversal is in full: an open balance contradicts it. An entry without a balance contradicts nothing.
        compare: async ({ raw }) => {
          const { balance } = transactionRow.parse(raw);
          const isLeft = balance !== null && balance !== 0n;
          return warningsOf(voidWarningContext(key), { status: "VOIDED" }, { status: isLeft ? "OPEN" : "VOIDED" });
        },
      },
    ],
  };
}

const voidWarningContext = (backend: string): WarningContext => ({
  backend,
  comparison: createComparison({}),
  fields: { status: [] },
});

/** The claim of a reversal: no two voids can both have left it. */
function claimOf(reversal: TransactionRow): string {
  return `reversal:${reversal.id}`;
}
