import { crc32 } from "node:zlib";
import type { ChargePosition } from "./adapter.ts";
import { invalidInput } from "./errors.ts";

/**
 * Connection cursors: base64url of a checksum and a JSON array. They name a place, hold no state of a process and so survive
 * restarts; the checksum makes a damaged one an error instead of a wrong page.
 */

/** A place in a list that walks the backends in their configured order. */
export interface WalkCursor {
  readonly backend: string;
  /** The adapter's position. */
  readonly position: string;
}

export function encodeWalkCursor(list: string, { backend, position }: WalkCursor): string {
  return encode([list, backend, position]);
}

export function decodeWalkCursor(list: string, cursor: string): WalkCursor {
  const [tag, backend, position] = decode(cursor);
  if (tag !== list || backend === undefined || position === undefined) throw notACursor();
  return { backend, position };
}

export function encodeChargeCursor({ date, id }: ChargePosition): string {
  return encode(["charges", date, id]);
}

export function decodeChargeCursor(cursor: string): ChargePosition {
  const [tag, date, id] = decode(cursor);
  if (tag !== "charges" || date === undefined || id === undefined) throw notACursor();
  return { date, id };
}

/** For lists that the gateway keeps itself: the sort keys of the row. */
export function encodeKeyCursor(list: string, keys: readonly string[]): string {
  return encode([list, ...keys]);
}

export function decodeKeyCursor(list: string, count: number, cursor: string): readonly string[] {
  const [tag, ...keys] = decode(cursor);
  if (tag !== list || keys.length !== count) throw notACursor();
  return keys;
}

function encode(parts: readonly string[]): string {
  const text = JSON.stringify(parts);
  return Buffer.from(`${crc32(text).toString(36)}${text}`, "utf8").toString("base64url");
}

function decode(cursor: string): string[] {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  const start = text.indexOf("[");
  const json = text.slice(start);
  if (
    start < 1 ||
    crc32(json).toString(36) !== text.slice(0, start) ||
    Buffer.from(text, "utf8").toString("base64url") !== cursor
  ) {
    throw notACursor();
  }
  return JSON.parse(json) as string[];
}

function notACursor(): Error {
  return invalidInput("after", "is not a cursor of this list");
}
