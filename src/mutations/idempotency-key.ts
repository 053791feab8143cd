import { invalidInput } from "../model/errors.ts";

/** The one place where an idempotency key is read, from input or header. */

export interface GivenKey {
  /** The key as it is compared and recorded: in Unicode's composed form (NFC), without surrounding white space. */
  readonly key: string;
  /** The key as it was written. Earlier versions recorded it in this form. */
  readonly written: string;
}

/**
 * The key of a call, from the member `idempotencyKey` of its input or the request's Idempotency-Key header. Null if there is
 * neither. INVALID_INPUT for a key that is blank, too long or not printable, and for two different keys.
 */
export function keyOf(inputKey: string | null, header: string | null): GivenKey | null {
  const fromInput = inputKey === null ? null : comparable(inputKey, inputField);
  const fromHeader = header === null ? null : comparable(textOf(header), headerField);
  if (fromInput !== null && fromHeader !== null && fromInput !== fromHeader) {
    throw invalidInput(inputField, "differs from the Idempotency-Key header");
  }
  const key = fromInput ?? fromHeader;
  return key === null ? null : { key, written: inputKey ?? header ?? key };
}

const inputField = ["input", "idempotencyKey"] as const;
const headerField = ["Idempotency-Key"] as const;

function comparable(text: string, field: readonly string[]): string {
  const key = text.normalize("NFC").trim();
  if (/^[^\p{C}]{1,200}$/u.test(key)) return key;
  throw invalidInput(field, "must have between 1 and 200 printable characters, and not only white space");
}

/**
 * The text of a header: a quoted string, as in draft-ietf-httpapi-idempotency-key-header (a String of RFC 8941, 3.3.3), or the
 * key itself, as most clients send it.
 */
function textOf(header: string): string {
  const text = utf8In(header).trim();
  if (!text.startsWith('"')) return text;
  const [, quoted] = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text) ?? [];
  if (quoted === undefined) {
    throw invalidInput(
      headerField,
      'must be one key: a quoted string ends with its quote, and has \\ before each " and \\ inside',
    );
  }
  return quoted.replace(/\\(.)/g, "$1");
}

/** Node gives each byte of a header as one character (Latin-1). Most clients that send more than ASCII mean UTF-8. */
function utf8In(header: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(header, "latin1"));
  } catch {
    return header;
  }
}
