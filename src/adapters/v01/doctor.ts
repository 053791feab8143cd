import {
  charsetCheck,
  clockCheck,
  comparedTexts,
  filterCheck,
  functionsCheck,
  membersCheck,
  quartersAhead,
  understoodCheck,
} from "../../adapter/doctoring/common.ts";
import {
  checkOf,
  type Diagnosis,
  type Doctor,
  impossibleNumber,
  impossibleText,
  type Patient,
  settingOf,
  shown,
  some,
} from "../../adapter/doctoring/diagnosis.ts";
import { isRow, numericId, type Row } from "../../adapter/kit/reading.ts";
import { zoneOf } from "../../adapter/settings.ts";
import {
  type Ask,
  asking,
  customersOf,
  customersOfWhichCharges,
  entriesLimitCheck,
  limitCheck,
  type ReadReply,
  readBy,
  trial,
} from "./examining.ts";
import { knownOfCustomers, taxMembers, transactionMembers } from "./fields.ts";
import type { V01Settings } from "./settings.ts";
import { calendarDate, spanOf } from "./wire.ts";

/** Asks an installation about the open points of v01's contract (contract 14, 16 and 18). */

async function examine(patient: Patient<V01Settings>): Promise<readonly Diagnosis[]> {
  const ask = asking(patient);
  const own = customersOf(patient);
  const one = await ask.get("GET /customers", "customers", { ...own, limit: "1" });
  if (one.code?.startsWith("L") || one.reply.status === 401) return [loginCheck(patient.settings, one)];
  const usual = await ask.get("GET /customers", "customers", own);
  const none = await ask.get("GET /customers", "customers", { ...own, lastName: impossibleText });
  const customers = usual.rows ?? [];
  const ids = customers.flatMap(({ id }) => numericId(id) ?? []);
  const ledgers: ReadReply[] = [];
  const sampled = some(ids, customersOfWhichCharges);
  for (const id of sampled) {
    ledgers.push(await ask.get("GET /customers/{id}/transactions", `customers/${id}/transactions`, { limit: "100" }));
  }
  const entries = ledgers.flatMap(({ rows }) => rows ?? []);
  const taxes = await loadTaxes(patient, ask);
  const plans = await ask.get("GET /plans", "plans", own);
  return [
    loginCheck(patient.settings, one),
    functionsCheck(refusedOf([one, usual, ...ledgers.slice(0, 1), plans])),
    shapesCheck([one, usual, none, taxes, ...ledgers]),
    taxListCheck(patient.settings, taxes),
    await limitCheck(patient, ask, own),
    await entriesLimitCheck(ask, sampled, ledgers),
    ...(await filterChecks(patient, ask, ids, none)),
    ...(await comparedTexts(
      customers.flatMap(({ lastName }) => (typeof lastName === "string" ? lastName : [])),
      async (lastName) => ((await ask.get("GET /customers", "customers", { ...own, lastName })).rows?.length ?? 0) > 0,
    )),
    clockCheck(patient),
    stampsCheck(patient, [...customers, ...entries]),
    charsetCheck(patient),
    formsCheck([...customers, ...entries, ...(taxes.rows ?? [])]),
    idOrderCheck(entries),
    await unknownIdCheck(ask),
    taxUnitCheck(patient, taxes.rows ?? []),
    await balanceCheck(patient, ids, customers, ask),
    membersCheck("customers", customers, knownOfCustomers(patient.settings), memberSetting),
    membersCheck("transactions", entries, transactionMembers),
    membersCheck("taxes", taxes.rows ?? [], taxMembers),
    understoodCheck(readBy(patient.settings, customers, entries, taxes.rows ?? [])),
  ];
}

/** Suggests names: a missing member may be the unknown one of a similar name. */
function memberSetting(missing: readonly string[], unknown: readonly string[]): string | null {
  const pairs = missing.flatMap((name) => {
    const like = unknown.filter((other) => other.toLowerCase().includes(name.replace(/\d$/, "").toLowerCase()));
    const [other, ...others] = like.length > 0 ? like : missing.length === 1 ? unknown : [];
    return other !== undefined && others.length === 0 ? [`${name}: ${other}`] : [];
  });
  return pairs.length === 0 ? null : `customerMembers: { ${pairs.join(", ")} }`;
}

function loginCheck({ authentication }: V01Settings, { code, reply }: ReadReply): Diagnosis {
  const check = checkOf("login", `HTTP ${authentication} (2.2, inferred)`);
  if (code === null) return check.agrees("accepted");
  const wanted = (/^\w+/.exec(String(reply.headers["www-authenticate"] ?? ""))?.[0] ?? authentication).toLowerCase();
  if (wanted !== authentication) {
    const isKnown = wanted === "basic" || wanted === "digest";
    return check.danger(`it asks for ${wanted}`, isKnown ? `authentication: ${wanted}` : null);
  }
  if (reply.status === 403) return check.danger("the user lacks the privilege Management API");
  if (code.startsWith("L") || reply.status === 401) return check.danger("not accepted", "username and password");
  return check.danger(reply.problem ?? `refused with ${code}`);
}

