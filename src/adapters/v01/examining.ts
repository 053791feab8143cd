import type { Patient, Reply } from "../../adapter/doctoring/diagnosis.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import type { BillingError } from "../../model/errors.ts";
import { loginOf } from "./call.ts";
import { errorIn } from "./errors.ts";
import { chargeFrom, isOfKnownType } from "./map-charge.ts";
import { customerFrom } from "./map-customer.ts";
import { taxFrom } from "./map-tax.ts";
import { memberNames } from "./members.ts";
import type { V01Settings } from "./settings.ts";
import { customerRow, rowsOf, taxRow, transactionRow } from "./wire.ts";

/** How the doctor calls v01 and reads its answers. */

export type Query = Readonly<Record<string, string>>;

export interface ReadReply {
  readonly reply: Reply;
  /** The reported failure; null for a success, and where no answer came. */
  readonly error: BillingError | null;
  /** "V01", a status; null for a success. */
  readonly code: string | null;
  /** Null where the gateway does not understand the shape. */
  readonly rows: readonly Row[] | null;
}

export const customersOfWhichCharges = 12;

export function asking({ settings, ask }: Patient<V01Settings>) {
  const login = loginOf(settings);
  return {
    get: async (name: string, path: string, query: Query = {}, writes?: true): Promise<ReadReply> =>
      readReply(await ask({ function: name, method: "GET", path, query, ...login, ...(writes && { writes }) }), settings),
    put: async (name: string, path: string, json: object): Promise<ReadReply> =>
      readReply(await ask({ function: name, method: "PUT", path, ...login, body: { json }, writes: true }), settings),
  };
}

export type Ask = ReturnType<typeof asking>;

function readReply(reply: Reply, { username, password }: V01Settings): ReadReply {
  const context = { backend: "it", secrets: [username, password], parameters: {} };
  const error = reply.problem === null ? errorIn(reply, context) : null;
  const code = reply.problem === null ? (error?.backendCode ?? null) : String(reply.status);
  return { reply, error, code, rows: code === null ? rowsIn(reply) : [] };
}

function rowsIn({ json }: Reply): readonly Row[] | null {
  try {
    return rowsOf(json).rows;
  } catch {
    return null;
  }
}

export const customersOf = ({ settings }: Patient<V01Settings>): Query => ({ accountId: String(settings.accountId) });

/** Records, and the members of them that the gateway does not understand. */
export function readBy(settings: V01Settings, customers: readonly Row[], entries: readonly Row[], taxes: readonly Row[]) {
  const names = memberNames(settings);
  // The check `dates` reports dates.
  const isNoDate = (name: string): boolean => name !== "createDate" && name !== "dueDate";
  const ofEntry = (row: Row): readonly string[] | undefined => {
    const entry = transactionRow.parse(row);
    if (!isOfKnownType(entry)) return ["type"];
    return chargeFrom(entry, "1", "it", settings, false)?.notUnderstood?.filter(isNoDate);
  };
  const ofCustomer = (row: Row): readonly string[] | undefined =>
    customerFrom(customerRow.parse(names.read(row)), "it", settings)?.notUnderstood?.filter(isNoDate);
  return {
    customers: [customers, ofCustomer],
    transactions: [entries, ofEntry],
    taxes: [taxes, (row: Row) => taxFrom(taxRow.parse(row), settings.country, "it", settings)?.notUnderstood],
  } as const;
}
