import { idsCheck, listedCheck, quartersAhead, storedCheck, textCheck, trialText } from "../../adapter/doctoring/common.ts";
import { checkOf, type Diagnosis, type Patient, settingOf, shown } from "../../adapter/doctoring/diagnosis.ts";
import { numericId } from "../../adapter/kit/reading.ts";
import { isStoredCode } from "../../adapter/kit/stored.ts";
import { zoneOf } from "../../adapter/settings.ts";
import { type Ask, asking, type ReadReply } from "./examining.ts";
import type { V01Settings } from "./settings.ts";
import { spanOf } from "./wire.ts";

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
