import { z } from "zod";
import type { CallScope, ChargeVerbs, ChargeWindow, WritePlan, WriteStep } from "../../adapter/adapter.ts";
import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import { type Age, lookAmong, readNote } from "../../adapter/kit/looking.ts";
import { moment, momentNow } from "../../adapter/kit/moment.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import { creating } from "../../adapter/kit/taking.ts";
import { BillingError, invalidInput, notFound, settle, unsupported } from "../../model/errors.ts";
import type { Charge, ChargeQuery, CreditInput } from "../../model/model.ts";
import { getRow, listRows, type Parameters, type Session, sendChange } from "./call.ts";
import { differences } from "./compared.ts";
import { decimalParameter, firstSecondOf, idParameter, lastSecondOf } from "./encode.ts";
import { unreliable } from "./errors.ts";
import { ageOfTransaction, daySeconds, isWithin, type Window, windowOf } from "./execution.ts";
import { creditTakes } from "./inputs.ts";
import { creditFrom, creditParts, isCredit } from "./map-credit.ts";
import { highestOf } from "./record-age.ts";
import { customerRow, type Transaction, transactionRow } from "./wire.ts";

/**
 * Credits: customers/balance/add, which moves a customer's balance and records a transaction of the type "credit" (guide 4.2). It
 * answers with nothing, so that the transaction is looked for among the customer's. They are listed as charges, and cannot be
 * changed or taken back: whether it takes an amount below zero is not documented.
 */
export interface Credits {
  readonly create: NonNullable<ChargeVerbs["createCredit"]>;
  readonly listOf: (customerId: string, query: ChargeQuery, window: ChargeWindow, scope: CallScope) => Promise<readonly Charge[]>;
  /** Null for one that does not exist. Reads of one batch share the lists of their customers. */
  readonly reader: (scope: CallScope) => (id: string) => Promise<Charge | null>;
}

const action = "customers/balance/add";
const fields: FieldPaths = { id: ["customerId"], amount: ["amount"], currency: ["currency"], description: ["description"] };

/** A list ends before this second unless something narrows it: the last that fits into 32 bits. */
const endOfTime = 2_147_483_647;

const note = z.object({
  /** As they are sent, without credentials. */
  parameters: z.record(z.string(), z.string()),
  /** The customer's highest transaction that was there already. */
  highest: z.string(),
  at: moment,
});

interface Seen extends Transaction {
  readonly row: Row;
}

