import { otherFile, signatureLength } from "../model/csv.ts";
import { type BillingError, invalidInput } from "../model/errors.ts";
import type { Mapping } from "./mapping.ts";
import { mostBytes, mostLines } from "./model.ts";

/** From the bytes of a file to its text, while it comes in. */

export type Pieces = AsyncIterable<Uint8Array>;

export function fileProblem(problem: string): BillingError {
  return invalidInput(["file"], problem);
}

/** @throws INVALID_INPUT where it is longer or has more lines than a file may have, is not of this encoding, or is no text */
export async function* decoded(pieces: Pieces, encoding: Mapping["encoding"]): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const isUtf8 = encoding === "latin1" ? createUtf8Check() : null;
  let bytes = 0;
  let lines = 0;
  try {
    for await (const piece of withBeginning(pieces)) {
      if (bytes === 0) refuseOther(piece);
      bytes += piece.length;
      if (bytes > mostBytes) throw fileProblem(`it may have at most ${mostBytes} bytes`);
      lines += lineEnds(piece);
      if (lines > mostLines) throw fileProblem(`it may have at most ${mostLines} lines, blank ones included`);
      isUtf8?.add(piece);
      yield decoder.decode(piece, { stream: true });
    }
    yield decoder.decode();
    // Every byte is some letter of Latin-1: "Büro" would be charged as "BÃ¼ro".
    if (isUtf8?.found()) throw fileProblem("it is UTF-8, and the mapping says encoding: latin1");
  } catch (error) {
    if (error instanceof TypeError) throw fileProblem("it is not UTF-8; if it comes from a spreadsheet, say encoding: latin1");
    throw error;
  }
}

/** In both encodings a line feed and a carriage return are one byte each. */
function lineEnds(piece: Uint8Array): number {
  let feeds = 0;
  let returns = 0;
  for (const byte of piece) {
    if (byte === 0x0a) feeds += 1;
    else if (byte === 0x0d) returns += 1;
  }
  return Math.max(feeds, returns);
}

/** The pieces; the first one is as long as a signature, if the file is. */
async function* withBeginning(pieces: Pieces): AsyncGenerator<Uint8Array> {
  let beginning: Uint8Array = Buffer.alloc(0);
  let hasBegun = false;
  for await (const piece of pieces) {
    if (hasBegun) yield piece;
    else {
      beginning = Buffer.concat([beginning, piece]);
      hasBegun = beginning.length >= signatureLength;
      if (hasBegun) yield beginning;
    }
  }
  if (!hasBegun) yield beginning;
}

function refuseOther(beginning: Uint8Array): void {
  const other = otherFile(beginning);
  if (other !== null) throw fileProblem(`it is ${other}`);
}

/**
 * Whether bytes are UTF-8 with characters that Latin-1 has as well, as files have whose mapping is of Latin-1. In Latin-1 each of these
 * would be a capital A with circumflex or tilde before a sign that is no letter.
 */
function createUtf8Check() {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let isUtf8 = true;
  let isFound = false;
  const decode = (piece?: Uint8Array): void => {
    try {
      isFound ||= /[\u0080-\u00ff]/.test(decoder.decode(piece, { stream: piece !== undefined }));
    } catch {
      isUtf8 = false;
    }
  };
  return {
    add: (piece: Uint8Array): void => {
      if (isUtf8) decode(piece);
    },
    found: (): boolean => {
      if (isUtf8) decode();
      return isUtf8 && isFound;
    },
  };
}
