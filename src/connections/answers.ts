import { isUtf8 } from "node:buffer";
import { BillingError, type ErrorCode, named } from "../model/errors.ts";
import { lastMemoised } from "../model/memoised.ts";
import type { Exchanged } from "./exchange.ts";
import type { BackendAnswer, BackendCall } from "./http.ts";

/**
 * Reads answers as text. The charset comes from a byte order mark, else from the setting, else from the answer's declaration; else it is
 * UTF-8, as JSON demands (RFC 8259, 8.1). Names are those of the WHATWG Encoding standard, which reads ISO-8859-1 as windows-1252.
 * Nothing is ever replaced by U+FFFD: bytes that are not valid text are refused.
 */

/** The setting for backends whose declared charset is trusted. */
const asDeclared = "declared";

export interface CharsetSettings {
  /** The charset of all answers, whatever they declare; default: "declared". */
  readonly charset?: string | undefined;
  /** Charsets to try if the text is invalid otherwise. For the doctor, which reports it. Default: none. */
  readonly otherCharsets?: readonly string[] | undefined;
}

interface ReadText {
  readonly text: string;
  /** In lower case, with the standard's name. */
  readonly charset: string;
  /** True if it is one of the other charsets. */
  readonly isGuessed: boolean;
}

/** The bytes of an answer are not text in its charset, or the charset is unknown. */
class UnreadableTextError extends Error {
  override readonly name = "UnreadableTextError";
  readonly charset: string;

  constructor(charset: string) {
    super(`the bytes are no text in ${charset}`);
    this.charset = charset;
  }
}

/** Decodes an answer's bytes. Throws UnreadableTextError. */
export function readText(
  bytes: Buffer,
  contentType: string | string[] | undefined,
  { charset: configured = asDeclared, otherCharsets = [] }: CharsetSettings,
): ReadText {
  const wanted = configured === asDeclared ? declaredIn(String(contentType ?? "")) : configured;
  const charset = markedIn(bytes) ?? wanted ?? "utf-8";
  const read = decoded(bytes, charset);
  if (read !== null) return { ...read, isGuessed: false };
  const guessed = otherCharsets.map((other) => decoded(bytes, other)).find((each) => each !== null);
  if (guessed) return { ...guessed, isGuessed: true };
  throw new UnreadableTextError(printable.test(charset) ? charset : "what it declares");
}

/** Longer or stranger names of charsets are not repeated in messages. */
const printable = /^[\w.:+-]{1,40}$/;

function decoded(bytes: Buffer, charset: string): Omit<ReadText, "isGuessed"> | null {
  const folded = charset.trim().toLowerCase();
  if (bytes.length === 0) return { text: "", charset: folded };
  // Nearly all answers are UTF-8; this takes half the time of a TextDecoder.
  if (folded === "utf-8" || folded === "utf8") return isUtf8(bytes) ? { text: utf8In(bytes), charset: "utf-8" } : null;
  try {
    const decoder = new TextDecoder(folded, { fatal: true });
    return { text: decoder.decode(bytes), charset: decoder.encoding };
  } catch {
    return null;
  }
}

function utf8In(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

const parameter = /;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;,"']+))/i;

/** A backend's answers mostly declare the same. */
const declaredIn = lastMemoised((contentType): string | null => {
  const [, quoted, single, plain] = parameter.exec(contentType) ?? [];
  return (quoted ?? single ?? plain)?.trim() || null;
});

function markedIn(bytes: Buffer): string | null {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xff && second === 0xfe ? "utf-16le" : null;
}

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
  // Nearly all are ids. No double is printed for them.
  if (/^-?[1-9]\d*$/.test(written)) return !Number.isSafeInteger(Number(written));
  if (!jsonNumber.test(written)) return false;
  const read = Number(written);
  return String(read) !== written;
}

/** False inside a word, and for the name of a member: that is not JSON, and must not become JSON by quoting. */
function mayBeValue(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (start > 0 && before !== bracket && before !== colon && before !== comma && !isSpace(before)) return false;
  let behind = end;
  while (isSpace(text.charCodeAt(behind))) behind += 1;
  return text.charCodeAt(behind) !== colon;
}

const [bracket, colon, comma] = [0x5b, 0x3a, 0x2c];
/** JSON's own (RFC 8259, 2). With any other a text is no JSON, whatever is quoted. */
const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

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

