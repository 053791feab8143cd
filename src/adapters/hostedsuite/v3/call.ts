import type { CallScope } from "../../../adapter/adapter.ts";
import { given } from "../../../adapter/kit/looking.ts";
import { type Row, rowIn } from "../../../adapter/kit/reading.ts";
import type { BackendCall, BackendConnection } from "../../../connections/http.ts";
import { errorIn, isOwnFailure } from "../errors.ts";
import type { WrittenKind } from "../fields.ts";
import { textOf } from "../reading.ts";
import type { Settings } from "../settings.ts";

interface CallRequest<T> {
  /** As the vendor writes it, "PATCH /charges/{id}". */
  readonly function: string;
  readonly method: BackendCall<T>["method"];
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The entity that is written; absent for reads. */
  readonly writes?: WrittenKind;
  /** Decodes the answer; an empty body is an empty object (contract 7.1). Throws where it is not understood. */
  readonly read: (json: unknown) => T;
}

export type Call = <T>(request: CallRequest<T>, scope: CallScope) => Promise<T>;

/** The collections of v3 that the adapter uses; all have the same list contract (contract 7.3). */
export type Collection = "clients" | "charges" | "services" | "taxes";

/** Makes calls with the tenant's name as the scheme of the Authorization header (contract 7.1). */
export function createCalls(key: string, { tenant, username, password }: Settings, connection: BackendConnection): Call {
  const pair = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
  const headers = { authorization: `${tenant} ${pair}` };
  const secrets = [username, password, pair];
  return ({ function: name, method, path, query, body, writes, read }, scope) =>
    connection.call(
      {
        function: name,
        effect: writes === undefined ? "read" : "write",
        method,
        path,
        query,
        headers,
        body: body && { json: body },
        isOwnFailure,
        decode: (answer) => {
          const error = errorIn(answer, { backend: key, secrets, entity: writes });
          if (error) throw error;
          return read(answer.empty ? {} : answer.json);
        },
      },
      scope,
    );
}

export function idOf(row: Row): string | null {
  return textOf(row, "id");
}

/** The record in a create's answer. Throws TypeError where it has no id. */
export function readCreated(json: unknown): Row & { readonly id: string } {
  const row = rowIn(json);
  const id = idOf(row);
  if (id === null) throw new TypeError("an id was expected");
  return { ...row, id };
}

/**
 * Encodes object-valued query parameters in JSV, ServiceStack's JSON without most quotes. v3 silently ignores a wrongly encoded filter and
 * returns everything (contract 7.2), so one function encodes all of them. {start: "2026-01-01", end: undefined} becomes "{start:2026-01-01}":
 * members without a value are omitted. The caller percent-encodes.
 */
export function jsvObject(object: Readonly<Record<string, string | undefined>>): string {
  const members = Object.entries(given(object)).map(([name, value]) => `${name}:${jsvText(value)}`);
  return `{${members.join(",")}}`;
}

/** Quotes a text where JSV needs it; inner quotes are doubled. */
function jsvText(value: string): string {
  return /[":,{}[\]\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
