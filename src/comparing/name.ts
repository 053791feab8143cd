import leven from "leven";
import { conjunctions, legalForms } from "./legal-forms.ts";
import { foldLetters, isSameText } from "./text.ts";

/** When two customers are called the same. Pure; none of it throws, whatever the name. */

/** Whether two names are one: in other words, in another order of them, with another legal form or none. */
export function isSameName(left: string, right: string): boolean {
  return isSameText(left, right) || nameLikeness(comparableName(left), comparableName(right)) === 100;
}

/**
 * A name in lower case and words: without accents, punctuation, legal forms and "and", with German transliterations ("ue") undone.
 * Empty for a name without letters and digits. The words keep their order: see `sortedWords`.
 */
export function comparableName(name: string): string {
  let words = name;
  // Taking something out can bring together what is then taken out: until nothing changes any more.
  for (;;) {
    const next = significantWords(nameWords(words)).join(" ");
    if (next === words) return words;
    words = next;
  }
}

/**
 * How alike two comparable names are, in percent: the better of as they are written, with their words in alphabetical order, and
 * without spaces. Empty names are not alike.
 */
export function nameLikeness(left: string, right: string): number {
  if (left === "" || right === "") return 0;
  if (left === right) return 100;
  const [sortedLeft, sortedRight] = [sortedWords(left), sortedWords(right)];
  if (sortedLeft === sortedRight || left.replaceAll(" ", "") === right.replaceAll(" ", "")) return 100;
  const percent = Math.max(likenessOf(left, right), likenessOf(sortedLeft, sortedRight));
  // Rounded: only names that are one reach the whole.
  return Math.min(99, percent);
}

/** Longer names are compared by how they begin: the work grows with the product of the lengths. */
const comparedLength = 200;

/** How much of both texts is left as it is when one is made into the other, letter by letter. */
function likenessOf(left: string, right: string): number {
  const [one, other] = [left.slice(0, comparedLength), right.slice(0, comparedLength)];
  const length = one.length + other.length;
  return Math.round((100 * (length - leven(one, other))) / length);
}

/** The words of a comparable name in alphabetical order: "müller hans" and "hans müller" are one. */
export function sortedWords(comparable: string): string {
  return comparable.split(" ").sort().join(" ");
}

/** Apostrophes join what they separate ("Ada's"), so do dots of abbreviations ("S.r.l."); all else between letters separates. */
function nameWords(name: string): string[] {
  const text = foldLetters(name)
    .replace(/['’ʼ`´]/g, "")
    .replace(/(?<=(?:^|[^\p{L}\p{N}])\p{L})\.\s?(?=\p{L}(?:[^\p{L}\p{N}]|$))/gu, "");
  const words = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  // "Mueller" is how one writes "Müller" where there is no ü: both become "muller".
  return words.map((word) => word.replace(/([aou])e+/g, "$1"));
}

const isLegalForm: ReadonlySet<string> = new Set(legalForms.map((form) => nameWords(form).join(" ")));
/** Most words are none, and names are what normalising spends its time on. */
const beginsLegalForm: ReadonlySet<string> = new Set(legalForms.flatMap((form) => nameWords(form)[0] ?? []));
const isConjunction: ReadonlySet<string> = new Set(conjunctions);
/** Those that are written without a space are taken off the ends of words, the longest first: some end like others. */
const attachedForms = legalForms
  .filter((form) => /[\p{sc=Han}\p{sc=Hangul}]/u.test(form))
  .map((form) => nameWords(form).join(""))
  .sort((one, other) => other.length - one.length);
const longestForm = 3;

/** Without legal forms and conjunctions, unless there is nothing else. */
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

/** How many words from here on are one legal form; 0 = none. */
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
