import type { CallScope } from "../../../adapter/adapter.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import { BillingError, settle } from "../../../model/errors.ts";
import { recordsWith, textOf } from "../reading.ts";
import type { Call } from "./call.ts";
import { lifeCycle } from "./map.ts";
import * as wire from "./wire.ts";

/** Reads of clients as v2 sends them (contract 4.2). */

/** All that a filter leaves, unpaged; without one every client that is shown. */
export function listClients(call: Call, filter: Readonly<Record<string, string>>, scope: CallScope): Promise<Row[]> {
  return call({ route: "clients", members: filter, read: recordsWith("id") }, scope);
}

/** The client with that id, archived ones too. Guess: an archived client is shown when it is asked for by id. */
export async function findClient(call: Call, id: string, scope: CallScope): Promise<Row | null> {
  const rows = await settle(listClients(call, { ClientId: id }, scope));
  if (!(rows instanceof BillingError)) return rows.find((row) => clientId(row) === id) ?? null;
  if (rows.code === "NOT_FOUND") return null;
  throw rows;
}

/**
 * Whether a client is archived. Its state tells, where there is one that is understood: the member is optional (contract 6.2).
 * Otherwise the list of all clients does. Guess: it leaves archived ones out (contract 4.6 is silent); one that is not even
 * shown by id any more counts as archived, because it was shown before it was archived and its delete is never asked for.
 *
 * @param client as it is shown by its id
 */
export async function isClientArchived(call: Call, id: string, client: Row | null, scope: CallScope): Promise<boolean> {
  const entityStatus = client === null ? null : wire.customerRow.parse(client).entityStatus;
  const state = entityStatus === null ? "UNKNOWN" : lifeCycle(entityStatus);
  if (state !== "UNKNOWN") return state === "ARCHIVED";
  const rows = await listClients(call, {}, scope);
  return !rows.some((row) => clientId(row) === id);
}

/** The change date; null of a client that is not shown. */
export function clientVersion(client: Row | null): string | null {
  return client === null ? null : wire.customerRow.parse(client).dateLastModified;
}

export function clientId(row: Row): string | null {
  return textOf(row, "Id");
}
