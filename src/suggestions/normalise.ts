import { conjunctions, freeMailDomains, legalForms } from "./legal-forms.ts";
import type { ComparableCustomer, CustomerRecord } from "./model.ts";

/**
 * Comparable forms: two ways to write the same become one. Pure; none of it throws, whatever the text, and normalising twice is
 * the same as once. Everything that is compared here was typed in by different people into different systems.
 */

export function comparableCustomer({ backend, id, ...customer }: CustomerRecord): ComparableCustomer {
  const reference = comparableReference(customer.reference);
  return {
    backend,
    id,
    name: customer.name,
    comparableName: comparableName(customer.name),
    email: comparableEmail(customer.email),
    phone: comparablePhone(customer.phone, customer.country),
    // v01 gives a customer without a code its own id as one (v01 guide, customer code): that is nobody's reference.
    reference: reference === comparableReference(id) ? null : reference,
    postcode: comparablePostcode(customer.postalCode),
    country: blankToNull(customer.country?.trim().toUpperCase()),
  };
}

/**
 * A name in lower case and words: without accents, punctuation, legal forms and "and", with German transliterations ("ue") undone.
 * Empty for a name without letters and digits. The words keep their order: see `sortedWords`.
 */
export function comparableName(name: string): string {
  let words = name;
  // Taking something out can bring together what is then taken out: until nothing changes any more.
  for (;;) {
    const next = significantWords(wordsOf(words)).join(" ");
    if (next === words) return words;
    words = next;
  }
}

/** The words of a comparable name in alphabetical order: "müller hans" and "hans müller" are one. */
export function sortedWords(comparable: string): string {
  return comparable.split(" ").sort().join(" ");
}

/** In lower case, without what stands behind a plus sign in the local part (RFC 5233). Null for what is no address. */
export function comparableEmail(email: string | null): string | null {
  const [, local, domain] = /^([^@\s\p{C}]+)@([^@\s\p{C}]+)$/u.exec((email ?? "").normalize("NFKC").trim().toLowerCase()) ?? [];
  if (local === undefined || domain === undefined) return null;
  // A sign at the very beginning leaves nothing else to go by.
  return `${local.replace(/(?<=.)\+.*/, "")}@${domain}`;
}

/** The domain of a comparable e-mail address where it belongs to a company: null for providers of mail for everybody. */
export function companyDomain(email: string | null): string | null {
  const domain = email?.slice(email.indexOf("@") + 1) ?? null;
  return domain === null || freeMailDomains.has(domain) ? null : domain;
}

/** Country calling codes of one and two digits (ITU-T E.164, annex); all others have three, and none begins another. */
const callingCode = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/** How many of a number's last digits are compared: enough for the longest numbers, and no more than a short one has. */
const comparedDigits = 9;
const fewestDigits = 6;

/**
 * The last nine digits of the number within its country, without the trunk prefix: "+44 (0)20 7946 0018" and "020 7946 0018" are
 * one. Null for what is too short to be one's own number.
 *
 * @param country ISO 3166-1 alpha-2, of the customer
 */
export function comparablePhone(phone: string | null, country: string | null): string | null {
  const text = (phone ?? "").normalize("NFKC").replace(/\(0\)/g, "");
  // An extension stands behind the number: "ext. 12", "x12", "#12".
  const [main = ""] = text.split(/(?:ext|x|#|;)/i);
  const digits = main.replace(/\D/g, "");
  const isInternational = main.trim().startsWith("+") || digits.startsWith("00");
  const withinCountry = isInternational ? digits.replace(/^00/, "").replace(callingCode, "") : nationalDigits(digits, country);
  // Italy keeps the zero in international numbers, others drop it: without it both are alike.
  const significant = withinCountry.replace(/^0+/, "").slice(-comparedDigits);
  return significant.length < fewestDigits ? null : significant;
}

/** Trunk prefixes other than zero: 1 in North America, 06 in Hungary, 8 in Russia (ITU-T, dialling procedures, operational bulletin 994). */
function nationalDigits(digits: string, country: string | null): string {
  if (country === "US" || country === "CA") return digits.replace(/^1(?=\d{10}$)/, "");
  if (country === "HU") return digits.replace(/^06/, "");
  if (country === "RU" || country === "KZ") return digits.replace(/^8(?=\d{10}$)/, "");
  return digits;
}

/** In upper case, letters and digits only. */
export function comparablePostcode(postcode: string | null): string | null {
  return blankToNull(
    (postcode ?? "")
      .normalize("NFKC")
      .toUpperCase()
      .replace(/[^\p{L}\p{N}]/gu, ""),
  );
}

const noReference: ReadonlySet<string> = new Set(["na", "none", "null", "unknown", "test", "tbd", "nil"]);

/** In lower case, letters and digits only. Null for one that says nothing: a single character, zeros, "n/a". */
export function comparableReference(reference: string | null): string | null {
  const folded = foldLetters(reference ?? "").replace(/[^\p{L}\p{N}]/gu, "");
  return folded.length < 2 || /^0+$/.test(folded) || noReference.has(folded) ? null : folded;
}

/** What NFKD does not take apart, and the sigma that is written otherwise at the end of a word. */
const letters: Readonly<Record<string, string>> = {
  ...{ ß: "ss", ø: "o", œ: "o", æ: "a", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ς: "σ", ŧ: "t", ħ: "h" },
};
const letterPattern = new RegExp(`[${Object.keys(letters).join("")}]`, "g");

/** Lower case without accents, vowel marks of Arabic and its filling stroke. Marks that make another letter (が) stay. */
function foldLetters(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f\u064b-\u065f\u0670\u0640]/g, "")
    .replace(letterPattern, (letter) => letters[letter] ?? letter)
    .normalize("NFKC");
}

/** Apostrophes join what they separate ("Ada's"), so do dots of abbreviations ("S.r.l."); all else between letters separates. */
function wordsOf(name: string): string[] {
  const text = foldLetters(name)
    .replace(/['’ʼ`´]/g, "")
    .replace(/(?<=(?:^|[^\p{L}\p{N}])\p{L})\.\s?(?=\p{L}(?:[^\p{L}\p{N}]|$))/gu, "");
  const words = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  // "Mueller" is how one writes "Müller" where there is no ü: both become "muller".
  return words.map((word) => word.replace(/([aou])e+/g, "$1"));
}

const isLegalForm: ReadonlySet<string> = new Set(legalForms.map((form) => wordsOf(form).join(" ")));
/** Most words are none, and names are what normalising spends its time on. */
const beginsLegalForm: ReadonlySet<string> = new Set(legalForms.flatMap((form) => wordsOf(form)[0] ?? []));
const isConjunction: ReadonlySet<string> = new Set(conjunctions);
/** Those that are written without a space are taken off the ends of words, the longest first: some end like others. */
const attachedForms = legalForms
  .filter((form) => /[\p{sc=Han}\p{sc=Hangul}]/u.test(form))
  .map((form) => wordsOf(form).join(""))
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

function blankToNull(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}
