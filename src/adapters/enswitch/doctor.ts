import {
  charsetCheck,
  clockCheck,
  comparedTexts,
  emptyListCheck,
  filterCheck,
  functionsCheck,
  membersCheck,
  understoodCheck,
  zoneCheck,
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
import { decimal, isRow, numericId, type Row } from "../../adapter/kit/reading.ts";
import { zoneOf } from "../../adapter/settings.ts";
import { placed } from "./call.ts";
import { privileges } from "./errors.ts";
import {
  type Ask,
  asking,
  customersOfWhichCharges,
  everybody,
  type ReadReply,
  readReply,
  rowsOfSample,
  trial,
} from "./examining.ts";
import { chargeMembers, customerMembers, taxMembers } from "./fields.ts";
import { chargeFrom } from "./map-charge.ts";
import { customerFrom } from "./map-customer.ts";
import { taxFrom } from "./map-tax.ts";
import type { Settings } from "./settings.ts";
import { instant } from "./wire.ts";

/** Asks an installation about the open points of Enswitch's contract (guide 4.4; contract 12, 13 and 15). */

async function examine(patient: Patient<Settings>): Promise<readonly Diagnosis[]> {
  const ask = asking(patient);
  const origin = { backend: "it", currency: patient.settings.currency, timeZone: zoneOf(patient.settings) };
  const login = await ask("user/login", {});
  if (login.code !== "200") return [await parametersCheck(patient, login), loginCheck(login)];
  const children = await ask("customers/list", { ...everybody, recursive: "1", limit: String(rowsOfSample) });
  const customers = children.rows;
  const ids = customers.flatMap(({ id }) => numericId(id) ?? []);
  const lists: ReadReply[] = [];
  for (const customer of some(ids, customersOfWhichCharges)) lists.push(await ask("charges/list", { customer }));
  const charges = lists.flatMap(({ rows }) => rows);
  const taxes = await ask("taxes/list", {});
  const functions = [children, ...lists.slice(0, 1), taxes, ...(await otherFunctions(ask, ids, charges))];
  const none = await ask("customers/list", { ...everybody, recursive: "1", name: impossibleText });
  return [
    await parametersCheck(patient, login),
    loginCheck(login),
    await tokensCheck(patient, ask),
    functionsCheck(refusedOf(functions)),
    await taxesGetCheck(patient, ask, taxes.rows),
    clockCheck(patient),
    zoneCheck(patient, groupedStarts(charges)),
    charsetCheck(patient),
    formsCheck(functions, [...customers, ...charges, ...taxes.rows]),
    ...(await pagingChecks(ask)),
    emptyListsCheck(none),
    await deletedCustomersCheck(ask),
    filterCheck("filters", [
      {
        filter: "name",
        rows: none.rows.length,
        isRechecked: true,
      },
      {
        filter: "customer of charges/list",
        rows: (await ask("charges/list", { customer: impossibleNumber })).rows.length,
        isRechecked: false,
      },
    ]),
    ...(await comparedTexts(
      customers.flatMap(({ name }) => (typeof name === "string" ? name : [])),
      async (name) => (await ask("customers/list", { ...everybody, recursive: "1", name })).rows.length > 0,
    )),
    unknownIdCheck(await ask("customers/get", { id: impossibleNumber })),
    membersCheck("customers", customers, customerMembers),
    membersCheck("charges", charges, chargeMembers),
    membersCheck("taxes", taxes.rows, taxMembers),
    understoodCheck({
      customers: [customers, (row) => customerFrom(row, origin).notUnderstood],
      charges: [charges, (row) => chargeFrom(row, origin).notUnderstood],
      taxes: [taxes.rows, (row) => taxFrom(row, origin).notUnderstood],
    }),
  ];
}

function loginCheck({ code, reply }: ReadReply): Diagnosis {
  const check = checkOf("login", "user/login with user name and password (2.2)");
  if (code === "200") return check.agrees("accepted");
  if (code === "202") return check.danger("it asks for a two-factor code: switch TOTP off for this user");
  if (code === "401") return check.danger("not accepted", "username and password");
  if (code === null)
    return check.danger(`no envelope: ${reply.problem ?? `HTTP status ${reply.status}`}`, "url, which ends in /api/json/");
  return check.danger(`refused with code ${code}`);
}

/** Finds the parameters' place without credentials in an address: by a function that needs none (guide 4.4, customers/get with check=1). */
async function parametersCheck(patient: Patient<Settings>, login: ReadReply): Promise<Diagnosis> {
  const { ask, settings } = patient;
  const check = checkOf("parameters", `a POST's parameters are read from its ${places[settings.parameters]} (2.1, inferred)`);
  const existence = { function: "customers/get", method: "POST", path: "customers/get/" } as const;
  const parameters = { check: "1", id: "1" };
  const isRead = async (place: Settings["parameters"]) =>
    readReply(await ask({ ...existence, ...placed(parameters, place) })).code === "200";
  const setting = (place: Settings["parameters"]) => settingOf(patient, "parameters", place);
  if (login.code === "200" && settings.parameters === "form") return check.agrees("it reads the form");
  const form = await isRead("form");
  if (login.code === "200") {
    if (!form) return check.agrees("it reads the address");
    return check.differs("it reads the form as well, which keeps credentials out of addresses", setting("form"));
  }
  const query = await isRead("query");
  if (!form && query) return check.danger("it reads the address only", setting("query"));
  if (form && !query) return check.danger("it reads the form only", setting("form"));
  return check.untold("no function could be called");
}

const places = { form: "form", query: "address" } as const;

async function tokensCheck(patient: Patient<Settings>, ask: Ask): Promise<Diagnosis> {
  const check = checkOf("tokens", "user/login gives tokens since 4.1");
  const { data } = await ask("user/login", { token: "1" });
  const gives = isRow(data) && typeof data["auth_token"] === "string";
  if (gives) return check.agrees("it gives tokens");
  return patient.settings.useTokens
    ? check.danger("it gives none: a release before 4.1", "useTokens: false")
    : check.differs("it gives none: a release before 4.1; they are not used");
}

/** Calls the functions that no other check calls. */
async function otherFunctions(ask: Ask, ids: readonly string[], charges: readonly Row[]): Promise<readonly ReadReply[]> {
  const [customer] = ids;
  const charge = numericId(charges[0]?.["id"]);
  return [
    ...(customer === undefined ? [] : [await ask("customers/get", { id: customer })]),
    ...(charge === null ? [] : [await ask("charges/get", { id: charge })]),
    await ask("plans/list", {}),
    ...(customer === undefined ? [] : [await ask("transactions/list", { customer, start: "0", end: "1" })]),
  ];
}

function refusedOf(functions: readonly ReadReply[]) {
  return functions.flatMap(({ reply, code }) => {
    if (code === "200" || code === "204") return [];
    const name = reply.function;
    if (code === "402") return [{ name, why: `the role lacks ${privileges[name] ?? "a privilege"}` }];
    if (code === "403") return [{ name, why: "the rate plan does not allow it" }];
    return [{ name, why: code === "404" ? "it does not exist" : (reply.problem ?? `code ${code ?? reply.status}`) }];
  });
}

/** Reads a real tax to see whether the function exists. Only a trial tells about the two deletes. */
async function taxesGetCheck({ settings }: Patient<Settings>, ask: Ask, taxes: readonly Row[]): Promise<Diagnosis> {
  const check = checkOf("taxesGet", "taxes/get exists where the configuration says so (6.4, a guess)");
  const id = numericId(taxes[0]?.["id"]);
  if (id === null) return check.untold("it returned no tax");
  const exists = (await ask("taxes/get", { id })).code === "200";
  if (exists === settings.functions.taxesGet) return check.agrees(exists ? "it exists" : "it does not exist");
  return exists
    ? check.differs("it exists", "functions: { taxesGet: true }")
    : check.danger("it does not exist", "functions: { taxesGet: false }");
}

function groupedStarts(charges: readonly Row[]): ReadonlyMap<string, readonly number[]> {
  const groups = Map.groupBy(charges, ({ customer }) => shown(customer));
  return new Map(
    [...groups].map(([customer, rows]) => [
      customer,
      rows.flatMap(({ start, end }) => [start, end].flatMap((time) => instant(time)?.getTime() ?? [])),
    ]),
  );
}

/** Checks the forms of numbers, and values that the gateway does not understand. */
function formsCheck(answers: readonly ReadReply[], rows: readonly Row[]): Diagnosis {
  const check = checkOf("numberForms", "integers are numbers, decimals text, codes text, HTTP status 200 (12.1, 3.2)");
  const wrong = rows.flatMap((row) =>
    ["amount", "rate", "balance", "buy"].filter(
      (name) => ![undefined, null, ""].includes(row[name] as never) && decimal(row[name]) === null,
    ),
  );
  if (wrong.length > 0) return check.danger(`not understood: ${[...new Set(wrong)].join(", ")}`);
  const codes = answers.flatMap(({ reply }) =>
    isRow(reply.json) && Array.isArray(reply.json["responses"]) ? reply.json["responses"] : [],
  );
  const told = [
    ...(codes.some((entry) => isRow(entry) && typeof entry["code"] === "number") ? ["codes are numbers"] : []),
    ...(rows.some(({ id }) => typeof id === "string") ? ["ids are text"] : []),
    ...(rows.some(({ amount }) => typeof amount === "number") ? ["decimals are numbers"] : []),
  ];
  return told.length > 0 ? check.differs(told.join(", ")) : check.agrees("as in the manual");
}

async function pagingChecks(ask: Ask): Promise<readonly Diagnosis[]> {
  const limit = checkOf("limit", "customers/list gives as many rows as asked for, from where asked (4.2)");
  const whole = checkOf("wholeLists", "limit=0 gives all rows (3.4)");
  const one = await ask("customers/list", { ...everybody, limit: "1" });
  const next = await ask("customers/list", { ...everybody, limit: "1", offset: "1" });
  const all = await ask("customers/list", { ...everybody, limit: "0" });
  const counted = await ask("customers/list", { ...everybody, count: "1" });
  const count = Number(shown(isRow(counted.data) ? counted.data["count"] : counted.data));
  const limits =
    one.rows.length > 1
      ? limit.differs(`limit is ignored: ${one.rows.length} rows for 1. The gateway cuts such lists itself`)
      : all.rows.length > 1 && next.rows[0]?.["id"] === one.rows[0]?.["id"]
        ? limit.differs("offset is ignored: the gateway reads later rows with longer pages from the start")
        : limit.agrees("limit and offset are honoured");
  if (all.code === "400") return [limits, whole.differs("a list of all rows is refused: it is read in pages")];
  if (!(count > 0)) return [limits, whole.untold("it does not report the number of rows")];
  return [
    limits,
    all.rows.length < count
      ? whole.differs(`${all.rows.length} of ${count} rows come: it is read in pages`)
      : whole.agrees("all rows come"),
  ];
}

function emptyListsCheck({ code, rows, reply }: ReadReply): Diagnosis {
  const hasData = isRow(reply.json) && Object.hasOwn(reply.json, "data");
  const isListed = hasData && isRow(reply.json) && Array.isArray(reply.json["data"]);
  const contract = "a list without rows is [] with code 200 (4.2), or code 204";
  if (rows.length > 0) return emptyListCheck(contract, "rows", "");
  if (code === "204" || (code === "200" && isListed)) return emptyListCheck(contract, "list", "");
  if (code !== "200") return emptyListCheck(contract, "refused", "");
  return hasData
    ? emptyListCheck(contract, "said", "code 200 with null data")
    : emptyListCheck(contract, "unclear", "code 200 without data");
}

/** Checks that deleted customers are in lists of both, and shown by their id. */
async function deletedCustomersCheck(ask: Ask): Promise<Diagnosis> {
  const check = checkOf(
    "deletedCustomers",
    "customers/list has deleted customers with deleted=-1 (4.2), customers/get shows them (13.10)",
  );
  const list = (deleted: string) => ask("customers/list", { ...everybody, recursive: "1", deleted });
  const [only] = (await list("1")).rows;
  const id = numericId(only?.["id"]);
  if (id === null) return check.untold("it returned no deleted customer");
  const both = (await list("-1")).rows.map((row) => numericId(row["id"]));
  const live = (await list("0")).rows.map((row) => numericId(row["id"]));
  if (live.includes(id)) return check.danger("the parameter deleted is ignored");
  if (!both.includes(id)) return check.danger("deleted=-1 does not list deleted customers");
  const { code } = await ask("customers/get", { id });
  return code === "200"
    ? check.agrees("it shows them")
    : check.differs(`customers/get answers ${code ?? "without an envelope"}: the gateway finds them in the list`);
}

function unknownIdCheck({ code, reply }: ReadReply): Diagnosis {
  const check = checkOf("unknownId", "an unknown id is code 404 in the envelope, with HTTP status 200 (3.2, 3.3)");
  if (code === "404")
    return reply.status === 200 ? check.agrees("code 404") : check.differs(`code 404 and HTTP status ${reply.status}`);
  return check.danger(code === null ? (reply.problem ?? `HTTP status ${reply.status}`) : `code ${code}`);
}

export const doctor: Doctor<Settings> = {
  examine,
  trial,
  leaves: ({ functions }) =>
    functions.chargesDelete ? null : "a charge named Doctor with the amount 0.00, which is never executed",
};
