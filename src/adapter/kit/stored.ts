import { decodeHTMLStrict } from "entities/decode";
import { canonicalDecimal, compareDecimals, currencyPlaces, isDecimal, toPlaces } from "../../model/money.ts";

/**
 * Tells whether the backend cut a text: a stored text that is a beginning of the sent one may also be another text ("Rental, unit 10" and
 * "Rental, unit 100"). A torn character shows a cut, and so does the usual width of a column in the middle of a word. Pure.
 */

/** A text of fewer characters is taken for another text, not for a cut one. */
const shortestCut = 20;

/** Usual widths of columns: round numbers, powers of two, and one less than these. */
const columnWidths: ReadonlySet<number> = new Set([
  ...[
    20, 24, 25, 30, 32, 35, 36, 40, 45, 50, 60, 63, 64, 80, 100, 120, 125, 127, 128, 150, 160, 200, 250, 255, 256, 300, 400, 500,
  ],
  ...[511, 512, 1000, 1023, 1024, 2000, 2048, 3000, 4000, 4096, 5000, 8000, 8192, 10_000, 16_383, 32_767, 65_535],
]);

interface ComparedTexts {
  /** The common beginning. */
  readonly agreed: string;
  /** The sent text behind it. */
  readonly rest: string;
  /** The stored text behind it: nothing, or a piece of a character. */
  readonly end: string;
  /** The whole stored text. */
  readonly stored: string;
}

function isCut({ agreed, rest, end, stored }: ComparedTexts): boolean {
  if ([...agreed].length < shortestCut) return false;
  if (end !== "") return isTorn(agreed, rest, end);
  const inWord = /[\p{L}\p{M}\p{N}]$/u.test(agreed) && /^[\p{L}\p{M}\p{N}]/u.test(rest);
  return inWord && !isWithinNumber(agreed, rest) && hasColumnWidth(stored, firstOf(rest));
}

/** The same for codes: nobody writes the beginning of another code, except for the number at its end. */
function isCutCode(agreed: string, rest: string): boolean {
  return !isWithinNumber(agreed, rest) || columnWidths.has(agreed.length);
}

function isWithinNumber(agreed: string, rest: string): boolean {
  return /\p{Nd}$/u.test(agreed) && /^[.,]?\p{Nd}/u.test(rest);
}

