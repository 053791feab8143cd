import { idsCheck, listedCheck, quartersAhead, storedCheck, textCheck, trialText } from "../../adapter/doctoring/common.ts";
import { checkOf, type Diagnosis, type Patient, type Reply, settingOf, shown } from "../../adapter/doctoring/diagnosis.ts";
import { numericId, type Row } from "../../adapter/kit/reading.ts";
import { isStoredCode } from "../../adapter/kit/stored.ts";
import { zoneOf } from "../../adapter/settings.ts";
import type { BillingError } from "../../model/errors.ts";
import { loginOf } from "./call.ts";
import { errorIn, isLimitRefusal } from "./errors.ts";
import { memberNames } from "./fields.ts";
import { chargeFrom, isOfKnownType } from "./map-charge.ts";
import { customerFrom } from "./map-customer.ts";
import { taxFrom } from "./map-tax.ts";
import { smallerLimits } from "./page-limits.ts";
import type { V01Settings } from "./settings.ts";
import { customerRow, rowsOf, spanOf, taxRow, transactionRow } from "./wire.ts";

/** How the doctor calls v01 and reads its answers. */

type Query = Readonly<Record<string, string>>;

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

/** Creates an invoice of a few cents and reverses it. */
export async function trial(patient: Patient<V01Settings>, customer: string): Promise<readonly Diagnosis[]> {
  const ask = asking(patient);
  const name = "PUT /customers/{id}/transactions";
  const path = `customers/${customer}/transactions`;
  const list = () => ask.get("GET /customers/{id}/transactions", path, { limit: String(patient.settings.pageMaximum) });
  const before = (await list()).rows?.flatMap(({ id }) => numericId(id) ?? []) ?? [];
  const code = `gw-doctor-${patient.now().toString(36)}`;
  const sent = { type: "RI", amount: 2, code, note: trialText, creatorCode: "gateway" };
  const made = await ask.put(name, path, sent);
  const check = checkOf("trial", "transactions ~create gives the new entry (6.1)");
  const entry = made.rows?.find((row) => "id" in row);
  if (made.code !== null || entry === undefined) return [check.danger(made.reply.problem ?? `refused with ${made.code}`)];
  const id = shown(entry["id"]);
  const listed = (await list()).rows?.some((row) => shown(row["id"]) === id) ?? false;
  const tax = await ask.put(name, path, { ...sent, code: `${code}-tax`, amount: 1, taxAmount: 2 });
  const taxed = tax.rows?.find((row) => "id" in row);
  const reversals = [await reverse(ask, path, id)];
  if (tax.code === null && taxed) reversals.push(await reverse(ask, path, shown(taxed["id"])));
  return [
    check.agrees("an entry was made and read back"),
    textCheck(trialText, typeof entry["note"] === "string" ? entry["note"] : null),
    codeCheck(code, entry["code"]),
    madeAtCheck(patient, entry["createDate"]),
    idsCheck(before, id),
    listedCheck(listed),
    storedCheck((name) => shown(entry[name]), { type: "RI", amount: "2", balance: "2" }),
    taxIncludedCheck(patient, tax),
    removalCheck(reversals),
  ];
}

const reverse = (ask: Ask, path: string, id: string): Promise<ReadReply> =>
  ask.get("GET /customers/{id}/transactions/{id}/~reverse", `${path}/${id}/~reverse`, {}, true);

function codeCheck(sent: string, stored: unknown): Diagnosis {
  const check = checkOf("code", "code is kept: a charge is recognised by it after a lost answer");
  if (stored === sent) return check.agrees("code is kept");
  if (typeof stored !== "string") return check.danger("code is not stored");
  const told =
    stored.toLowerCase() === sent.toLowerCase()
      ? "code is kept in another case"
      : `code is cut after ${stored.length} characters`;
  return isStoredCode(sent, stored, 20) || stored.toLowerCase() === sent.toLowerCase() ? check.differs(told) : check.danger(told);
}

/** The zone in which records are dated. */
function madeAtCheck(patient: Patient<V01Settings>, createDate: unknown): Diagnosis {
  const timeZone = zoneOf(patient.settings);
  const check = checkOf("timeZone", `createDate is in ${timeZone} (A16, inferred)`);
  const made = typeof createDate === "string" ? spanOf(createDate, "UTC") : null;
  if (made === null || made.earliest !== made.latest) return check.untold("the new entry has no time");
  const clock = patient.now() + (patient.clockOffsetMs() ?? 0);
  const assumed =
    Temporal.Instant.fromEpochMilliseconds(Math.round(clock)).toZonedDateTimeISO(timeZone).offsetNanoseconds / 3.6e12;
  const hours = quartersAhead(made.earliest, clock) / 4;
  if (hours === assumed) return check.agrees(`a new entry is dated in ${timeZone}`);
  return check.danger(
    `a new entry is dated ${hours} h from UTC`,
    settingOf(patient, "timeZone", `a zone that is ${hours} h from UTC now`),
  );
}

