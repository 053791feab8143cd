import {
  amountCheck,
  charsetCheck,
  clockCheck,
  comparedTexts,
  emptyListCheck,
  filterCheck,
  functionsCheck,
  idsCheck,
  listedCheck,
  membersCheck,
  textCheck,
  trialText,
} from "../../../adapter/doctoring/common.ts";
import {
  checkOf,
  type Diagnosis,
  type Doctor,
  type DoctorCall,
  impossibleText,
  type Patient,
} from "../../../adapter/doctoring/diagnosis.ts";
import { isRow, type Row } from "../../../adapter/kit/reading.ts";
import { today } from "../../../model/zones.ts";
import {
  costCheck,
  dayCheck,
  madeAtCheck,
  type ReadReply,
  readReply,
  refusedOf,
  storedMembersCheck,
  timeChecks,
  understood,
} from "../examining.ts";
import { v3Members } from "../fields.ts";
import { decimal, memberOf, rowsIn, textOf } from "../reading.ts";
import type { Settings } from "../settings.ts";
import { type Collection, jsvObject } from "./call.ts";
import { rowsPerPage } from "./lists.ts";
import { chargeFrom, customerFrom, isArchived, serviceFrom, taxFrom } from "./map.ts";
import * as wire from "./wire.ts";

/** Asks a tenant about the open points of v3's contract (contract 7 and 13). */

interface ReplyRows extends ReadReply {
  readonly rows: readonly Row[];
  /** Null where the answer does not tell. */
  readonly total: number | null;
}

const noId = "000000000000000000000000";

function asking(patient: Patient<Settings>) {
  const { tenant, username, password } = patient.settings;
  const headers = { authorization: `${tenant} ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}` };
  const send = async (asked: DoctorCall): Promise<ReplyRows> => {
    const reply = await patient.ask({ ...asked, headers });
    const json = isRow(reply.json) ? reply.json : {};
    const total = decimal(memberOf(json, "totalCount"));
    return { ...readReply(reply, patient), rows: rowsIn(json, "items"), total: total === null ? null : Number(total) };
  };
  return {
    send,
    list: (collection: string, query: Readonly<Record<string, string>> = {}) =>
      send({ function: `GET /${collection}`, method: "GET", path: collection, query: { page: "0", ...query } }),
  };
}

type Ask = ReturnType<typeof asking>;

async function examine(patient: Patient<Settings>): Promise<readonly Diagnosis[]> {
  const ask = asking(patient);
  const login = await ask.send({ function: "GET /auth/info", method: "GET", path: "auth/info" });
  const wrong = loginCheck(login);
  if (wrong.verdict === "DANGER") return [wrong];
  const clients = await samplePage(ask, patient, "clients");
  const charges = await samplePage(ask, patient, "charges", { sortField: "dateCreated", sortOrder: "Descend" });
  const services = await samplePage(ask, patient, "services");
  const taxes = await samplePage(ask, patient, "taxes");
  const byReference = await ask.list("clients", { referenceId: impossibleText });
  const noneById = await ask.list("clients", { ids: noId });
  const longAgo = { dateOfCharge: jsvObject({ start: "1950-01-01", end: "1950-01-02" }) };
  return [
    wrong,
    functionsCheck(refusedOf([clients, charges, services, taxes])),
    clockCheck(patient),
    ...timeChecks(patient, [...clients.rows, ...charges.rows]),
    charsetCheck(patient),
    costCheck(patient, charges.rows),
    await pageCheck(ask),
    pageMaximumCheck(patient, [clients, charges, services, taxes]),
    filterCheck("filters", [
      { filter: "query", rows: (await ask.list("clients", { query: impossibleText })).rows.length, isRechecked: true },
      { filter: "referenceId", rows: byReference.rows.length, isRechecked: true },
      { filter: "dateOfCharge", rows: (await ask.list("charges", longAgo)).rows.length, isRechecked: true },
      { filter: "clientId", rows: (await ask.list("charges", { clientId: noId })).rows.length, isRechecked: true },
    ]),
    filterCheck("idsFilter", [{ filter: "ids", rows: noneById.rows.length, isRechecked: false }]),
    emptyListsCheck(noneById),
    archivedCheck(clients, await samplePage(ask, patient, "clients", { archived: "true" })),
    ...(await comparedTexts(
      clients.rows.flatMap((row) => textOf(row, "name") ?? []),
      async (query) => (await ask.list("clients", { query })).rows.length > 0,
    )),
    unknownIdCheck(await ask.send({ function: "GET /clients/{id}", method: "GET", path: `clients/${noId}` })),
    membersCheck("clients", clients.rows, v3Members.clients),
    membersCheck("charges", charges.rows, v3Members.charges),
    membersCheck("services", services.rows, v3Members.services),
    membersCheck("taxes", taxes.rows, v3Members.taxes),
    understood(patient, {
      clients: [clients.rows, customerFrom],
      charges: [charges.rows, chargeFrom],
      services: [services.rows, serviceFrom],
      taxes: [taxes.rows, taxFrom],
    }),
  ];
}

