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
import { checkOf, type Diagnosis, type Doctor, impossibleText, type Patient } from "../../../adapter/doctoring/diagnosis.ts";
import { isRow, type Row } from "../../../adapter/kit/reading.ts";
import { shiftDate, today } from "../../../model/zones.ts";
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
import { v2Members } from "../fields.ts";
import { decimal, memberOf, textOf } from "../reading.ts";
import type { Settings } from "../settings.ts";
import { chargeFrom, customerFrom, lifeCycle, serviceFrom } from "./map.ts";

/** Asks a tenant about the open points of v2's contract (contract 11 and 13). */

interface ReplyRows extends ReadReply {
  readonly rows: readonly Row[];
}

const noId = "000000000000000000000000";
const monthsOfSample = 3;

function asking(patient: Patient<Settings>) {
  const { tenant, username, password } = patient.settings;
  return async (route: string, members: object = {}, writes?: true): Promise<ReplyRows> => {
    const reply = await patient.ask({
      function: `POST /${route}`,
      method: "POST",
      path: route,
      body: { json: { ...members, CustomerName: tenant, UserName: username, Password: password } },
      ...(writes && { writes }),
    });
    const said = readReply(reply, patient);
    return { ...said, rows: Array.isArray(reply.json) ? reply.json.filter(isRow) : [] };
  };
}

const bothKinds = { IncludeManualCharges: true, IncludeSchedulingCharges: true };

async function examine(patient: Patient<Settings>): Promise<readonly Diagnosis[]> {
  const ask = asking(patient);
  const login = await ask("authenticate");
  const wrong = loginCheck(login);
  if (wrong.verdict === "DANGER") return [wrong];
  const clients = await ask("clients");
  const now = today(patient.settings.timeZone);
  const window = { StartDate: shiftDate(now, { months: -monthsOfSample }), EndDate: shiftDate(now, { months: 1 }) };
  const all = await ask("charges/all", { ...window, ...bothKinds });
  // A missing route answers with a bare status.
  const isMissing = all.code !== null && [404, 405].includes(all.reply.status);
  const route = isMissing ? "charges" : "charges/all";
  const charges = all.code === null ? all : await ask("charges", window);
  const services = await ask("services");
  const contacts = await ask("contacts", { ClientId: textOf(clients.rows[0] ?? {}, "Id") ?? noId });
  const byReference = await ask("clients", { ThirdPartyAccountId: impossibleText });
  const longAgo = { StartDate: "1950-01-01", EndDate: "1950-01-02", ...bothKinds };
  const none = await ask(route, longAgo);
  return [
    wrong,
    functionsCheck(refusedOf([clients, isMissing ? charges : all, services, contacts])),
    allChargesCheck(isMissing),
    clockCheck(patient),
    ...timeChecks(patient, [...clients.rows, ...charges.rows]),
    charsetCheck(patient),
    costCheck(patient, charges.rows),
    filterCheck("filters", [
      { filter: "ClientId", rows: (await ask("clients", { ClientId: noId })).rows.length, isRechecked: true },
      { filter: "ThirdPartyAccountId", rows: byReference.rows.length, isRechecked: true },
      { filter: "StartDate and EndDate", rows: none.rows.length, isRechecked: true },
    ]),
    emptyListsCheck(byReference),
    archivedClientsCheck(clients.rows),
    await selectorCheck(ask, route, charges.rows),
    filterCheck("clientFilter", [
      {
        filter: `ClientId of ${route}`,
        rows: (await ask(route, { ...window, ...bothKinds, ClientId: noId })).rows.length,
        isRechecked: true,
      },
    ]),
    filterCheck("nameFilter", [
      { filter: "Name", rows: (await ask("clients", { Name: impossibleText })).rows.length, isRechecked: true },
    ]),
    ...(await comparedTexts(
      clients.rows.flatMap((row) => textOf(row, "Name") ?? []),
      async (Name) => (await ask("clients", { Name })).rows.length > 0,
    )),
    unknownIdCheck(await ask("clients/update", { ClientId: "" })),
    membersCheck("clients", clients.rows, v2Members.clients),
    membersCheck("charges", charges.rows, v2Members.charges),
    membersCheck("services", services.rows, v2Members.services),
    understood(patient, {
      clients: [clients.rows, customerFrom],
      charges: [charges.rows, chargeFrom],
      services: [services.rows, serviceFrom],
    }),
  ];
}

function allChargesCheck(isMissing: boolean): Diagnosis {
  const check = checkOf("allCharges", "POST /charges/all has all charges (5.3); one host is known to have it (15)");
  return isMissing
    ? check.differs(
        "it does not exist: POST /charges is asked, without charges of reservations, and perhaps without memorized ones",
      )
    : check.agrees("it exists");
}

function emptyListsCheck({ code, rows, reply }: ReplyRows): Diagnosis {
  const contract = "a list without rows is [] (11, a choice)";
  if (rows.length > 0) return emptyListCheck(contract, "rows", "");
  if (code !== null) return emptyListCheck(contract, "refused", "");
  if (Array.isArray(reply.json)) return emptyListCheck(contract, "list", "");
  return emptyListCheck(contract, "unclear", reply.empty ? "an empty body" : "no list");
}