function taxIncludedCheck({ settings }: Patient<V01Settings>, { code }: ReadReply): Diagnosis {
  const check = checkOf("taxIncluded", `taxAmount is ${settings.taxIncludedInAmount ? "" : "not "}part of amount (16.6)`);
  const isIncluded = code !== null;
  const told = isIncluded ? "a tax above its amount is refused" : "a tax above its amount is accepted";
  if (isIncluded === settings.taxIncludedInAmount) return check.agrees(told);
  return check.danger(told, `taxIncludedInAmount: ${isIncluded}`);
}

function removalCheck(reversals: readonly ReadReply[]): Diagnosis {
  const check = checkOf("void", "~reverse voids an untouched invoice (6.5)");
  const failed = reversals.find(({ code }) => code !== null);
  return failed ? check.danger(`an invoice is still there: ${failed.code}`) : check.agrees("the invoices are reversed");
}

/** The doctor's checks of `limit` and `offset` (contract 5.2, 6.2, A7). */

/** Asks for pages of sizes that show whether a limit is honoured, cut or refused. */
export async function limitCheck({ settings }: Patient<V01Settings>, ask: Ask, own: Query): Promise<Diagnosis> {
  const { pageMaximum } = settings;
  const check = checkOf("limit", `limit is honoured up to ${pageMaximum} (A7, a guess), and offset`);
  const list = (query: Query) => ask.get("GET /customers", "customers", { ...own, ...query });
  const large = await list({ limit: String(pageMaximum) });
  if (large.code !== null) {
    const allowed = await largestAllowed(pageMaximum, async (limit) => (await list({ limit: String(limit) })).code === null);
    const told = `limit=${pageMaximum} is refused with ${large.code}${allowed === null ? "" : `, and ${allowed} is not`}`;
    const setting = allowed === null ? null : `pageMaximum: ${allowed}`;
    return large.error && isLimitRefusal(large.error) ? check.differs(told, setting) : check.danger(told, setting);
  }
  const one = await list({ limit: "1" });
  const held = large.rows?.length ?? 0;
  if ((one.rows?.length ?? 0) > 1) return check.danger(`limit is ignored: ${one.rows?.length} rows for 1`);
  const beyond = await list({ limit: "1", offset: String(held) });
  const next = await list({ limit: "1", offset: "1" });
  if (held > 1 && next.rows?.[0]?.["id"] === one.rows?.[0]?.["id"]) return check.danger("offset is ignored");
  if (held > 0 && held < pageMaximum && (beyond.rows?.length ?? 0) > 0) {
    return check.differs(`a page has ${held} rows at most`, `pageMaximum: ${held}`);
  }
  return check.agrees(held < pageMaximum ? `all ${held} rows of the list came` : `${held} rows came`);
}

/** Checks the same for the list of a customer's entries, which are charges. */
export async function entriesLimitCheck(
  ask: Ask,
  customers: readonly string[],
  ledgers: readonly ReadReply[],
): Promise<Diagnosis> {
  const check = checkOf("entriesLimit", "limit and offset are honoured in lists of entries (6.2)");
  const owner = customers.find((_, index) => (ledgers[index]?.rows?.length ?? 0) > 1);
  if (owner === undefined) return check.untold("no customer has two entries");
  const at = async (offset: string) => {
    const query = { limit: "1", offset };
    return (await ask.get("GET /customers/{id}/transactions", `customers/${owner}/transactions`, query)).rows ?? [];
  };
  const [one, next] = [await at("0"), await at("1")];
  if (one.length > 1) return check.danger(`limit is ignored: ${one.length} rows for 1`);
  return next[0]?.["id"] === one[0]?.["id"] ? check.danger("offset is ignored") : check.agrees("pages advance");
}

async function largestAllowed(refused: number, isAllowed: (limit: number) => Promise<boolean>): Promise<number | null> {
  for (const limit of smallerLimits.filter((each) => each < refused)) if (await isAllowed(limit)) return limit;
  return null;
}