export function createCredits(session: Session): Credits {
  const { backend } = session;

  /** Guide 4.4, transactions/list: paged by time only. */
  async function transactionsOf(customer: string, { start, end }: Window, scope: CallScope): Promise<readonly Seen[]> {
    const list = {
      function: "transactions/list",
      parameters: { customer, start: String(start), end: String(end) },
      subject: `Customer ${customer}`,
      map: (row: Row) => ({ ...transactionRow.parse(row), row }),
    };
    const rows = await listRows(session, list, scope);
    // A filter that is not understood answers for the gateway's own customer, or for all times.
    return rows.filter((row) => (row.customer ?? customer) === customer && isWithin(row, { start, end }));
  }

  /** Undefined: the customer shows no currency, and it is the one of the configuration. */
  function currencyOf(customer: string, scope: CallScope): Promise<string | null | undefined> {
    const map = (row: Row) => customerRow.parse(row).currency;
    const subject = `Customer ${customer}`;
    return getRow(session, { function: "customers/get", id: customer, subject, fields: { id: ["customerId"] }, map }, scope);
  }

  async function creditsOf(customer: string, window: Window, scope: CallScope): Promise<readonly Charge[]> {
    const transactions = await transactionsOf(customer, window, scope);
    if (transactions.some(({ type }) => type === null)) {
      throw unreliable(
        backend,
        "does not tell the type of its transactions, so that credits cannot be told: set functions.balanceAdd to false",
      );
    }
    const credits = transactions.filter(isCredit);
    if (credits.length === 0) return [];
    // What moves a balance is in the customer's currency.
    const currency = await currencyOf(customer, scope);
    const source = { backend, currency: currency === undefined ? session.currency : currency };
    return credits.map((transaction) => creditFrom(transaction, transaction.row, customer, source));
  }

  async function read(id: string, scope: CallScope): Promise<Charge> {
    const { customer, transaction } = creditParts(id) ?? { customer: "", transaction: "" };
    const found = (await creditsOf(customer, { start: 0, end: endOfTime }, scope)).find(
      (credit) => credit.backendId === transaction,
    );
    if (!found) throw notFound(backend, "The credit");
    return found;
  }

  /** What is refused by the customer that it is for. */
  async function checkCustomer({ customerId, currency }: CreditInput, scope: CallScope): Promise<void> {
    const own = await currencyOf(customerId, scope);
    if (currency == null || (own ?? currency) === currency) return;
    // How another one is converted is not documented.
    throw invalidInput("currency", `must be the customer's own, ${own}`).with({ backend });
  }

  const create = creating(backend, "credit", creditTakes, (input): WritePlan<Charge> => {
    const { customerId, currency } = input;
    const parameters: Parameters = {
      id: idParameter(customerId, "customerId"),
      amount: decimalParameter(input.amount) ?? "",
      transaction: "credit",
      description: input.description ?? "",
      ...(currency != null && { currency }),
    };

    const find: WriteStep<Charge>["find"] = async (_id, { note: noted }, scope) => {
      const { parameters: sent, highest, at } = readNote(noted, note);
      const { id, transaction: _, currency: __, ...told } = sent;
      const transactions = await transactionsOf(customerId, windowOf(at), scope);
      const seen = transactions.map((transaction) => {
        const differs = differences(told, transaction.row, fields);
        const age: Age = ageOfTransaction(transaction, highest, at);
        return { transaction, record: { id: idOf(transaction), claim: idOf(transaction), age, differs } };
      });
      // What moved money for another reason is not ours, unless all the rest agrees: its type may be called otherwise.
      return lookAmong(
        seen.flatMap(({ transaction, record }) => {
          if (isCredit(transaction) || transaction.type === null) return record;
          return record.differs.length === 0 ? { ...record, differs: ["kind"] } : [];
        }),
      );
    };
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
            // A role that may not read them could not tell afterwards whether it was done: nothing is sent then.
            const transactions = await transactionsOf(customerId, windowOf(at), scope);
            const highest = highestOf(transactions.map(({ id }) => id));
            return JSON.stringify({ parameters, highest, at } satisfies z.input<typeof note>);
          },
          send: async (_id, intent, scope) => {
            const { parameters: sent } = readNote(intent.note, note);
            await sendChange(session, { function: action, parameters: sent, subject: `Customer ${customerId}`, fields }, scope);
            // The answer does not tell the transaction.
            const found = await settle(find(null, intent, { ...scope, signal: undefined }));
            const alike = found instanceof BillingError ? [] : found.ours.map(({ id }) => id);
            return { id: alike[0] ?? null, alike };
          },
          find,
        },
      ],
    };
  });

  return {
    create,
    listOf: (customerId, query, { after }, scope) => {
      // Newest first: nothing behind `after` is newer than it. Wide by a day, as a row's own day decides.
      const last = [query.to, after?.date].filter((date) => date != null && date !== "").toSorted()[0];
      const start = query.from == null ? 0 : Math.max(0, firstSecondOf(query.from) - daySeconds);
      const end = last == null ? endOfTime : Math.max(start + 1, lastSecondOf(last) + 2 * daySeconds);
      return creditsOf(customerId, { start, end }, scope);
    },
    reader: (scope) => {
      const lists = new Map<string, Promise<readonly Charge[]>>();
      return async (id) => {
        const { customer, transaction } = creditParts(id) ?? { customer: "", transaction: "" };
        const list = lists.get(customer) ?? creditsOf(customer, { start: 0, end: endOfTime }, scope);
        lists.set(customer, list);
        return (await list).find(({ backendId }) => backendId === transaction) ?? null;
      };
    },
  };
}

/** UNSUPPORTED for what is done with charges only. */
export function refuseCredit(backend: string, id: string, what: string): void {
  if (creditParts(id) === null) return;
  throw unsupported(backend, `${backend} cannot ${what} a credit: it has moved the customer's balance already.`, ["id"]);
}