function refusedOf(functions: readonly ReadReply[]) {
  return functions.flatMap(({ reply, code }) => {
    if (code === null) return [];
    const why =
      code.startsWith("L") || reply.status === 403 ? "the user lacks a privilege" : (reply.problem ?? `refused with ${code}`);
    return [{ name: reply.function, why }];
  });
}

/** Checks the shapes of lists with one row, several and none. */
function shapesCheck(answers: readonly ReadReply[]): Diagnosis {
  const check = checkOf("listShapes", "a list is an array (A3, inferred)");
  const lists = answers.filter(({ code }) => code === null);
  const strange = lists.find(({ rows }) => rows === null);
  if (strange) return check.danger(`not understood: ${shapeOf(strange.reply.json)}`);
  const other = lists.find(({ reply }) => !Array.isArray(reply.json));
  return other ? check.differs(`lists are ${shapeOf(other.reply.json)}`) : check.agrees("lists are arrays");
}

function shapeOf(json: unknown): string {
  if (json === undefined) return "an empty body";
  if (Array.isArray(json)) return json.length === 0 ? "[]" : `[${shapeOf(json[0])}, …]`;
  if (!isRow(json)) return json === null || json === "" ? JSON.stringify(json) : typeof json;
  const members = Object.entries(json);
  if ("id" in json) return "{…}";
  return `{${members.map(([name, value]) => `${name}: ${shapeOf(value)}`).join(", ")}}`;
}

const loadTaxes = ({ settings }: Patient<V01Settings>, ask: Ask): Promise<ReadReply> =>
  ask.get("GET /countries/{country}/taxes/{id}/~load", `countries/${settings.country}/taxes/${settings.taxListId}/~load`);

function taxListCheck({ taxListId, country }: V01Settings, { code, rows }: ReadReply): Diagnosis {
  const check = checkOf("taxList", `a country's taxes are listed under the id ${taxListId} (9.1, a guess)`);
  if (code !== null) {
    return check.danger(`refused with ${code}: no list of taxes can be read`, `taxListId: the id of a tax of ${country}`);
  }
  if (rows === null) return check.untold("its shape is not understood");
  return rows.length === 0 ? check.untold("it listed no taxes") : check.agrees("it lists them");
}

async function filterChecks(
  { settings }: Patient<V01Settings>,
  ask: Ask,
  ids: readonly string[],
  none: ReadReply,
): Promise<readonly Diagnosis[]> {
  const own = { accountId: String(settings.accountId) };
  const byMail = await ask.get("GET /customers", "customers", { ...own, email: `${impossibleText}@example.invalid` });
  const account = await ask.get("GET /customers", "customers", { accountId: impossibleNumber });
  const years: number[] = [];
  for (const id of some(ids, 3)) {
    const query = { createDateFrom: "1950-01-01", createDateTo: "1950-01-02" };
    years.push((await ask.get("GET /customers/{id}/transactions", `customers/${id}/transactions`, query)).rows?.length ?? 0);
  }
  return [
    filterCheck("filters", [
      { filter: "lastName", rows: none.rows?.length ?? 0, isRechecked: true },
      { filter: "email", rows: byMail.rows?.length ?? 0, isRechecked: true },
      { filter: "createDateFrom and createDateTo", rows: Math.max(0, ...years), isRechecked: true },
    ]),
    // Nothing else keeps customers of other merchant accounts out of lists.
    filterCheck("accountId", [{ filter: "accountId", rows: account.rows?.length ?? 0, isRechecked: false }]),
  ];
}

/** Checks times without a zone: one in the backend's future shows that its zone is ahead of the configured one. */
function stampsCheck(patient: Patient<V01Settings>, rows: readonly Row[]): Diagnosis {
  const timeZone = zoneOf(patient.settings);
  const check = checkOf("dates", `yyyy-MM-dd HH:mm:ss in ${timeZone} (2.6, A16, inferred)`);
  const dates = rows.flatMap((row) =>
    ["createDate", "dueDate"].flatMap((name) => (typeof row[name] === "string" ? row[name] : [])),
  );
  if (dates.length === 0) return check.untold("no record has a date");
  const strange = dates.find((date) => calendarDate(date) === null);
  if (strange !== undefined) return check.danger(`not understood: ${formOf(strange)}`);
  const now = patient.now() + (patient.clockOffsetMs() ?? 0);
  const made = rows.flatMap(({ createDate }) => (typeof createDate === "string" ? (spanOf(createDate, timeZone) ?? []) : []));
  const ahead = made.reduce((most, { earliest }) => Math.max(most, quartersAhead(earliest, now)), 0);
  if (ahead === 0) return check.agrees("understood");
  const told = `creation times are up to ${ahead / 4} h ahead of its clock`;
  return check.danger(
    told,
    settingOf(patient, "timeZone", `a zone whose clocks are ${ahead / 4} h or more ahead of ${timeZone}`),
  );
}