/** Whether `end` is a piece of a character of several bytes or units, or of an entity ("Fish &am"). */
function isTorn(agreed: string, rest: string, end: string): boolean {
  if (/^[\ufffd\ud800-\udbff]+$/.test(end)) return firstOf(rest) > "\u007f";
  // Where the ampersand itself was encoded, it agrees.
  const [piece, next] = agreed.endsWith("&") && !end.startsWith("&") ? [`&${end}`, "&"] : [end, firstOf(rest)];
  return /^&(?:#\d{0,5}|#x[0-9a-f]{0,5}|[a-z]{1,24})$/i.test(piece) && /[&<>"']|[^\p{ASCII}]/u.test(next);
}

function firstOf(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}

/** Whether a text fills a column, which counts characters, UTF-16 units or bytes. A next character that does not fit is dropped whole. */
function hasColumnWidth(stored: string, next: string): boolean {
  const text = stored.trimEnd();
  const bytes = Buffer.byteLength(text);
  const lengths = [[...text].length, text.length, ...Array.from({ length: Buffer.byteLength(next) }, (_, left) => bytes + left)];
  return lengths.some((length) => columnWidths.has(length));
}

/**
 * Tells whether a backend may store one value as another. Of texts: backends encode entities, compose or decompose letters, trim, change line ends,
 * straighten quotes, replace letters that their charset lacks by "?" or drop them, and cut at the width of a column. Two texts that a person
 * would tell apart never count as the same: "Setup fee" is not "Setup fee for March". Pure.
 */

export function isStoredText(sent: string, stored: string): boolean {
  if (sent === stored) return true;
  return [tidied, straightened].some((cleaned) => {
    const shown = cleaned(stored);
    return writings(cleaned(sent)).some((written) =>
      forms.some((form) => {
        const [wanted, there] = [written.normalize(form), shown.normalize(form)];
        return wanted === there || lossesOf(there).some((loss) => isRead(wanted, there, stored, loss));
      }),
    );
  });
}

/** The same for a code or reference, in any case and perhaps cut. @param shortest a cut code has at least so many characters */
export function isStoredCode(sent: string, stored: string, shortest = 20): boolean {
  const [wanted, there] = [folded(sent), folded(stored)];
  if (wanted === there) return true;
  return there.length >= shortest && wanted.startsWith(there) && isCutCode(there, wanted.slice(there.length));
}

/** A text in one form for most ways of storing it, to look for it inside another text; isStoredText knows more ways. */
export function storedForm(text: string): string {
  return straightened(text).normalize("NFKC").replace(beyondBasicPlane, "").replace(/\s+/g, " ").trim();
}

/** Folds case, ß and SS too. */
function folded(code: string): string {
  return straightened(code).normalize("NFKC").toUpperCase().toLowerCase();
}

/** Composed for "?" that stand for one letter; decomposed for a cut between a letter and its accent. */
const forms = ["NFC", "NFD"] as const;

/** Without entities, line ends and invisible characters: direction marks, joiners, soft hyphens, variants of an emoji. */
function tidied(text: string): string {
  const seen = withoutEntities(text).replace(/[\p{Cf}\p{Variation_Selector}]|(?!\s)\p{Cc}/gu, "");
  return seen.replace(/\s+/g, " ").trim();
}

/** With the quotes and dashes of a keyboard. */
function straightened(text: string): string {
  return tidied(text)
    .replace(/[‘’‚‛]/g, "'")
    .replace(/[“”„‟]/g, '"')
    .replace(/[‐‑‒–—−]/g, "-")
    .replace(/…/g, "...");
}

/** Decodes entities, also where they were encoded several times. */
function withoutEntities(text: string): string {
  let decoded = text;
  for (let times = 0; times < mostEncodings && decoded.includes("&"); times += 1) decoded = decodeHTMLStrict(decoded);
  return decoded;
}

const mostEncodings = 5;

/** The ways to write a text: as it is, with compatibility letters (² as 2) replaced, without its emoji. */
function writings(text: string): readonly string[] {
  const written = [text, text.normalize("NFKC")];
  const without = written.map((each) => each.replace(beyondBasicPlane, "").replace(/\s+/g, " ").trim());
  // A text of nothing but emoji leaves nothing to compare.
  return [...new Set([...written, ...without.filter((each) => each !== "")])];
}

const beyondBasicPlane = /[\u{10000}-\u{10FFFF}]/gu;

/** The replacement of a character that a backend's charset lacks; null where it lacks none. */
type Loss = ((character: string) => string) | null;

/** One mark for each character, each UTF-16 unit (.NET, Java) or each byte (MySQL, PHP). */
function lossesOf(stored: string): readonly Loss[] {
  const marks = ["?", "\ufffd"].filter((mark) => stored.includes(mark));
  return [
    null,
    ...marks.flatMap((mark) => [
      () => mark,
      (character: string) => mark.repeat(character.length),
      (character: string) => mark.repeat(Buffer.byteLength(character)),
    ]),
  ];
}

/**
 * Whether a backend with such a loss may store `wanted` as `there`, whole or cut. A text with more marks than letters would agree with
 * anything, and does not count.
 */
function isRead(wanted: string, there: string, stored: string, loss: Loss): boolean {
  let read = 0;
  let rest = 0;
  let legible = 0;
  let lost = 0;
  for (const character of wanted) {
    if (there.startsWith(character, read)) {
      read += character.length;
      if (character !== " ") legible += 1;
    } else {
      const mark = character > "\u007f" ? loss?.(character) : undefined;
      if (mark === undefined || !there.startsWith(mark, read)) break;
      read += mark.length;
      lost += 1;
    }
    rest += character.length;
  }
  if (lost > legible) return false;
  if (read === there.length && rest === wanted.length) return true;
  return isCut({ agreed: wanted.slice(0, rest), rest: wanted.slice(rest), end: there.slice(read), stored });
}

/**
 * Whether a backend may store one amount as another: the same value, or rounded or cut at the currency's minor unit, or behind it where the
 * backend's column ends. Pure, without floating point.
 *
 * @param stored null where the backend shows none
 * @param currency ISO 4217
 */
export function isStoredAmount(sent: string, stored: string | null | undefined, currency: string): boolean {
  return isStoredDecimal(sent, stored, currencyPlaces(currency));
}

/** The same for a number without a currency (a rate, a quantity), of which a backend keeps at least `fewestPlaces` decimals. */
export function isStoredDecimal(sent: string, stored: string | null | undefined, fewestPlaces: number): boolean {
  if (stored == null || !isDecimal(sent) || !isDecimal(stored)) return false;
  if (compareDecimals(sent, stored) === 0) return true;
  // Rounding half to even, or half down, gives one of these two as well.
  for (let places = fewestPlaces; places < placesOf(sent); places += 1) {
    if ((["round", "cut"] as const).some((how) => compareDecimals(toPlaces(sent, places, how), stored) === 0)) return true;
  }
  return false;
}

/** The number of decimals, without trailing zeros. */
function placesOf(amount: string): number {
  return canonicalDecimal(amount).split(".")[1]?.length ?? 0;
}
