import { Exact } from "../../accounts/records.ts";
import type { Scene } from "./oracle.ts";
import type { Expected, ExpectedCharge } from "./world.ts";

/** Links customers to an account and compares its balances and statements with sums over the records that are made here. */

interface Told {
  readonly amount: string;
  readonly currency: string;
}
interface ToldSum {
  readonly currency: string;
  readonly charges: number;
  readonly amount: Told;
  readonly taxAmount: Told | null;
  readonly total: Told;
  readonly outstanding: Told | null;
  readonly unpriced: number;
  readonly taxUnknown: number;
  readonly outstandingUnknown: number;
  readonly repeated: number;
}

const link = `mutation ($ids: [ID!]!) { linkCustomers(input: { customerIds: $ids }) { account { id } errors { message } } }`;
const sum = `currency charges amount { amount currency } taxAmount { amount currency } total { amount currency }
  outstanding { amount currency } unpriced taxUnknown outstandingUnknown repeated`;
const read = `query ($id: ID!, $from: Date!, $to: Date!, $occurrences: Boolean!) { account(id: $id) {
  amountDue { amount currency }
  balances { customer { backendId backend { key } } amountDue { amount currency } failure { message } }
  statement(from: $from, to: $to, occurrences: $occurrences) { rows { month backend { key } ${sum} } totals { ${sum} } unavailable { message } csv } } }`;

/** @param ids global ids of customers, by backend and the backend's own id */
export async function askAccount({ gateway, backends, draw, report }: Scene, ids: ReadonlyMap<string, string>): Promise<void> {
  const members = draw.shuffled([...ids]).slice(0, draw.pick([2, 4, 9]));
  if (members.length < 2) return;
  const { data: linked, errors: failed } = await gateway.send(link, { ids: members.map(([, id]) => id) });
  const account = linked?.linkCustomers?.account?.id as string | undefined;
  if (failed || account === undefined) return report(`account: ${JSON.stringify(failed ?? linked)}`);
  const mine = members.map(([owner]) => owner);
  const year = Temporal.Now.plainDateISO("UTC").year;
  const all = [`${year - 2}-06-01`, `${year + 2}-12-31`] as const;
  const ranges = [
    [...all, false],
    [...all, true],
    draw.pick([
      [`${year}-02-28`, `${year}-02-28`, true],
      [`${year}-03-29`, `${year}-10-25`, false],
      [`${year}-06-30`, `${year}-07-01`, true],
    ]),
  ] as [string, string, boolean][];
  for (const [from, to, occurrences] of ranges) {
    const what = `account of ${mine.join()} from ${from} to ${to}${occurrences ? " with occurrences" : ""}`;
    const { data, errors } = await gateway.send(read, { id: account, from, to, occurrences });
    if (errors) {
      report(`${what}: ${JSON.stringify(errors)}`);
      continue;
    }
    const { amountDue, balances, statement } = data.account;
    for (const { message } of statement.unavailable) report(`${what}: unavailable: ${message}`);
    const people = mine.map((owner) => expectedOf(backends, owner));
    const dues = people.map((person) => person.shown["amountDue"] as Told | null);
    const told = (balances as { customer: { backendId: string; backend: { key: string } }; amountDue: Told | null }[]).map(
      (each) => `${each.customer.backend.key}:${each.customer.backendId} ${plainOf(each.amountDue)}`,
    );
    compareTexts(
      `${what}: balances`,
      told,
      dues.map((due, index) => `${mine[index]} ${plainOf(due)}`),
      report,
    );
    const currencies = [...new Set(dues.flatMap((due) => due?.currency ?? []))].toSorted();
    const sums = currencies.map((currency) => `${sumOf(dues.filter((due) => due?.currency === currency))} ${currency}`);
    compareTexts(`${what}: amountDue`, (amountDue as Told[]).map(plainOf), sums, report);

    const charges = mine.flatMap((owner) => {
      const [key = "", id = ""] = owner.split(/:(.*)/s);
      const own = backends[key]?.charges().filter((charge) => charge.owner === id) ?? [];
      return own.map((charge) => ({ ...charge, key }));
    });
    const counted = dueOf(charges, occurrences ? to : null).filter(({ day }) => day !== null && day >= from && day <= to);
    const rows = Map.groupBy(counted, ({ key, day, shown }) => `${day?.slice(0, 7)} ${key} ${currencyOf(shown)}`);
    const toldRows = (statement.rows as (ToldSum & { month: string; backend: { key: string } })[]).map(
      (row) => `${row.month} ${row.backend.key} ${row.currency} ${textOf(row, statesOutstanding(row.backend.key))}`,
    );
    const wantedRows = [...rows].toSorted(([one], [other]) => (one < other ? -1 : 1));
    const asTold = wantedRows.map(
      ([name, group]) =>
        `${name} ${sumText(
          group,
          group.every(({ key }) => statesOutstanding(key)),
        )}`,
    );
    compareTexts(`${what}: rows`, toldRows, asTold, report);
    const totals = Map.groupBy(counted, ({ shown }) => currencyOf(shown));
    const toldTotals = (statement.totals as ToldSum[]).map((total) => `${total.currency} ${textOf(total, false)}`);
    const wantedTotals = [...totals].toSorted(([one], [other]) => (one < other ? -1 : 1));
    compareTexts(
      `${what}: totals`,
      toldTotals,
      wantedTotals.map(([name, group]) => `${name} ${sumText(group, false)}`),
      report,
    );
    const lines = (statement.csv as string).trimEnd().split(/\r?\n/).length - 1;
    if (lines !== statement.rows.length) report(`${what}: the CSV has ${lines} lines of ${statement.rows.length}`);
  }
}

