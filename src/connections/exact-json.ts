/**
 * Parses JSON without losing digits: a number that an IEEE double does not hold safely (64-bit ids, amounts with many digits) becomes its
 * text. Returns undefined if the text is not JSON.
 *
 * Such numbers are quoted before parsing. That takes a fraction of the time of a reviver, which JSON.parse calls for every value. Most
 * texts have no such numbers; then it costs a look at every 16th character.
 */
export function parseExactJson(text: string): unknown {
  try {
    return JSON.parse(withLongNumbersQuoted(text));
  } catch {
    return undefined;
  }
}

/** 15 digits always survive a double; this allows for a dot among them. */
const shortestLong = 16;

function withLongNumbersQuoted(text: string): string {
  const isInString = createStringScan(text);
  let quoted = "";
  let copied = 0;
  // A run of this many digits and dots always includes one of the probed characters.
  for (let probe = shortestLong - 1; probe < text.length; probe += shortestLong) {
    if (!isDigitOrDot(text.charCodeAt(probe))) continue;
    let first = probe;
    let behind = probe + 1;
    while (isDigitOrDot(text.charCodeAt(first - 1))) first -= 1;
    while (isDigitOrDot(text.charCodeAt(behind))) behind += 1;
    if (behind - first < shortestLong) continue;
    const [start, end] = numberAround(text, first, behind);
    const written = text.slice(start, end);
    if (losesValue(written) && mayBeValue(text, start, end) && (isMemberValue(text, start) || !isInString(start))) {
      quoted += `${text.slice(copied, start)}"${written}"`;
      copied = end;
    }
    while (probe + shortestLong < end) probe += shortestLong;
  }
  return copied === 0 ? text : quoted + text.slice(copied);
}

/** Only JSON's own form: text that is not JSON must not become JSON by quoting. */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Every integer beyond the safe ones is text, also one that a double holds: readers of numbers cannot tell it from a rounded one. */
function losesValue(written: string): boolean {
  if (!jsonNumber.test(written)) return false;
  const read = Number(written);
  return String(read) !== written || (Number.isInteger(read) && !Number.isSafeInteger(read) && /^-?\d+$/.test(written));
}

/** False inside a word, and for the name of a member: that is not JSON, and must not become JSON by quoting. */
function mayBeValue(text: string, start: number, end: number): boolean {
  memberColon.lastIndex = end;
  return (start === 0 || /[[:,\s]/.test(text.charAt(start - 1))) && !memberColon.test(text);
}

const memberColon = /\s*:/y;

/**
 * True if `name":` stands right before. In JSON, a quote after a letter or digit ends a string, so the number is a value. Nearly all
 * numbers are written like this, and no other check is needed.
 */
function isMemberValue(text: string, start: number): boolean {
  return text.charAt(start - 1) === ":" && text.charAt(start - 2) === '"' && /\w/.test(text.charAt(start - 3));
}

/** Returns a function that tells whether a position is inside a string. Positions must ascend. */
function createStringScan(text: string): (position: number) => boolean {
  let inside = false;
  let quote = text.indexOf('"');
  return (position) => {
    while (quote !== -1 && quote < position) {
      if (!(inside && isEscaped(text, quote))) inside = !inside;
      quote = text.indexOf('"', quote + 1);
    }
    return inside;
  };
}

function isEscaped(text: string, position: number): boolean {
  let backslashes = 0;
  while (text[position - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}

/** Extends a run of digits to the whole number around it. */
function numberAround(text: string, first: number, behind: number): readonly [start: number, end: number] {
  let start = first;
  let end = behind;
  while (isOfNumber(text.charCodeAt(start - 1))) start -= 1;
  while (isOfNumber(text.charCodeAt(end))) end += 1;
  return [start, end];
}

const [dot, zero, nine, plus, minus, smallE, largeE] = [0x2e, 0x30, 0x39, 0x2b, 0x2d, 0x65, 0x45];

/** False for NaN too, the code of a missing character. */
function isDigitOrDot(code: number): boolean {
  return (code >= zero && code <= nine) || code === dot;
}

function isOfNumber(code: number): boolean {
  return isDigitOrDot(code) || code === plus || code === minus || code === smallE || code === largeE;
}
