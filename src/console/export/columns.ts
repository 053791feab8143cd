import type {
  AccountBalanceDetailsFragment,
  AccountSummaryFragment,
  ChargeSummaryFragment,
  FailureDetailsFragment,
  MoneyDetailsFragment,
  OperationDetailsFragment,
  TaxSummaryFragment,
} from "../../client/index.ts";
import type { CustomerRow } from "../customers/use-customer-rows.ts";
import type { CsvColumn } from "./csv.ts";

/**
 * The columns of exported lists. Names and codes are the API's, so that programs can read them in every language. Amounts are
 * exact.
 */

interface OfBackend {
  readonly backend: { readonly key: string; readonly label: string };
}

const backendColumns: readonly CsvColumn<OfBackend>[] = [
  { name: "backend", of: ({ backend }) => backend.key },
  { name: "backendLabel", of: ({ backend }) => backend.label },
];

/** A search does not know what a customer owes. */
export const foundCustomerColumns: readonly CsvColumn<CustomerRow>[] = [
  { name: "id", of: ({ id }) => id },
  ...backendColumns,
  { name: "backendId", of: ({ backendId }) => backendId },
  { name: "name", of: ({ name }) => name },
  { name: "reference", of: ({ reference }) => reference },
  { name: "email", of: ({ email }) => email },
  { name: "status", of: ({ status }) => status },
];

export const customerCsvColumns: readonly CsvColumn<CustomerRow>[] = [
  ...foundCustomerColumns,
  ...moneyColumns<CustomerRow>({ amountDue: ({ amountDue }) => amountDue }),
];

export const chargeCsvColumns: readonly CsvColumn<ChargeSummaryFragment>[] = [
  { name: "id", of: ({ id }) => id },
  ...backendColumns,
  { name: "name", of: ({ name }) => name },
  { name: "date", of: ({ date }) => date },
  { name: "kind", of: ({ kind }) => kind },
  { name: "status", of: ({ status }) => status },
  { name: "quantity", isNumber: true, of: ({ quantity }) => quantity },
  ...moneyColumns<ChargeSummaryFragment>({
    amount: ({ amount }) => amount,
    total: ({ total }) => total,
    outstanding: ({ outstanding }) => outstanding,
  }),
];

export const operationCsvColumns: readonly CsvColumn<OperationDetailsFragment>[] = [
  { name: "id", of: ({ id }) => id },
  { name: "createdAt", of: ({ createdAt }) => createdAt },
  { name: "completedAt", of: ({ completedAt }) => completedAt },
  { name: "mutation", of: ({ mutation }) => mutation },
  { name: "status", of: ({ status }) => status },
  { name: "actor", of: ({ actor }) => actor },
  { name: "backends", of: ({ steps }) => [...new Set(steps.map(({ backend }) => backend.key))].join(" ") },
  { name: "customer", of: ({ subject }) => subject?.customerName ?? null },
  { name: "about", of: ({ subject }) => subject?.description ?? subject?.name ?? null },
  { name: "amount", isNumber: true, of: ({ subject }) => subject?.amount ?? null },
  { name: "currency", of: ({ subject }) => subject?.currency ?? null },
  { name: "subjects", isNumber: true, of: ({ subjectCount }) => String(subjectCount) },
  { name: "error", of: ({ steps }) => steps.flatMap(({ error }) => error?.message ?? []).join("; ") },
  { name: "idempotencyKey", of: ({ idempotencyKey }) => idempotencyKey },
];

export const taxCsvColumns: readonly CsvColumn<TaxSummaryFragment>[] = [
  { name: "id", of: ({ id }) => id },
  ...backendColumns,
  { name: "backendId", of: ({ backendId }) => backendId },
  { name: "name", of: ({ name }) => name },
  { name: "active", of: ({ active }) => String(active) },
  { name: "rate", isNumber: true, of: ({ rate }) => rate },
  ...moneyColumns<TaxSummaryFragment>({ fixedAmount: ({ fixedAmount }) => fixedAmount }),
];

/** A customer of an account, and what it owes: an account has one row for each. */
export interface AccountRow extends AccountBalanceDetailsFragment {
  readonly account: Pick<AccountSummaryFragment, "id" | "name" | "createdAt">;
}

export const accountCsvColumns: readonly CsvColumn<AccountRow>[] = [
  { name: "accountId", of: ({ account }) => account.id },
  { name: "account", of: ({ account }) => account.name },
  { name: "createdAt", of: ({ account }) => account.createdAt },
  { name: "customerId", of: ({ customer }) => customer.id },
  { name: "backend", of: ({ customer }) => customer.backend.key },
  { name: "backendLabel", of: ({ customer }) => customer.backend.label },
  { name: "customer", of: ({ customer }) => customer.name },
  ...moneyColumns<AccountRow>({ amountDue: ({ amountDue }) => amountDue }),
  { name: "failure", of: ({ failure }) => failure?.message ?? null },
];

/** Two columns: a plain decimal, and its currency if the amount is known. */
function moneyColumns<Row>(
  amounts: Readonly<Record<string, (row: Row) => MoneyDetailsFragment | null>>,
): readonly CsvColumn<Row>[] {
  const all = Object.entries(amounts);
  return [
    ...all.map(([name, of]) => ({ name, isNumber: true, of: (row: Row) => of(row)?.amount ?? null })),
    { name: "currency", of: (row) => all.map(([, of]) => of(row)?.currency).find((currency) => currency !== undefined) ?? null },
  ];
}

/** Says which backends are missing from a list, one sentence each. */
export const gapsOf = (failures: readonly FailureDetailsFragment[] = []): readonly string[] =>
  failures.map(({ backend, message }) => `${backend.label} is missing: ${message}`);
