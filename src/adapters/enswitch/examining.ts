import { amountCheck, idsCheck, listedCheck, storedCheck, textCheck, trialText } from "../../adapter/doctoring/common.ts";
import { checkOf, type Diagnosis, type Patient, type Reply, settingOf, shown, some } from "../../adapter/doctoring/diagnosis.ts";
import { decimal, isRow, numericId, type Row } from "../../adapter/kit/reading.ts";
import { type FunctionParameters, placed } from "./call.ts";
import type { Settings } from "./settings.ts";
import { instant, readEnvelope } from "./wire.ts";

/** How the doctor calls Enswitch and reads its answers. */

/** A reply and its envelope. */
export interface ReadReply {
  readonly reply: Reply;
  /** Null where there is no envelope. */
  readonly code: string | null;
  readonly key: string;
  readonly data: unknown;
  readonly rows: readonly Row[];
}

export const customersOfWhichCharges = 12;
export const rowsOfSample = 200;

export function asking({ settings, ask }: Patient<Settings>) {
  const credentials = { auth_username: settings.username, auth_password: settings.password };
  return async (name: string, parameters: FunctionParameters, writes?: true): Promise<ReadReply> =>
    readReply(
      await ask({
        function: name,
        method: "POST",
        path: `${name}/`,
        ...placed({ ...parameters, ...credentials }, settings.parameters),
        ...(writes && { writes }),
      }),
    );
}

export type Ask = ReturnType<typeof asking>;

export function readReply(reply: Reply): ReadReply {
  const envelope = readEnvelope(reply.json);
  const data = envelope?.data ?? null;
  const first = envelope?.responses[0];
  const rows = Array.isArray(data) ? data.filter(isRow) : [];
  return { reply, code: first?.code ?? null, key: first?.key ?? "", data, rows };
}

export const everybody = { deleted: "-1", directory: "-1" };

/** Creates a charge. It moves no money as it is never executed (5.1); where it cannot be deleted, its amount is set to 0. */
export async function trial(patient: Patient<Settings>, customer: string): Promise<readonly Diagnosis[]> {
  const ask = asking(patient);
  const { settings, clockOffsetMs, now } = patient;
  const known = await knownIds(ask, customer);
  const zero = await ask(
    "charges/create",
    { customer, name: "doctor", amount: "0.00", number: "0", period: "monthly", validation: "1" },
    true,
  );
  const start = Math.floor((now() + (clockOffsetMs() ?? 0)) / 1000);
  const amount = "0.0150";
  const sent = {
    customer,
    name: "Doctor",
    description: trialText,
    amount,
    currency: settings.currency,
    start: String(start),
    period: "",
  };
  const created = await ask("charges/create", sent, true);
  const id = isRow(created.data) ? numericId(created.data["id"]) : null;
  const check = checkOf("trial", "charges/create gives the new id (5.1)");
  if (id === null)
    return [
      zeroCheck(patient, zero, null),
      check.danger(`refused: ${created.reply.problem ?? `code ${created.code} ${created.key}`}`),
    ];
  const { data } = await ask("charges/get", { id });
  const row = isRow(data) ? data : {};
  const listed = (await ask("charges/list", { customer })).rows.some((each) => numericId(each["id"]) === id);
  const removal = settings.functions.chargesDelete
    ? await ask("charges/delete", { id }, true)
    : await ask("charges/update", { id, amount: "0.00" }, true);
  return [
    zeroCheck(patient, zero, row["number"]),
    check.agrees("a charge was made and read back"),
    textCheck(trialText, typeof row["description"] === "string" ? row["description"] : null),
    amountCheck(amount, decimal(row["amount"]), settings.currency),
    startCheck(start, instant(row["start"])),
    numberCheck(row["number"]),
    idsCheck(known, id),
    listedCheck(listed),
    storedCheck((name) => shown(row[name]), { customer, period: "", currency: settings.currency }),
    removalCheck(settings, removal),
  ];
}

/** The ids of charges of this customer and of some others. */
async function knownIds(ask: Ask, customer: string): Promise<readonly string[]> {
  const { rows } = await ask("customers/list", { ...everybody, recursive: "1", limit: String(rowsOfSample) });
  const others = some(rows, customersOfWhichCharges).flatMap(({ id }) => numericId(id) ?? []);
  const ids: string[] = [];
  for (const each of [customer, ...others]) {
    ids.push(...(await ask("charges/list", { customer: each })).rows.flatMap(({ id }) => numericId(id) ?? []));
  }
  return ids;
}

/** @param absent the number that the backend stored for a charge without one */
function zeroCheck(patient: Patient<Settings>, { code, reply }: ReadReply, absent: unknown): Diagnosis {
  const { unlimitedNumber } = patient.settings;
  const check = checkOf("zeroNumber", "number=0 is no limit (13.6, a guess); validation=1 does nothing (3.4)");
  const setting = (value: Settings["unlimitedNumber"]) =>
    value === unlimitedNumber ? null : settingOf(patient, "unlimitedNumber", value);
  if (code === "201") {
    const told = "number=0 would be accepted";
    return unlimitedNumber === "zero" ? check.agrees(told) : check.differs(told, setting("zero"));
  }
  if (code === "400") {
    const told = "number=0 is refused: a charge that repeats needs a number";
    const wanted = shown(absent) === "0" ? "omitted" : "refused";
    return unlimitedNumber === wanted ? check.agrees(told) : check.differs(told, setting(wanted));
  }
  return check.danger(
    `a dry run was answered with ${code === null ? (reply.problem ?? `status ${reply.status}`) : `code ${code}`}`,
  );
}

function startCheck(sent: number, stored: Date | null): Diagnosis {
  const check = checkOf("start", "start is kept to the second: a charge is recognised by it after a lost answer");
  if (stored?.getTime() === sent * 1000) return check.agrees("start is kept");
  return check.danger(stored === null ? "start is not stored" : `start is moved by ${stored.getTime() / 1000 - sent} s`);
}

function numberCheck(stored: unknown): Diagnosis {
  const check = checkOf("absentNumber", "an absent number is 1 (13.6, a guess)");
  return shown(stored) === "1" ? check.agrees("it is 1") : check.differs(`it is ${shown(stored) || "not shown"}`);
}

function removalCheck({ functions }: Settings, { code, reply }: ReadReply): Diagnosis {
  const check = checkOf(
    "void",
    functions.chargesDelete ? "charges/delete exists (5.6, a guess)" : "charges/update sets an amount of 0",
  );
  if (code === "204" || code === "200")
    return check.agrees(functions.chargesDelete ? "the charge is deleted" : "its amount is 0 now");
  const why = reply.problem ?? `code ${code}`;
  return check.danger(
    `the charge is still there (${why})`,
    functions.chargesDelete ? "functions: { chargesDelete: false }" : null,
  );
}