interface Due extends ExpectedCharge {
  readonly key: string;
  readonly repeated?: true;
}

/**
 * The charges that count, each on its own day, and up to `last` on every day on which a monthly one falls due again: v01's records are bills and do
 * not. A charge of the same series on such a day is that repetition, and counts once.
 */
function dueOf(charges: readonly Due[], last: string | null): readonly Due[] {
  const own = charges.filter(({ day, shown }) => day !== null && shown["status"] !== "ARCHIVED" && shown["status"] !== "VOIDED");
  if (last === null) return own;
  const seriesOf = ({ key, owner, service, shown: { amount, quantity, name } }: Due): string =>
    JSON.stringify([key, owner, amount, quantity, service ?? name]);
  const due: Due[] = [];
  const awaited = new Map<string, Due[]>();
  for (const charge of own.toSorted((one, other) => (`${one.day}` < `${other.day}` ? -1 : 1))) {
    due.push(charge);
    const repeats = charge.shown["kind"] === "RECURRING" && charge.key !== "v01";
    if (!repeats || awaited.get(`${charge.day} ${seriesOf(charge)}`)?.shift()) continue;
    const first = Temporal.PlainDate.from(charge.day ?? "");
    for (let months = 1; ; months += 1) {
      const day = first.add({ months }).toString();
      if (day > last) break;
      const occasion = `${day} ${seriesOf(charge)}`;
      awaited.set(occasion, [...(awaited.get(occasion) ?? []), { ...charge, day, repeated: true }]);
    }
  }
  return [...due, ...[...awaited.values()].flat()];
}

/** v01 alone reports what is still to be paid. */
const statesOutstanding = (key: string): boolean => key === "v01";

function expectedOf(backends: Scene["backends"], owner: string): Expected {
  const [key = "", id = ""] = owner.split(/:(.*)/s);
  const person = backends[key]?.people().find(({ backendId }) => backendId === id);
  if (!person) throw new Error(`${owner} is not expected`);
  return person;
}

const currencyOf = (shown: ExpectedCharge["shown"]): string => (shown["amount"] as Told).currency;

function sumOf(amounts: readonly (Told | null | undefined)[]): string {
  return amounts.reduce((sum, each) => sum.plus(each?.amount ?? 0), new Exact(0)).toFixed();
}

const plainOf = (told: Told | null): string => (told === null ? "null" : `${new Exact(told.amount).toFixed()} ${told.currency}`);

function textOf(told: ToldSum, withOutstanding: boolean): string {
  const number = (value: Told | null): string => (value === null ? "null" : new Exact(value.amount).toFixed());
  const wrong = [told.amount, told.taxAmount, told.total, told.outstanding].some(
    (each) => each && each.currency !== told.currency,
  );
  const rest = withOutstanding ? ` outstanding ${number(told.outstanding)} ${told.outstandingUnknown}` : "";
  return `${wrong ? "other currencies " : ""}${told.charges}: ${number(told.amount)} + ${number(told.taxAmount)} = ${number(told.total)} untaxed ${told.taxUnknown} unpriced ${told.unpriced} repeated ${told.repeated}${rest}`;
}

function sumText(charges: readonly Due[], withOutstanding: boolean): string {
  const member = (name: string): (Told | null | undefined)[] =>
    charges.map(({ shown }) => shown[name] as Told | null | undefined);
  const [amounts, taxes, unpaid] = [member("amount"), member("taxAmount"), member("outstanding")];
  const known = (values: readonly (Told | null | undefined)[]): string =>
    values.some((each) => each != null) ? sumOf(values) : "null";
  const unknown = (values: readonly (Told | null | undefined)[]): number => values.filter((each) => each == null).length;
  const rest = withOutstanding ? ` outstanding ${known(unpaid)} ${unknown(unpaid)}` : "";
  return `${charges.length}: ${sumOf(amounts)} + ${known(taxes)} = ${sumOf([...amounts, ...taxes])} untaxed ${unknown(taxes)} unpriced ${unknown(amounts)} repeated ${charges.filter(({ repeated }) => repeated).length}${rest}`;
}

function compareTexts(what: string, told: readonly string[], wanted: readonly string[], report: (problem: string) => void): void {
  if (told.join("\n") !== wanted.join("\n")) report(`${what}: told ${told.join("; ")}, wanted ${wanted.join("; ")}`);
}