/** Turns the bytes of an answer into JSON, and into the value that a call decodes. Pure. */

/** Reads an answer. Throws BAD_RESPONSE if its bytes are not text in its charset. */
export function readAnswer(backend: string, { status, headers, body }: Exchanged, settings: CharsetSettings): BackendAnswer {
  try {
    const { text, ...read } = readText(body, headers["content-type"], settings);
    return { status, headers, json: parseExactJson(text), empty: text.trim() === "", ...read };
  } catch (error) {
    if (!(error instanceof UnreadableTextError)) throw error;
    // An HTML page, or an answer with status 429, needs no body: only its status and headers are read.
    if (status === 429 || /html/i.test(String(headers["content-type"]))) {
      return { status, headers, json: undefined, empty: false };
    }
    const message = `${named(backend)} gave an answer that is not valid text in ${error.charset}: check its setting charset.`;
    throw new BillingError("BAD_RESPONSE", message, { backend, cause: error });
  }
}

/** Decodes an answer. Throws what the backend reported; for a write, failures.ts decides what a failure means. */
export function understand<T>(backend: string, call: BackendCall<T>, answer: BackendAnswer): T {
  if (answer.status === 429) {
    throw new BillingError("RATE_LIMITED", `${named(backend)} asks for fewer calls.`, {
      backendCode: "429",
      retryAfterMs: retryAfterMs(answer),
    });
  }
  if (unfinished.has(answer.status)) {
    const message = `${named(backend)} is not available: a server in front of it timed out (HTTP status ${answer.status}).`;
    throw new BillingError("UNAVAILABLE", message, { backendCode: String(answer.status) });
  }
  // A body that is neither JSON nor empty comes from a server in front of the backend; only its status means anything.
  if (answer.json === undefined && answer.status >= 500) {
    throw new BillingError(
      "UNAVAILABLE",
      `${named(backend)} is not available: a server in front of it answered ${answer.status}.`,
      {
        backendCode: String(answer.status),
        retryAfterMs: retryAfterMs(answer),
      },
    );
  }
  const isUnexplained = call.effect === "write" && answer.status >= 400 && answer.status < 500;
  if (isUnexplained && !call.isOwnFailure?.(answer.json)) throw unexplained(backend, answer.status);
  return call.decode(answer);
}

/**
 * The failure of a write that was answered 4xx without the backend's own report. Such an answer may come from a server in front of the backend,
 * and firewalls also block answers: the backend may have acted. Only some statuses say that the request was not processed.
 */
function unexplained(backend: string, status: number): BillingError {
  const code = unprocessed.get(status);
  const details = { backend, backendCode: String(status), retryable: false };
  if (code === "UNAUTHENTICATED") {
    return new BillingError(code, `${named(backend)} does not accept the gateway's credentials.`, details);
  }
  if (code !== undefined) {
    return new BillingError(code, `${named(backend)} does not accept this kind of request (HTTP status ${status}).`, details);
  }
  return new BillingError("BAD_RESPONSE", `${named(backend)} answered with HTTP status ${status} and gave no reason.`, details);
}

/**
 * 401: "has not been applied". 405, 411, 413, 414, 415, 417, 421, 426, 431: about the form of the request or where it was sent (RFC 9110, 15.5;
 * RFC 6585, 5). 429 is handled above. Not among them: 403 and 404, with which firewalls block answers (OWASP CRS, outbound rules).
 */
const unprocessed: ReadonlyMap<number, ErrorCode> = new Map([
  [401, "UNAUTHENTICATED"],
  [405, "UNSUPPORTED"],
  [411, "UNSUPPORTED"],
  [413, "INVALID_INPUT"],
  [414, "INVALID_INPUT"],
  [415, "UNSUPPORTED"],
  [417, "UNSUPPORTED"],
  [421, "UNSUPPORTED"],
  [426, "UNSUPPORTED"],
  [431, "INVALID_INPUT"],
]);

/**
 * Says that a request was given up before its end, by whom it came from: 408 (RFC 9110, 15.5.9), 460 of AWS load balancers, 499 of nginx and
 * of what is built on it. Who is behind them may have acted.
 */
const unfinished: ReadonlySet<number> = new Set([408, 460, 499]);

function retryAfterMs(answer: BackendAnswer): number | undefined {
  const header = answer.headers["retry-after"];
  if (typeof header !== "string") return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}
