import type { CallScope, Finding, Intent, WritePlan, Written } from "../../adapter/adapter.ts";
import { readNote } from "../../adapter/kit/looking.ts";
import type { Charge, ChargeInput } from "../../model/model.ts";
import { type CodeMatch, codeFor, matchCode, referenceOf } from "./codes.ts";
import { moneyDiffers, transactionDiffers } from "./compared.ts";
import { transactionParameters } from "./errors.ts";
import type { ChargeAccess } from "./ledger.ts";
import { chargedCustomer, isCharge, newTransaction, textMember } from "./map-charge.ts";
import { type CreateNote, createdRow, createNote, type Judged, lookThrough, sendUnlessDone } from "./notes.ts";
import { ageOfRecord, type Before, beforeAtOnce, beforeOf, dayMs, isNewId } from "./record-age.ts";
import { voidCharge } from "./void-charge.ts";
import { type TransactionRecord, transactionRecord } from "./wire.ts";

/** A new entry of a customer's account: contract 6.1. */
export function createCharge(input: ChargeInput, access: ChargeAccess): WritePlan<Charge> {
  const { key, settings, requests, recordClock, ledger, unified, read } = access;
  const customerId = chargedCustomer(input, key);
  const { note: text, ...parameters } = newTransaction(input, key, settings);
  const reference = referenceOf(input.reference);
  const isOwn = reference === undefined;
  const action = "PUT /customers/{id}/transactions";

  const noteOf = (intent: Intent, before: Before): string => {
    const { code } = codeFor(intent.stepId, reference);
    return JSON.stringify({ before, sent: { ...parameters, code } } satisfies CreateNote);
  };

  /** A code of our own tells by itself which entry is new; otherwise ages must be told by dates. */
  function noteAtOnce(intent: Intent): string | null {
    const before = beforeAtOnce(requests.highestId(transactionRecord), recordClock, !isOwn);
    return before && noteOf(intent, before);
  }

  const sentBy = ({ sent }: CreateNote) => (text === undefined ? sent : { ...sent, note: text });

  const judging =
    (noted: CreateNote) =>
    (entry: TransactionRecord): Judged | null => {
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
      };
    };

  function differences(entry: TransactionRecord, noted: CreateNote, match: CodeMatch): readonly string[] {
    const differs = transactionDiffers(entry, sentBy(noted), textMember(input));
    return match === "same" ? differs : ["reference", ...differs];
  }

  async function send(noted: CreateNote, scope: CallScope): Promise<Written<Charge>> {
    const path = `customers/${customerId}/transactions`;
    const body = { json: sentBy(noted) };
    const call = { function: action, method: "PUT", path, body, parameters: transactionParameters } as const;
    const created = (rows: readonly TransactionRecord[]) => createdRow(rows, judging(noted));
    const record = await requests.write(call, transactionRecord, created, scope);
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
    undo: (id) => voidCharge(id, access),
    steps: [
      {
        action,
        noteAtOnce,
        note: async (_id, intent, scope) => {
          // Another create may have told meanwhile what was not known when this one was recorded.
          const atOnce = noteAtOnce(intent);
          if (atOnce !== null) return atOnce;
          const seen = requests.highestId(transactionRecord);
          return noteOf(intent, await beforeOf(await ledger.listingOf(customerId, scope), seen, recordClock, scope));
        },
        send: async (_id, intent, scope) => {
          const noted = readNote(intent.note, createNote);
          if (!isOwn) return send(noted, scope);
          const underOurCode = () => find(noted, intent, scope, ({ code }) => code === "same");
          return sendUnlessDone(() => send(noted, scope), underOurCode, key);
        },
        find: async (_id, intent, scope) => find(readNote(intent.note, createNote), intent, scope, () => true),
      },
    ],
  };
}
