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

export interface ComparedTexts {
  /** The common beginning. */
  readonly agreed: string;
  /** The sent text behind it. */
  readonly rest: string;
  /** The stored text behind it: nothing, or a piece of a character. */
  readonly end: string;
  /** The whole stored text. */
  readonly stored: string;
}

export function isCut({ agreed, rest, end, stored }: ComparedTexts): boolean {
  if ([...agreed].length < shortestCut) return false;
  if (end !== "") return isTorn(agreed, rest, end);
  const inWord = /[\p{L}\p{M}\p{N}]$/u.test(agreed) && /^[\p{L}\p{M}\p{N}]/u.test(rest);
  return inWord && !isWithinNumber(agreed, rest) && hasColumnWidth(stored, firstOf(rest));
}

/** The same for codes: nobody writes the beginning of another code, except for the number at its end. */
export function isCutCode(agreed: string, rest: string): boolean {
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