/** The form of a text without its value: digits as 0, letters as x. */
function formOf(text: string): string {
  return text.replace(/\d/g, "0").replace(/\p{L}/gu, "x");
}

function formsCheck(rows: readonly Row[]): Diagnosis {
  const check = checkOf("numberForms", "numbers are numbers (A13, inferred)");
  if (rows.length === 0) return check.untold("it returned no record");
  const odd = rows.flatMap((row) =>
    ["amount", "balance", "value", "taxAmount"].filter((name) => /[^\d-]/.test(shown(row[name]))),
  );
  if (odd.length > 0) return check.danger(`not whole cents: ${[...new Set(odd)].join(", ")}`);
  const isText = rows.some(({ amount, isActive }) => typeof amount === "string" || typeof isActive === "string");
  return isText ? check.differs("all values are text") : check.agrees("numbers are numbers");
}

/** Checks that each customer's entries have ids in the order of their creation. */
function idOrderCheck(entries: readonly Row[]): Diagnosis {
  const check = checkOf("idOrder", "ids grow with time (2.8)");
  let [steps, back] = [0, 0];
  for (const rows of Map.groupBy(entries, ({ customerId }) => shown(customerId)).values()) {
    const dated = rows.flatMap(({ id, createDate }) => {
      const number = numericId(id);
      return number === null || typeof createDate !== "string" ? [] : [{ id: BigInt(number), createDate }];
    });
    const sorted = dated.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    for (const [index, { createDate }] of sorted.entries()) {
      const before = sorted[index - 1];
      if (before === undefined) continue;
      steps += 1;
      if (createDate < before.createDate) back += 1;
    }
  }
  if (steps === 0) return check.untold("too few records");
  // Clocks that are set, and entries of several servers, swap a few.
  return back > steps / 10
    ? check.differs("ids do not grow: lost answers may have to be settled by hand")
    : check.agrees("ids grow");
}

async function unknownIdCheck(ask: Ask): Promise<Diagnosis> {
  const check = checkOf("unknownId", "an unknown id is a failure V… or status 404 (3.3.4)");
  const { reply, code } = await ask.get("GET /customers/{id}", `customers/${impossibleNumber}`);
  const message = isRow(reply.json) ? shown(reply.json["failureMessage"]) : "";
  if (code === null) return check.differs("an empty success");
  if (!/^V/.test(code) && reply.status !== 404) return check.danger(reply.problem ?? `${code} with status ${reply.status}`);
  if (/\[[^\]]*=[^\]]*\]$/.test(message.trim())) return check.differs("messages end in an echo of the request");
  return /^V/.test(code) && reply.status === 404
    ? check.agrees("V with status 404")
    : check.differs(`${code} with status ${reply.status}`);
}

/** Checks the unit: a table without a rate of 1 % or more, or with one above 60 %, is read in the wrong unit. */
function taxUnitCheck({ settings }: Patient<V01Settings>, taxes: readonly Row[]): Diagnosis {
  const check = checkOf("taxUnit", `a tax of 7.25 % is ${7.25 * 10 ** settings.taxValueScale} (A15, a guess)`);
  const values = taxes.flatMap(({ value }) => (Number(shown(value)) > 0 ? Number(shown(value)) : []));
  if (values.length === 0) return check.untold("it returned no tax above 0");
  const rates = values.map((value) => value / 10 ** settings.taxValueScale);
  if (Math.max(...rates) > 60) return check.danger(`rates up to ${Math.max(...rates)} %`, "taxValueScale: 2");
  if (Math.max(...rates) < 1) return check.danger(`no rate above ${Math.max(...rates)} %`, "taxValueScale: 0");
  return check.agrees(`rates up to ${Math.max(...rates)} %`);
}

const debts: ReadonlySet<unknown> = new Set(["RI", "RF", "RL", "RA", "RO", "RN"]);

/** Checks the sign of the balance of a customer whose open debts are all of it. */
async function balanceCheck(
  { settings }: Patient<V01Settings>,
  ids: readonly string[],
  customers: readonly Row[],
  ask: Ask,
): Promise<Diagnosis> {
  const check = checkOf("balanceSign", `${settings.balanceSign} (16.13: sources contradict each other)`);
  const withBalance = customers.filter(({ balance }) => Number(shown(balance)) !== 0);
  for (const { id, balance } of some(withBalance, 5)) {
    if (!ids.includes(shown(id))) continue;
    const { rows } = await ask.get("GET /customers/{id}/transactions", `customers/${id}/transactions`, { limit: "100" });
    const owed = (rows ?? [])
      .filter(({ type }) => debts.has(type))
      .reduce((sum, entry) => sum + Number(shown(entry["balance"])), 0);
    if (owed !== Math.abs(Number(shown(balance)))) continue;
    const sign = Number(shown(balance)) > 0 ? "positiveOwes" : "negativeOwes";
    return sign === settings.balanceSign ? check.agrees(sign) : check.danger(sign, `balanceSign: ${sign}`);
  }
  return check.untold("no customer's open debts equal its balance");
}

export const doctor: Doctor<V01Settings> = { examine, trial, leaves: () => null };
