import { isUtf8 } from "node:buffer";
import type { Row } from "../kit/reading.ts";
import { highestIdOf, isHigherId } from "../kit/rows.ts";
import { isStoredAmount, isStoredText } from "../kit/stored.ts";
import { zoneOf } from "../settings.ts";
import {
  checkOf,
  type Diagnosis,
  impossibleText,
  type KnownMembers,
  type Patient,
  type Reply,
  settingOf,
  some,
} from "./diagnosis.ts";

/** Checks that all kinds of backends share; each kind brings its own expectations. */

const largestOffsetMs = 5_000;
const worstOffsetMs = 900_000;

export function clockCheck({ clockOffsetMs }: Patient<unknown>): Diagnosis {
  const check = checkOf("clock", "the Date header is the backend's time");
  const offset = clockOffsetMs();
  if (offset === null) return check.untold("its answers have no Date header");
  const seconds = Math.round(offset / 1000);
  const told = `its clock is ${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead of"} this machine's`;
  if (Math.abs(offset) <= largestOffsetMs) return check.agrees("its clock agrees with this machine's");
  return Math.abs(offset) <= worstOffsetMs ? check.differs(told) : check.danger(told);
}

/**
 * Reports members that the contract does not know, and members that never come. Names are compared ignoring case.
 *
 * @param settingFor the line for the configuration that names the missing members, where there is such a setting
 */
export function membersCheck(
  what: string,
  rows: readonly Row[],
  { known, needed, wanted }: KnownMembers,
  settingFor: (missing: readonly string[], unknown: readonly string[]) => string | null = () => null,
): Diagnosis {
  const check = checkOf(`members of ${what}`, `${known.slice(0, 3).join(", ")} and ${Math.max(0, known.length - 3)} more`);
  if (rows.length === 0) return check.untold(`it returned no ${what}`);
  const seen = new Map(rows.flatMap((row) => Object.keys(row)).map((name) => [name.toLowerCase(), name]));
  const contract = new Set(known.map((name) => name.toLowerCase()));
  const unknown = [...seen].filter(([folded]) => !contract.has(folded)).map(([, name]) => name);
  const missing = (names: readonly string[]): string[] => names.filter((name) => !seen.has(name.toLowerCase()));
  const told = [
    ...(unknown.length > 0 ? [`unknown: ${unknown.slice(0, 8).join(", ")}`] : []),
    ...(missing([...needed, ...wanted]).length > 0 ? [`in no record: ${missing([...needed, ...wanted]).join(", ")}`] : []),
  ].join("; ");
  if (missing(needed).length > 0) return check.danger(told);
  // A few records may lack a member by chance; an unknown member suggests that it has another name.
  const isRenamed = unknown.length > 0 && missing(wanted).length > 0;
  if (isRenamed) return check.danger(`${told}: it may have another name`, settingFor(missing(wanted), unknown));
  if (unknown.length > 0) return check.differs(told);
  return told !== "" && rows.length >= enoughRows ? check.differs(told) : check.agrees("no other members");
}

/**
 * Reports members that are there but not understood, see kit/reading.ts.
 *
 * @param notUnderstood the members of a row that are not understood; throws where the whole row is not
 */
export function understoodCheck(
  lists: Readonly<Record<string, readonly [rows: readonly Row[], notUnderstood: (row: Row) => readonly string[] | undefined]>>,
): Diagnosis {
  const check = checkOf("understood", "every member that the gateway reads is understood");
  const strange = new Set<string>();
  let count = 0;
  for (const [what, [rows, notUnderstood]] of Object.entries(lists)) {
    count += rows.length;
    for (const row of rows) for (const name of namesIn(row, notUnderstood)) strange.add(`${name} of ${what}`);
  }
  if (count === 0) return check.untold("it returned no records");
  if (strange.size === 0) return check.agrees("everything is understood");
  return check.danger(`not understood: ${[...strange].slice(0, 8).join(", ")}; the gateway leaves these fields empty`);
}

function namesIn(row: Row, notUnderstood: (row: Row) => readonly string[] | undefined): readonly string[] {
  try {
    return notUnderstood(row) ?? [];
  } catch {
    return ["id"];
  }
}

