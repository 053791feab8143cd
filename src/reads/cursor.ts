import { crc32 } from "node:zlib";
import type { ChargePosition } from "../adapter/adapter.ts";
import { type ErrorCode, errorCodes, invalidInput } from "../model/errors.ts";

/**
 * Connection cursors: base64url of a checksum and a JSON array. A cursor is a place in a list. It refers to no state in a
 * process, so it survives restarts. The checksum makes a damaged cursor an error instead of a wrong page.
 */

/** A place in a list that walks the backends in their configured order. */
export interface WalkCursor {
  readonly backend: string;
  /** The adapter's position. */
  readonly position: string;
  /** Backends before this one that failed when it was their turn. */
  readonly skipped: readonly Skipped[];
}

export interface Skipped {
  readonly backend: string;
  readonly code: ErrorCode;
}

/** While no backend has failed, it contains only the place of the last row. */
export function encodeWalkCursor(list: string, { backend, position, skipped }: WalkCursor): string {
  return encode([list, backend, position, ...skipped.map(({ backend: key, code }) => [key, code])]);
}

export function decodeWalkCursor(list: string, cursor: string): WalkCursor {
  const [tag, backend, position, ...entries] = decode(cursor);
  if (tag !== list || typeof backend !== "string" || typeof position !== "string") throw notACursor();
  return { backend, position, skipped: entries.map(skippedFrom) };
}

function skippedFrom(entry: Part): Skipped {
  const [backend, sent] = Array.isArray(entry) && entry.length === 2 ? entry : [];
  const code = errorCodes.find((each) => each === sent);
  if (!backend || code === undefined) throw notACursor();
  return { backend, code };
}

/** A place in a list that takes from the backends in turns. */
export interface TurnsCursor {
  /** In the order of their turns, the next one first. A backend that is missing has ended. */
  readonly standings: readonly Standing[];
}

export interface Standing {
  readonly backend: string;
  /** The adapter's position; null = none of its rows were given yet. */
  readonly position: string | null;
}

export function encodeTurnsCursor(list: string, { standings }: TurnsCursor): string {
  return encode([
    `${list} in turns`,
    ...standings.map(({ backend, position }) => [backend, ...(position === null ? [] : [position])]),
  ]);
}

export function decodeTurnsCursor(list: string, cursor: string): TurnsCursor {
  const [tag, ...entries] = decode(cursor);
  if (tag !== `${list} in turns`) throw notACursor();
  const standings = entries.map((entry): Standing => {
    const [backend, position = null] = Array.isArray(entry) && entry.length <= 2 ? entry : [];
    if (!backend) throw notACursor();
    return { backend, position };
  });
  if (new Set(standings.map(({ backend }) => backend)).size !== standings.length) throw notACursor();
  return { standings };
}

/** A place in the charges of several owners, merged. */
export interface ChargeCursor {
  /** The place of the last charge that was given. */
  readonly position: ChargePosition;
  /** The places of owners that were missing when others were given. */
  readonly behind: readonly Behind[];
}

export interface Behind {
  readonly backend: string;
  /** Local id of the owner; null = all owners of the backend. */
  readonly owner: string | null;
  /** Null = none of its charges were given yet. */
  readonly position: ChargePosition | null;
}

/** While no owner is missing, it contains only the place of the last charge. */
export function encodeChargeCursor({ position, behind }: ChargeCursor): string {
  const entries = behind.map(({ backend, owner, position: stood }) => [
    backend,
    owner ?? "",
    ...(stood === null ? [] : [stood.date, stood.id]),
  ]);
  return encode(["charges", position.date, position.id, ...entries]);
}

export function decodeChargeCursor(cursor: string): ChargeCursor {
  const [tag, date, id, ...entries] = decode(cursor);
  if (tag !== "charges") throw notACursor();
  return { position: chargePositionFrom(date, id), behind: entries.map(behindFrom) };
}

function behindFrom(entry: Part): Behind {
  if (!Array.isArray(entry) || (entry.length !== 2 && entry.length !== 4)) throw notACursor();
  const [backend, owner, date, id] = entry;
  if (!backend || owner === undefined) throw notACursor();
  const position = entry.length === 2 ? null : chargePositionFrom(date, id);
  return { backend, owner: owner === "" ? null : owner, position };
}

/** The date must be one: adapters ask their backends for charges up to it. */
function chargePositionFrom(date: Part | undefined, id: Part | undefined): ChargePosition {
  if (typeof date !== "string" || typeof id !== "string" || !/^(\d{4}-\d{2}-\d{2})?$/.test(date)) throw notACursor();
  return { date, id };
}

/** For lists in the gateway's own store: the sort keys of the row. */
export function encodeKeyCursor(list: string, keys: readonly string[]): string {
  return encode([list, ...keys]);
}

export function decodeKeyCursor(list: string, count: number, cursor: string): readonly string[] {
  const [tag, ...keys] = decode(cursor);
  if (tag !== list || keys.length !== count || !isTexts(keys)) throw notACursor();
  return keys;
}

type Part = string | readonly string[];

function encode(parts: readonly Part[]): string {
  const text = JSON.stringify(parts);
  return Buffer.from(`${crc32(text).toString(36)}${text}`, "utf8").toString("base64url");
}

function decode(cursor: string): readonly Part[] {
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
  const parts = parsed(json);
  if (!Array.isArray(parts) || !parts.every((part) => isText(part) || isTexts(part))) throw notACursor();
  return parts as readonly Part[];
}

/** The checksum is no secret, so anybody can make a cursor that passes it: its text may be no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw notACursor();
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0");
}

function notACursor(): Error {
  return invalidInput("after", "is not a cursor of this list");
}