function loginCheck({ code, reply }: ReplyRows): Diagnosis {
  const check = checkOf("login", "GET /auth/info (1.2)");
  const isAuthenticated = isRow(reply.json) ? memberOf(reply.json, "isAuthenticated") : undefined;
  if (code === null && isAuthenticated === true) return check.agrees("accepted");
  if (code === "UNAUTHENTICATED" || (code === null && isRow(reply.json))) {
    return check.danger("not accepted", "tenant, username and password");
  }
  return check.danger(reply.problem ?? `refused: ${code ?? "an answer that is not understood"}`, "url and generation");
}

/** Checks that `page` counts from 0 and moves on. */
async function pageCheck(ask: Ask): Promise<Diagnosis> {
  const check = checkOf("pages", "page counts from 0; countPerPage is honoured (7.3)");
  const first = await ask.list("clients", { countPerPage: "1", page: "0" });
  const second = await ask.list("clients", { countPerPage: "1", page: "1" });
  if (first.rows.length > 1) return check.danger(`countPerPage is ignored: ${first.rows.length} rows for 1`);
  if ((first.total ?? 0) < 2) return check.untold("it has fewer than two clients");
  const isSame = textOf(first.rows[0] ?? {}, "id") === textOf(second.rows[0] ?? {}, "id");
  return isSame ? check.danger("page is ignored, or counts from 1") : check.agrees("pages advance");
}

interface SamplePage extends ReplyRows {
  readonly asked: number;
}

const pageSizes = [rowsPerPage, 100, 50, 25, 10];

/** Reads a page as long as the gateway asks for; where that is refused, a shorter one. */
async function samplePage(
  ask: Ask,
  { settings }: Patient<Settings>,
  collection: Collection,
  query: Readonly<Record<string, string>> = {},
): Promise<SamplePage> {
  let sample: SamplePage | null = null;
  for (const asked of pageSizes.filter((size) => size <= Math.max(settings.pageMaximum, 10))) {
    sample = { ...(await ask.list(collection, { ...query, countPerPage: String(asked) })), asked };
    if (sample.code !== "INVALID_INPUT") return sample;
  }
  return sample ?? { ...(await ask.list(collection, query)), asked: 0 };
}

/** Checks how long pages of lists with more rows are. */
function pageMaximumCheck({ settings }: Patient<Settings>, lists: readonly SamplePage[]): Diagnosis {
  const most = Math.min(rowsPerPage, settings.pageMaximum);
  const check = checkOf("pageMaximum", `a page has ${most} rows where that many are requested (7.3 states no maximum)`);
  const refused = lists.find(({ code, asked }) => code === null && asked < most);
  if (refused) return check.differs(`a page of ${most} rows is refused`, `pageMaximum: ${refused.asked}`);
  const cut = lists.find(({ rows, total, asked }) => rows.length < Math.min(asked, total ?? 0));
  return cut
    ? check.differs(`a page has ${cut.rows.length} rows at most`, `pageMaximum: ${cut.rows.length}`)
    : check.agrees("pages are as long as asked");
}

function emptyListsCheck({ code, rows, reply, total }: ReplyRows): Diagnosis {
  const contract = "a list without rows is { items: [] } (7.3); members at their default value are left out (7.4)";
  if (rows.length > 0) return emptyListCheck(contract, "rows", "");
  if (code !== null) return emptyListCheck(contract, "refused", "");
  if (isRow(reply.json) && Array.isArray(memberOf(reply.json, "items"))) return emptyListCheck(contract, "list", "");
  if (isRow(reply.json) && total === 0) return emptyListCheck(contract, "said", "totalCount 0 without items");
  return emptyListCheck(contract, "unclear", reply.empty ? "an empty body" : "an answer without items and totalCount");
}

