import { z } from "zod";
import type { CallScope, ChargeVerbs, ChargeWindow, WritePlan, WriteStep } from "../../adapter/adapter.ts";
import { asDecimal, asText, createComparison, type FieldPaths, warningsOf } from "../../adapter/kit/comparing.ts";
import { type Age, lookAmong, moment, momentNow, readNote } from "../../adapter/kit/looking.ts";
import { compareIds } from "../../adapter/kit/paging.ts";
import { chargeKind, decimal, notUnderstoodIn, type Row, requireDate, text } from "../../adapter/kit/reading.ts";
import { highestIdOf } from "../../adapter/kit/rows.ts";
import { creating } from "../../adapter/kit/taking.ts";
import { BillingError, badResponse, invalidInput, named, notFound, settle, unsupported } from "../../model/errors.ts";
import type { Charge, CreditInput } from "../../model/model.ts";
import { money, negate } from "../../model/money.ts";
import type { ChargeQuery } from "../../model/queries.ts";
import { type FunctionParameters, getRow, type Session, sendChange } from "./call.ts";
import { differences } from "./compared.ts";
import { dateOf, decimalParameter, idParameter, isId } from "./encode.ts";
import { publishable } from "./fields.ts";
import { creditTakes } from "./inputs.ts";
import { ageOfTransaction, daySeconds, type TimeWindow, type Transaction, transactionsOf, windowOf } from "./transactions.ts";
import { customerRow } from "./wire.ts";

/** Whether a transaction is a credit (guide 4.2, customers/balance/add: type "credit"). */
function isCredit({ type }: Transaction): boolean {
  return type?.toLowerCase() === "credit";
}

/** Reads "credit:<customer>:<transaction>"; null for anything else. A transaction is only found in its customer's list. */
export function creditParts(id: string): { readonly customer: string; readonly transaction: string } | null {
  const [mark, customer = "", transaction = "", ...rest] = id.split(":");
  return mark === "credit" && isId(customer) && isId(transaction) && rest.length === 0 ? { customer, transaction } : null;
}

/**
 * Maps a credit to a charge with a negative amount. It has moved the balance, so nothing is outstanding. A credit below zero took
 * money from the customer: that maps to a charge.
 *
 * @param currency the customer's; null where its row does not show it
 */
export function creditFrom(
  { row, ...transaction }: Transaction,
  customer: string,
  { backend, timeZone, currency }: { readonly backend: string; readonly timeZone: string; readonly currency: string | null },
): Charge {
  const { id, amount: moved, description, time } = transaction;
  const amount = moved === null || currency === null ? null : money(negate(moved), currency);
  return {
    type: "Charge",
    backend,
    id: `credit:${customer}:${id}`,
    backendId: id,
    reference: null,
    customer: { backend, id: customer, name: null },
    plan: null,
    service: null,
    name: description?.split(/\r?\n/, 1)[0]?.trim() || `Credit ${id}`,
    description,
    notes: null,
    kind: amount === null ? "CREDIT" : chargeKind("ONE_OFF", amount),
    status: "SETTLED",
    quantity: "1",
    amount,
    taxAmount: null,
    total: null,
    outstanding: currency === null ? null : money("0", currency),
    cost: null,
    date: dateOf(time, timeZone),
    recurrence: null,
    createdAt: time?.toISOString() ?? null,
    updatedAt: null,
    ...notUnderstoodIn(transaction),
    raw: publishable(row),
  };
}

/**
 * Credits: customers/balance/add moves a customer's balance and records a transaction of the type "credit" (guide 4.2). It answers
 * without data, so the step looks for the transaction among the customer's. Credits are listed as charges. They cannot be changed or
 * taken back, as no source tells whether the function takes an amount below zero.
 */
interface Credits {
  readonly create: NonNullable<ChargeVerbs["createCredit"]>;
  readonly listOf: (customerId: string, query: ChargeQuery, window: ChargeWindow, scope: CallScope) => Promise<readonly Charge[]>;
  /** Reads single credits: null where there is none. Reads of one batch share the lists of their customers. */
  readonly reader: (scope: CallScope) => (id: string) => Promise<Charge | null>;
}

const action = "customers/balance/add";
const fields: FieldPaths = { id: ["customerId"], amount: ["amount"], currency: ["currency"], description: ["description"] };

/** End of a list that nothing narrows: the last second that fits into 32 bits. */
const endOfTime = 2_147_483_647;

const note = z.object({
  /** As sent, without credentials. */
  parameters: z.record(z.string(), z.string()),
  /** The customer's highest transaction before the request. */
  highest: z.string(),
  at: moment,
});

/** Amounts were seen with two decimals. */
const comparison = createComparison({ amount: asDecimal(2) }, asText);

