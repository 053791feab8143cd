/**
 * JSON whose numbers keep their value: a number that an IEEE double cannot hold exactly as written (64-bit ids, amounts with
 * many digits) becomes its text. Undefined for text that is not JSON.
 *
 * Such numbers are quoted before the text is parsed, which takes a fraction of what a reviver does that JSON.parse asks about
 * every value. Where there are none, which is the rule, it costs a look at every 16th character.
 */
export function parseExactJson(text: string): unknown {
  try {
    return JSON.parse(withLongNumbersQuoted(text));
  } catch {
    return undefined;
  }
}

/** 15 digits always survive a double; a dot may stand among them. */
const shortestLong = 16;

function withLongNumbersQuoted(text: string): string {
  const isInString = createStringScan(text);
  let quoted = "";
  let copied = 0;
  // So many digits and dots in a row cover one of the characters that are looked at.
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

/** Of JSON's own form only: text that is not JSON must not become it. */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function losesValue(written: string): boolean {
  return jsonNumber.test(written) && String(Number(written)) !== written;
}

/** False for what stands inside a word, and for the name of a member, which is no JSON and must not become it. */
function mayBeValue(text: string, start: number, end: number): boolean {
  memberColon.lastIndex = end;
  return (start === 0 || /[[:,\s]/.test(text.charAt(start - 1))) && !memberColon.test(text);
}

const memberColon = /\s*:/y;

/**
 * True where `name":` stands right before: in JSON, a quote behind a letter or digit ends a string. So are nearly all numbers
 * written, and nothing else need be looked at.
 */
function isMemberValue(text: string, start: number): boolean {
  return text.charAt(start - 1) === ":" && text.charAt(start - 2) === '"' && /\w/.test(text.charAt(start - 3));
}

/** Tells of ascending positions whether they are inside a string. */
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

/** The longest stretch of a number's characters that covers a part of it. */
function numberAround(text: string, first: number, behind: number): readonly [start: number, end: number] {
  let start = first;
  let end = behind;
  while (isOfNumber(text.charCodeAt(start - 1))) start -= 1;
  while (isOfNumber(text.charCodeAt(end))) end += 1;
  return [start, end];
}

const [dot, zero, nine, plus, minus, smallE, largeE] = [0x2e, 0x30, 0x39, 0x2b, 0x2d, 0x65, 0x45];

/** False for the code of no character (NaN) too. */
function isDigitOrDot(code: number): boolean {
  return (code >= zero && code <= nine) || code === dot;
}

function isOfNumber(code: number): boolean {
  return isDigitOrDot(code) || code === plus || code === minus || code === smallE || code === largeE;
}