/** Checks that archived clients are in lists where they are asked for, and only there. */
function archivedCheck(usual: ReplyRows, all: ReplyRows): Diagnosis {
  const check = checkOf("archivedClients", "lists have archived clients with archived=true only (7.3)");
  const archived = ({ rows }: ReplyRows): number => rows.filter((row) => isArchived(wire.audit.parse(row))).length;
  if (archived(usual) > 0) return check.differs("lists have archived clients without archived=true too: they are shown as such");
  if (archived(all) > 0) return check.agrees("archived=true lists them");
  return check.untold("it returned no archived client");
}

function unknownIdCheck({ code, reply }: ReplyRows): Diagnosis {
  const check = checkOf("unknownId", "an unknown id is an error that says not found, in a ResponseStatus (3.1, 3.2)");
  const hasEnvelope = isRow(reply.json) && memberOf(reply.json, "ResponseStatus") !== undefined;
  if (code === "NOT_FOUND" && !hasEnvelope)
    return check.differs(
      `status ${reply.status} without a report of its own: the outcome of a write that is refused so stays unknown`,
    );
  if (code === "NOT_FOUND") return check.agrees(`status ${reply.status}`);
  return check.danger(code === null ? "an empty success" : (reply.problem ?? `${code}, status ${reply.status}`));
}

/** Creates a charge and a tax, and archives them. */
async function trial(patient: Patient<Settings>, clientId: string): Promise<readonly Diagnosis[]> {
  const ask = asking(patient);
  const { currency, timeZone } = patient.settings;
  const day = today(timeZone);
  const known = (await ask.list("charges", { countPerPage: String(rowsPerPage), sortField: "id", sortOrder: "Descend" })).rows;
  const service = (await ask.list("services", { countPerPage: "1" })).rows.flatMap((row) => textOf(row, "id") ?? [])[0];
  const json = { clientId, serviceId: service, dateOfCharge: day, quantity: 2, cost: 0.015, notes: trialText };
  const made = await ask.send({ function: "POST /charges", method: "POST", path: "charges", body: { json }, writes: true });
  const check = checkOf("trial", "POST /charges gives the charge (7.8)");
  const row = isRow(made.reply.json) && made.code === null ? made.reply.json : {};
  const id = textOf(row, "id");
  if (id === null) return [check.danger(made.reply.problem ?? `refused: ${made.code ?? "no id came"}`)];
  const listed = (
    await ask.list("charges", { clientId, countPerPage: String(rowsPerPage), sortField: "dateCreated", sortOrder: "Descend" })
  ).rows;
  const archived = await ask.send({ function: "DELETE /charges/{id}", method: "DELETE", path: `charges/${id}`, writes: true });
  return [
    check.agrees("a charge was made"),
    textCheck(trialText, textOf(row, "notes")),
    amountCheck("0.015", decimal(memberOf(row, "cost")), currency),
    dayCheck(patient, day, textOf(row, "dateOfCharge")),
    madeAtCheck(patient, textOf(row, "dateCreated")),
    idsCheck(
      known.flatMap((each) => textOf(each, "id") ?? []),
      id,
    ),
    listedCheck(listed.some((each) => textOf(each, "id") === id)),
    storedMembersCheck(row, { clientId, quantity: "2" }),
    voidCheck(archived),
    await taxCheck(ask),
  ];
}

function voidCheck({ code, reply }: ReplyRows): Diagnosis {
  const check = checkOf("void", "DELETE archives a charge (7.5)");
  return code === null
    ? check.agrees("the charge is archived")
    : check.danger(`the charge is still there: ${reply.problem ?? code}`);
}

async function taxCheck(ask: Ask): Promise<Diagnosis> {
  const check = checkOf("tax", "a tax keeps the decimals of its rate (13.13)");
  const json = { name: "Doctor", type: "Percentage", rate: 1.2345 };
  const made = await ask.send({ function: "POST /taxes", method: "POST", path: "taxes", body: { json }, writes: true });
  const row = isRow(made.reply.json) ? made.reply.json : {};
  const id = textOf(row, "id");
  if (made.code === "FORBIDDEN") return check.untold("the user may not make taxes");
  if (made.code !== null || id === null) return check.danger(`refused: ${made.reply.problem ?? made.code ?? "no id came"}`);
  const removed = await ask.send({ function: "DELETE /taxes/{id}", method: "DELETE", path: `taxes/${id}`, writes: true });
  if (removed.code !== null) return check.danger("the tax Doctor is still there");
  const rate = decimal(memberOf(row, "rate"));
  return rate === "1.2345" ? check.agrees("decimals are kept") : check.differs(`1.2345 becomes ${rate}`);
}

export const doctor: Doctor<Settings> = { examine, trial, leaves: () => null };