export function createCredits(session: Session): Credits {
  const { backend } = session;

  /** The customer's currency; undefined where its row shows none, and the configured one holds. */
  function currencyOf(customer: string, scope: CallScope): Promise<string | null | undefined> {
    const map = (row: Row) => customerRow.parse(row).currency;
    const subject = `Customer ${customer}`;
    return getRow(session, { function: "customers/get", id: customer, subject, fields: { id: ["customerId"] }, map }, scope);
  }

  async function creditsOf(customer: string, window: TimeWindow, scope: CallScope): Promise<readonly Charge[]> {
    const transactions = await transactionsOf(session, customer, window, scope);
    if (transactions.some(({ row }) => !("type" in row))) {
      throw badResponse(
        backend,
        "does not report the type of its transactions, so credits cannot be recognised: set functions.balanceAdd to false",
      );
    }
    const credits = transactions.filter(isCredit);
    if (credits.length === 0) return [];
    // Amounts of transactions are in the customer's currency.
    const currency = await currencyOf(customer, scope);
    const source = { backend, timeZone: session.timeZone, currency: currency === undefined ? session.currency : currency };
    return credits.map((transaction) => requireDate(creditFrom(transaction, customer, source), ["time"]));
  }

  const reader: Credits["reader"] = (scope) => {
    const lists = new Map<string, Promise<readonly Charge[]>>();
    return async (id) => {
      const parts = creditParts(id);
      if (parts === null) return null;
      const list = lists.get(parts.customer) ?? creditsOf(parts.customer, { start: 0, end: endOfTime }, scope);
      lists.set(parts.customer, list);
      return (await list).find(({ backendId }) => backendId === parts.transaction) ?? null;
    };
  };

  async function read(id: string, scope: CallScope): Promise<Charge> {
    const found = await reader(scope)(id);
    if (!found) throw notFound(backend, "The credit");
    return found;
  }

  /** Checks that the customer exists and has the credit's currency. */
  async function checkCustomer({ customerId, currency }: CreditInput, scope: CallScope): Promise<void> {
    const own = await currencyOf(customerId, scope);
    if (currency == null || (own ?? currency) === currency) return;
    // No source tells how another currency is converted.
    throw invalidInput("currency", `must be the customer's own, ${own}`).with({ backend });
  }

  const create = creating(backend, "credit", creditTakes, (input): WritePlan<Charge> => {
    const { customerId, currency } = input;
    const parameters: FunctionParameters = {
      id: idParameter(customerId, "customerId"),
      amount: decimalParameter(input.amount) ?? "",
      transaction: "credit",
      description: input.description ?? "",
      ...(currency != null && { currency }),
    };

    const find: WriteStep<Charge>["find"] = async (_id, { note: noted }, scope) => {
      const { parameters: sent, highest, at } = readNote(noted, note);
      const { id, transaction: _, currency: __, ...told } = sent;
      const transactions = await transactionsOf(session, customerId, windowOf(at), scope);
      const seen = transactions.map((transaction) => {
        const differs = differences(told, transaction.row, fields, session.timeZone);
        const age: Age = ageOfTransaction(transaction, highest, at);
        return { transaction, record: { id: idOf(transaction), claim: idOf(transaction), age, differs } };
      });
      // A transaction of another type is ours only where all the rest agrees: the type may have another name.
      return lookAmong(
        seen.flatMap(({ transaction, record }) => {
          if (isCredit(transaction) || transaction.type === null) return record;
          return record.differs.length === 0 ? { ...record, differs: ["kind"] } : [];
        }),
      );
    };
    const numberOf = (id: string): string => creditParts(id)?.transaction ?? "";
    const idOf = ({ id }: Transaction): string => `credit:${customerId}:${id}`;

    return {
      read,
      validate: (scope) => checkCustomer(input, scope),
      steps: [
        {
          action,
          note: async (_id, _intent, scope) => {
            await checkCustomer(input, scope);
            const at = await momentNow(session.clock, session.probe, scope);
            // Fails for a role that may not read transactions: a lost answer could then never be settled.
            const transactions = await transactionsOf(session, customerId, windowOf(at), scope);
            const highest = highestIdOf(transactions) ?? "0";
            return JSON.stringify({ parameters, highest, at } satisfies z.input<typeof note>);
          },
          send: async (_id, intent, scope) => {
            const { parameters: sent } = readNote(intent.note, note);
            await sendChange(session, { function: action, parameters: sent, subject: `Customer ${customerId}`, fields }, scope);
            // The answer does not name the transaction.
            const found = await settle(find(null, intent, { ...scope, signal: undefined }));
            const ours = found instanceof BillingError ? [] : found.ours;
            const alike = ours.map(({ id }) => id).toSorted((one, other) => compareIds(numberOf(other), numberOf(one)));
            return { id: alike[0] ?? null, alike };
          },
          find,
          compare: async ({ raw }, intent) => {
            const { amount, description } = readNote(intent.note, note).parameters;
            const shown = { amount: decimal(raw["amount"]), description: text(raw["description"]) };
            return warningsOf({ backend, comparison, fields }, { amount, ...(description && { description }) }, shown);
          },
        },
      ],
    };
  });

  return {
    create,
    listOf: (customerId, query, { after }, scope) => {
      // Lists are newest first: nothing behind `after` is newer than it.
      const last = [query.to, after?.date].filter((date) => date != null && date !== "").toSorted()[0];
      const start = Math.max(0, (utcMidnight(query.from) ?? 0) - anyZoneSeconds);
      const end = (utcMidnight(last) ?? endOfTime) + daySeconds + anyZoneSeconds;
      if (end <= start) return Promise.resolve([]);
      return creditsOf(customerId, { start, end: Math.min(end, endOfTime) }, scope);
    },
    reader,
  };
}

/** Days begin up to this much earlier or later in other zones. The list is read that much wider; each row's own day decides. */
const anyZoneSeconds = daySeconds;

function utcMidnight(date: string | null | undefined): number | null {
  const milliseconds = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}

/** Throws UNSUPPORTED for a verb that works on charges only. @param what the verb: "change" */
export function refuseCredit(backend: string, id: string, what: string): void {
  if (creditParts(id) === null) return;
  throw unsupported(backend, `${named(backend)} cannot ${what} a credit: it has moved the customer's balance already.`, ["id"]);
}