/** Checks whether the list of clients has archived ones. */
function archivedClientsCheck(clients: readonly Row[]): Diagnosis {
  const check = checkOf("archivedClients", "lists omit archived clients, or show their EntityStatus (4.6, 6.2: silent)");
  const states = clients.flatMap((row) => textOf(row, "EntityStatus") ?? []);
  const archived = states.filter((state) => lifeCycle(state) === "ARCHIVED").length;
  if (archived > 0)
    return check.differs(`${archived} of ${clients.length} clients of the list are archived: they are shown as such`);
  return states.length > 0 ? check.agrees("it lists no archived clients") : check.untold("no client shows its EntityStatus");
}

/** Checks that a window selects by the creation of charges where it is asked to: with a charge of a day far from its creation. */
async function selectorCheck(ask: ReturnType<typeof asking>, route: string, charges: readonly Row[]): Promise<Diagnosis> {
  const check = checkOf(
    "dateSelector",
    "DateSelector DateCreated selects by creation (5.2); one that is not understood counts as DateOfCharge (2.5)",
  );
  const dayIn = (row: Row, name: string): string => (textOf(row, name) ?? "").slice(0, 10);
  const isDay = (day: string): boolean => /^\d{4}-\d\d-\d\d$/.test(day);
  const found = charges.find((row) => {
    const [made, day] = [dayIn(row, "DateCreated"), dayIn(row, "DateOfCharge")];
    return isDay(made) && isDay(day) && (day < shiftDate(made, { days: -3 }) || day > shiftDate(made, { days: 3 }));
  });
  if (found === undefined) return check.untold("every charge is of the day of its creation, or its dates have another form");
  const made = dayIn(found, "DateCreated");
  const window = { StartDate: shiftDate(made, { days: -1 }), EndDate: shiftDate(made, { days: 2 }), DateSelector: "DateCreated" };
  const { rows } = await ask(route, { ...window, ...bothKinds, ClientId: textOf(found, "ClientId") ?? undefined });
  return rows.some((row) => textOf(row, "Id") === textOf(found, "Id"))
    ? check.agrees("it selects by creation")
    : check.danger("it selects by another date: a charge whose answer was lost may not be found again");
}

function loginCheck({ code, reply }: ReplyRows): Diagnosis {
  const check = checkOf("login", "POST /authenticate (4.1)");
  const authenticated = isRow(reply.json) ? memberOf(reply.json, "authenticated") : undefined;
  if (code === null && authenticated !== false && isRow(reply.json)) return check.agrees("accepted");
  if (code === "UNAUTHENTICATED" || authenticated === false) return check.danger("not accepted", "tenant, username and password");
  return check.danger(reply.problem ?? `refused: ${code ?? "an answer that is not understood"}`, "url and generation");
}

/** Sends an update that names no client, which changes nothing: its refusal shows the form of errors. */
function unknownIdCheck({ code, reply }: ReplyRows): Diagnosis {
  const check = checkOf("errors", "a refusal has a ResponseStatus (3.1)");
  if (code === null) return check.danger("an update of no client is answered with a success");
  const hasEnvelope = isRow(reply.json) && memberOf(reply.json, "ResponseStatus") !== undefined;
  return hasEnvelope ? check.agrees("it has one") : check.danger(reply.problem ?? `status ${reply.status} without one`);
}

/** Creates a charge, which v2 cannot void (1.3). */
async function trial(patient: Patient<Settings>, clientId: string): Promise<readonly Diagnosis[]> {
  const ask = asking(patient);
  const { currency, timeZone } = patient.settings;
  const day = today(timeZone);
  const window = { DateSelector: "DateCreated", StartDate: shiftDate(day, { days: -1 }), EndDate: shiftDate(day, { days: 2 }) };
  const isMissing = [404, 405].includes((await ask("charges/all", { ...window, ...bothKinds })).reply.status);
  const route = isMissing ? "charges" : "charges/all";
  const list = () => ask(route, { ...window, ...bothKinds, ClientId: clientId });
  const everybodys = { StartDate: shiftDate(day, { months: -1 }), EndDate: day, ...bothKinds };
  const known = (await ask(route, everybodys)).rows.flatMap((row) => textOf(row, "Id") ?? []);
  const service = (await ask("services")).rows.flatMap((row) => textOf(row, "Id") ?? [])[0];
  const sent = { ClientId: clientId, ServiceId: service, DateOfCharge: day, Quantity: 2, Cost: 0.015, Notes: trialText };
  const made = await ask("charges/new", { ...sent, Memorized: false }, true);
  const check = checkOf("trial", "POST /charges/new gives the charge (5.1)");
  const row = isRow(made.reply.json) && made.code === null ? made.reply.json : {};
  const id = textOf(row, "Id");
  if (id === null) return [check.danger(made.reply.problem ?? `refused: ${made.code ?? "no id came"}`)];
  const listed = (await list()).rows.some((each) => textOf(each, "Id") === id);
  return [
    check.agrees("a charge was made"),
    textCheck(trialText, textOf(row, "Notes")),
    amountCheck("0.015", decimal(memberOf(row, "Cost")), currency),
    dayCheck(patient, day, textOf(row, "DateOfCharge")),
    madeAtCheck(patient, textOf(row, "DateCreated")),
    idsCheck(known, id),
    listedCheck(listed),
    storedMembersCheck(row, { ClientId: clientId, Quantity: "2" }),
  ];
}

export const doctor: Doctor<Settings> = {
  examine,
  trial,
  leaves: ({ currency }) => `a charge of 0.015 ${currency} of today: v2 has no way to void one`,
};
