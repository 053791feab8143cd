import { longNumber } from "./sandbox-running.ts";

/** Records of answers whose members are altered one after another. */

export type Json = Record<string, unknown>;

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The records of an answer that have an id, at any depth. */
export function recordsIn(value: unknown): readonly { readonly id: string; readonly record: Json }[] {
  if (Array.isArray(value)) return value.flatMap(recordsIn);
  if (!isRecord(value)) return [];
  const id = value["id"] ?? value["Id"];
  if (typeof id === "string" || typeof id === "number") return [{ id: String(id).replace(longNumber, ""), record: value }];
  return Object.values(value).flatMap(recordsIn);
}

/** The paths of a record's members, "*" for each item of a list; without its id. */
export function* pathsOf(value: unknown, path = ""): Generator<string> {
  if (path !== "" && !path.endsWith("*") && !/^id$/i.test(path)) yield path;
  const inside: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((item) => ["*", item])
    : isRecord(value)
      ? Object.entries(value)
      : [];
  for (const [name, member] of inside) yield* pathsOf(member, path === "" ? name : `${path}.${name}`);
}

/** @param altered the member's new value; undefined: it is removed */
export function alter(value: unknown, [name = "", ...rest]: readonly string[], altered: (value: unknown) => unknown): void {
  if (name === "*") {
    if (Array.isArray(value)) for (const item of value) alter(item, rest, altered);
  } else if (isRecord(value) && Object.hasOwn(value, name)) {
    const next = rest.length > 0 ? value[name] : altered(value[name]);
    if (rest.length > 0) alter(next, rest, altered);
    else if (next === undefined) delete value[name];
    else value[name] = next;
  }
}

export type Kind = "lacking" | "null" | "changed" | "of another type";

/** The altered member; undefined: it is removed. */
export const alterations: Readonly<Record<Kind, (value: unknown) => unknown>> = {
  lacking: () => undefined,
  null: () => null,
  changed,
  "of another type": () => ({ unexpected: [1] }),
};

/** Another value of the same type and form. */
function changed(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value === 0 || value === 1 ? 1 - value : value + 86_400 * 3;
  if (typeof value !== "string") return { unexpected: [1] };
  if (value.startsWith(longNumber)) return `${value.slice(0, -1)}${value.endsWith("7") ? "8" : "7"}`;
  if (/^\d{4}-\d{2}-\d{2}/.test(value)) return `2019${value.slice(4)}`;
  if (/^[A-Z]{3}$/.test(value)) return value === "CHF" ? "SEK" : "CHF";
  if (/^-?\d+$/.test(value)) return value === "0" || value === "1" ? String(1 - Number(value)) : String(BigInt(value) + 259_200n);
  return /^-?\d*\.\d+$/.test(value) ? `7${value.replace("-", "")}` : "Altered by the backend";
}