const enoughRows = 20;

/** Holds everything that databases, web forms and mappers change, and a long word, in which a cut shows. */
export const trialText = `Doctor  "test" & <b>Müßig</b> ’€’ e\u0301 ﬁ \u{1f600} ${"abcdefghij".repeat(4)} end`;

/** Checks how a text is stored. */
export function textCheck(sent: string, stored: string | null): Diagnosis {
  const check = checkOf("text", "texts are stored as they are sent");
  if (stored === null) return check.danger("the text is not stored");
  if (stored === sent) return check.agrees("texts are stored as they are sent");
  const told = `${habitsOf(sent, stored).join(", ")}`;
  return isStoredText(sent, stored) ? check.differs(told) : check.danger(`${told}; the gateway does not recognise it`);
}

function habitsOf(sent: string, stored: string): readonly string[] {
  const habits = [
    [/&(?:amp|lt|gt|quot|#)/.test(stored), "entities are written (&amp;)"],
    [stored.includes("?") && !sent.includes("?"), "letters beyond its charset become ?"],
    [!/\p{Emoji_Presentation}/u.test(stored), "emoji are lost"],
    [!stored.includes("e\u0301") && /\u00e9|&#233;/.test(stored), "letters are composed"],
    [/u\u0308/.test(stored), "letters are decomposed"],
    [stored.includes("fi") && !stored.includes("ﬁ"), "compatible letters are replaced"],
    [!stored.includes("  "), "spaces are collapsed"],
    [stored.includes("'€'"), "quotation marks are straightened"],
    [!stored.endsWith("end"), `texts are cut after ${[...stored].length} characters`],
  ] as const;
  const found = habits.flatMap(([holds, habit]) => (holds ? [habit] : []));
  return found.length > 0 ? found : ["another text is stored"];
}

export function amountCheck(sent: string, stored: string | null, currency: string): Diagnosis {
  const check = checkOf("amounts", `all decimals are kept (${sent})`);
  if (stored === null) return check.danger("the amount is not stored");
  if (Number(stored) === Number(sent)) return check.agrees("all decimals are kept");
  const told = `${sent} becomes ${stored}`;
  return isStoredAmount(sent, stored, currency) ? check.differs(told) : check.danger(told);
}

/** Checks that ids grow. @param before ids that are whole numbers, or texts of equal length */
export function idsCheck(before: readonly string[], made: string | null): Diagnosis {
  const check = checkOf("ids", "a new record has the highest id");
  const highest = highestIdOf(before.map((id) => ({ id })));
  if (highest === null || made === null) return check.untold("there was nothing to compare with");
  return isHigherId(made, highest)
    ? check.agrees("ids grow")
    : check.differs("a new record has an id below others: lost answers may have to be settled by hand");
}

/** Checks that a new record is in lists at once. */
export function listedCheck(isListed: boolean): Diagnosis {
  const check = checkOf("listed", "a new record is in lists at once");
  if (isListed) return check.agrees("it is in lists at once");
  return check.differs("it is not in lists at once: set operations.settleSeconds to longer than it takes");
}

/** Checks that a new record has what was sent. @param shown the text of a member of the record */
export function storedCheck(shown: (member: string) => string, sent: Readonly<Record<string, string>>): Diagnosis {
  const check = checkOf("stored", "a record has what was sent");
  const differs = Object.keys(sent).filter((member) => shown(member) !== sent[member]);
  return differs.length === 0 ? check.agrees("all of it") : check.danger(`stored otherwise: ${differs.join(", ")}`);
}

/** Reports functions that do not exist or are not allowed. */
export function functionsCheck(
  refused: readonly { readonly name: string; readonly why: string; readonly harmless?: true }[],
): Diagnosis {
  const check = checkOf("functions", "all functions that the gateway uses exist and are allowed");
  if (refused.length === 0) return check.agrees("all tried functions do");
  const told = refused.map(({ name, why }) => `${name}: ${why}`).join("; ");
  return refused.every(({ harmless }) => harmless === true) ? check.differs(told) : check.danger(told);
}

/** Checks filters: no record can match them, so any row shows that one is ignored. */
export function filterCheck(
  name: string,
  tried: readonly { readonly filter: string; readonly rows: number; readonly isRechecked: boolean }[],
): Diagnosis {
  const check = checkOf(name, "filters narrow");
  const ignored = tried.filter(({ rows }) => rows > 0);
  if (tried.length === 0) return check.untold("there was nothing to filter");
  if (ignored.length === 0) return check.agrees("filters narrow");
  const told = `ignored: ${ignored.map(({ filter }) => filter).join(", ")}`;
  return ignored.every(({ isRechecked }) => isRechecked)
    ? check.differs(`${told}; the gateway filters the rows itself`)
    : check.danger(told);
}

/** How a list without rows was answered. "unclear": with a success that does not say that the list is empty. */
type EmptyAnswer = "list" | "said" | "unclear" | "rows" | "refused";

/** Checks the answer to a list that nothing matches: a list that could be one of a failure is no proof that there is nothing. */
export function emptyListCheck(contract: string, answer: EmptyAnswer, shape: string): Diagnosis {
  const check = checkOf("emptyLists", contract);
  if (answer === "list") return check.agrees("an empty list is a list");
  if (answer === "said") return check.differs(`an empty list is ${shape}`);
  if (answer === "unclear") return check.danger(`an empty list is ${shape}: the gateway takes it for a failure`);
  return check.untold("no list came back empty");
}

/** Checks whether a filter finds a record by its text in another case, and without accents. */
export async function comparedTexts(
  texts: readonly string[],
  finds: (text: string) => Promise<boolean>,
): Promise<readonly Diagnosis[]> {
  const caseCheck = checkOf("filterCase", "text filters ignore case (inferred)");
  const accentCheck = checkOf("filterAccents", "text filters distinguish accents (inferred)");
  // A filter that is ignored finds everything.
  const narrows = !(await finds(impossibleText));
  const lettered = texts.find((text) => /^[\p{Script=Latin}\d .&,'-]+$/u.test(text) && /[a-z]{3}/.test(text));
  const accented = texts.find((text) => withoutAccents(text) !== text && /^[\p{Script=Latin}\d .&,'-]+$/u.test(text));
  const found = async (text: string, changed: string): Promise<boolean | null> =>
    narrows && (await finds(text)) ? finds(changed) : null;
  const anyCase = lettered === undefined ? null : await found(lettered, lettered.toUpperCase());
  const anyAccent = accented === undefined ? null : await found(accented, withoutAccents(accented));
  return [
    anyCase === null
      ? caseCheck.untold("no filter found the text that it was given")
      : anyCase
        ? caseCheck.agrees("case is ignored")
        : caseCheck.differs("case matters: filters by e-mail address and name read whole lists; leave the directory on"),
    anyAccent === null
      ? accentCheck.untold("no filter found the text with accents that it was given")
      : anyAccent
        ? accentCheck.differs("accents are ignored")
        : accentCheck.agrees("accents matter"),
  ];
}

function withoutAccents(text: string): string {
  return text.normalize("NFKD").replace(/\p{Mark}/gu, "");
}

/** How far times in records are ahead of the backend's clock, in whole quarters of an hour, as zones differ by these. */
export function quartersAhead(stampedMs: number, clockMs: number): number {
  return Math.round((stampedMs - clockMs) / 900_000);
}

/** Checks the charset of a backend's answers, and the one that they declare. */

export function charsetCheck({ replies, settings }: Patient<{ readonly charset?: string }>): Diagnosis {
  const check = checkOf("charset", "answers are in UTF-8 or in their declared charset");
  const texts = replies.filter(({ json }) => json !== undefined);
  const wrong = texts.find(({ isGuessed }) => isGuessed) ?? texts.find((reply) => undisguised(reply) !== null);
  if (wrong) {
    const { charset = "", isGuessed } = wrong;
    const written = isGuessed ? charset : "utf-8";
    const claim = settings.charset === undefined || settings.charset === "declared" ? "its answers declare" : "`charset` says";
    return check.danger(`it writes ${written}, which is not what ${claim}`, `charset: ${written}`);
  }
  const other = texts.find(({ charset = "utf-8" }) => charset !== "utf-8")?.charset;
  const written = other === undefined ? "UTF-8" : other;
  const shown = texts.map(({ json }) => JSON.stringify(json));
  if (shown.some((text) => text.includes("\ufffd"))) {
    return check.differs(`it writes ${written}; some of its texts contain lost letters (U+FFFD)`);
  }
  if (other !== undefined) return check.differs(`it writes ${written}`);
  const hasLetters = shown.some((text) => /[^\p{ASCII}]/u.test(text));
  return hasLetters ? check.agrees("it writes UTF-8") : check.untold("no answer has a letter beyond ASCII");
}

/**
 * Reads an answer as UTF-8 that was decoded with a single-byte charset: "Müßig" from "MÃ¼ÃŸig". Null where its bytes are not UTF-8; no other
 * text is by chance.
 */
export function undisguised({ json, charset = "utf-8" }: Pick<Reply, "json" | "charset">): { readonly json: unknown } | null {
  if (json === undefined || charset.startsWith("utf-")) return null;
  const decoder = new TextDecoder(charset);
  const bytes = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]));
  let letters = 0;
  let others = 0;
  const text = JSON.stringify(json).replace(/[^\p{ASCII}]+/gu, (run) => {
    const written = Array.from(run, (letter) => bytes.get(letter) ?? -1);
    if (written.includes(-1) || !isUtf8(Uint8Array.from(written))) others += 1;
    else letters += 1;
    return Buffer.from(Uint8Array.from(written)).toString("utf8");
  });
  return letters > 0 && others === 0 ? { json: JSON.parse(text) } : null;
}

/**
 * Finds the zone of a backend's days from instants that are mostly midnights: charges begin with a day, or end with the last second of one.
 * Charges of the gateway begin at some second of their day's first hour, and tell nothing.
 */

const mostInstants = 60;
const fewestInstants = 6;
const enough = 0.6;
const quarterMs = 900_000;

/** @param byCustomer milliseconds since 1970 of each customer's records: customers may have zones of their own */
export function zoneCheck(
  patient: Patient<{ readonly timeZone?: string | undefined }>,
  byCustomer: ReadonlyMap<string, readonly number[]>,
): Diagnosis {
  const timeZone = zoneOf(patient.settings);
  const check = checkOf("timeZone", `days are cut in ${timeZone}`);
  const all = [...byCustomer.values()].flat();
  const whole = all.map((instant) => ((instant + 1_000) % quarterMs === 0 ? instant + 1_000 : instant));
  const telling = whole.filter((instant) => instant % quarterMs === 0);
  if (all.length < fewestInstants) return check.untold("too few charges to tell");
  if (telling.length < fewestInstants) return check.untold("charges begin at any time of the day");
  const instants = some(telling, mostInstants);
  const share = (zone: string): number => instants.filter((instant) => isMidnight(instant, zone)).length / instants.length;
  const ours = share(timeZone);
  const candidates = Intl.supportedValuesOf("timeZone").map((zone) => ({ zone, share: share(zone) }));
  const best = candidates.reduce((most, each) => (each.share > most.share ? each : most));
  if (ours >= enough && ours >= best.share) return check.agrees(`most charges begin at midnight in ${timeZone}`);
  if (best.share >= enough) {
    const alike = candidates.filter(({ share: other }) => other === best.share).map(({ zone }) => zone);
    const told = `charges begin at midnight in ${alike.slice(0, 4).join(", ")}${alike.length > 4 ? ` and ${alike.length - 4} more` : ""}`;
    return check.danger(told, settingOf(patient, "timeZone", best.zone));
  }
  return telling.length / all.length >= enough
    ? check.danger("charges begin at midnights of several zones: customers have zones of their own")
    : check.untold("charges begin at any time of the day");
}

function isMidnight(instant: number, zone: string): boolean {
  const { hour, minute, second } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  return hour + minute + second === 0;
}
