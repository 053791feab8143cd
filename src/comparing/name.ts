import leven from "leven";
import { foldLetters, isSameText } from "./text.ts";

/**
 * Legal forms of companies, which stand before or after a name and do not identify it. They are written as name.ts leaves them:
 * lower case, no marks, no dots. Source: the usual ones of each country in the ELF code list (ISO 20275, gleif.org).
 */
const legalForms: readonly string[] = [
  // English
  ...["ltd", "limited", "llc", "llp", "lp", "plc", "inc", "incorporated", "corp", "corporation", "co", "company", "pty", "pte"],
  // German
  ...["gmbh", "ggmbh", "ag", "kg", "kgaa", "ohg", "gbr", "ug", "mbh", "ek", "ev", "eg", "haftungsbeschränkt"],
  // French, Belgian, Swiss
  ...["sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "sem", "scop", "gie", "sprl", "bvba"],
  // Italian, Spanish, Portuguese
  ...["srl", "srls", "spa", "sapa", "sl", "slu", "sau", "slne", "lda", "ltda", "eireli", "me", "epp"],
  // Dutch, Nordic
  ...["bv", "nv", "vof", "cv", "ab", "aktiebolag", "hb", "as", "asa", "aps", "oy", "oyj", "tmi"],
  // Polish, Czech, Slovak, Hungarian, Romanian, Turkish
  ...["sp z oo", "spzoo", "spj", "sro", "vos", "ks", "spol", "kft", "zrt", "nyrt", "bt", "aş", "şti"],
  // Greek, Cyrillic
  ...["αε", "επε", "οε", "εε", "ικε", "ооо", "оао", "зао", "пао", "ао", "ип", "тов", "ат", "пп", "прат", "кт", "фоп"],
  // Chinese, Japanese, Korean, Arabic: usually written without a space
  ...["有限公司", "有限责任公司", "股份有限公司", "株式会社", "有限会社", "合同会社", "合資会社", "合名会社"],
  ...["주식회사", "유한회사", "شركة", "ذمم"],
];

/** "and" in several languages, as it joins the parts of a name. */
const conjunctions: readonly string[] = ["and", "und", "et", "och", "og", "en", "y", "e", "i", "та", "и", "και"];

/** Compares names of customers. Pure; never throws, whatever the name. */

/** Whether two names are the same apart from spelling, the order of words, and legal forms. */
export function isSameName(left: string, right: string): boolean {
  return isSameText(left, right) || nameLikeness(comparableName(left), comparableName(right)) === 100;
}

/**
 * A name as lower-case words, without accents, punctuation, legal forms and "and", and with German transliterations ("ue")
 * undone. Empty for a name without letters and digits. The words keep their order: see `sortedWords`.
 */
export function comparableName(name: string): string {
  let words = name;
  // Removing one part can bring others together that must be removed as well, so it repeats until nothing changes.
  for (;;) {
    const next = significantWords(nameWords(words)).join(" ");
    if (next === words) return words;
    words = next;
  }
}

/**
 * The similarity of two comparable names in percent: as written or with sorted words, whichever is higher. They are 100 percent
 * alike only if they have the same words or differ in spaces alone. Empty names are 0 percent alike.
 */
export function nameLikeness(left: string, right: string): number {
  if (left === "" || right === "") return 0;
  if (left === right) return 100;
  const [sortedLeft, sortedRight] = [sortedWords(left), sortedWords(right)];
  if (sortedLeft === sortedRight || left.replaceAll(" ", "") === right.replaceAll(" ", "")) return 100;
  const percent = Math.max(likenessOf(left, right), likenessOf(sortedLeft, sortedRight));
  // Rounding must not reach 100: only equal names do.
  return Math.min(99, percent);
}

/** Only the beginning of longer names is compared: the work grows with the product of the lengths. */
const comparedLength = 200;

/** The share of both texts, in percent, that stays when one is edited into the other. */
function likenessOf(left: string, right: string): number {
  const [one, other] = [left.slice(0, comparedLength), right.slice(0, comparedLength)];
  const length = one.length + other.length;
  return Math.round((100 * (length - leven(one, other))) / length);
}

/** The words of a comparable name in alphabetical order: "müller hans" and "hans müller" become the same. */
export function sortedWords(comparable: string): string {
  return comparable.split(" ").sort().join(" ");
}

/** Removes apostrophes ("Ada's") and dots of abbreviations ("S.r.l.") and splits at all else between letters. */
function nameWords(name: string): string[] {
  const text = foldLetters(name)
    .replace(/['’ʼ`´]/g, "")
    .replace(/(?<=(?:^|[^\p{L}\p{N}])\p{L})\.\s?(?=\p{L}(?:[^\p{L}\p{N}]|$))/gu, "");
  const words = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  // "Mueller" is "Müller" written without ü: both become "muller".
  return words.map((word) => word.replace(/([aou])e+/g, "$1"));
}

const isLegalForm: ReadonlySet<string> = new Set(legalForms.map((form) => nameWords(form).join(" ")));
/** A quick test: most words begin no legal form, and normalising names takes most of the time. */
const beginsLegalForm: ReadonlySet<string> = new Set(legalForms.flatMap((form) => nameWords(form)[0] ?? []));
const isConjunction: ReadonlySet<string> = new Set(conjunctions);
/** Forms written without a space, which are cut off the ends of words. The longest come first, as some end like others. */
const attachedForms = legalForms
  .filter((form) => /[\p{sc=Han}\p{sc=Hangul}]/u.test(form))
  .map((form) => nameWords(form).join(""))
  .sort((one, other) => other.length - one.length);
const longestForm = 3;

/** Removes legal forms and conjunctions, unless nothing would be left. */
function significantWords(words: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; ) {
    const length = legalFormAt(words, at);
    const word = words[at] ?? "";
    if (length === 0 && !isConjunction.has(word)) kept.push(detached(word));
    at += Math.max(1, length);
  }
  return kept.length === 0 ? words : kept;
}

/** The number of words from here on that are one legal form; 0 = none. */
function legalFormAt(words: readonly string[], at: number): number {
  if (!beginsLegalForm.has(words[at] ?? "")) return 0;
  for (let length = longestForm; length > 0; length -= 1) {
    if (at + length <= words.length && isLegalForm.has(words.slice(at, at + length).join(" "))) return length;
  }
  return 0;
}

function detached(word: string): string {
  const form = attachedForms.find((each) => word.length > each.length && (word.startsWith(each) || word.endsWith(each)));
  if (form === undefined) return word;
  return word.startsWith(form) ? word.slice(form.length) : word.slice(0, -form.length);
}
