import type { CallScope } from "../../../adapter/adapter.ts";
import type { Row } from "../../../adapter/kit/reading.ts";
import { recordWithId } from "../../../adapter/kit/rows.ts";
import { BillingError, settle } from "../../../model/errors.ts";
import { recordsWith, textOf } from "../reading.ts";
import type { Call } from "./call.ts";
import { lifeCycle } from "./map.ts";
import * as wire from "./wire.ts";

/** Reads clients as v2 sends them (contract 4.2). */

/** Lists the clients that match a filter, unpaged; without a filter, all clients that v2 shows. */
export function listClients(call: Call, filter: Readonly<Record<string, string>>, scope: CallScope): Promise<Row[]> {
  return call({ route: "clients", members: filter, read: recordsWith("id") }, scope);
}

/** Reads one client, even an archived one; null where there is none. Guess: v2 shows an archived client by its id. */
export async function findClient(call: Call, id: string, scope: CallScope): Promise<Row | null> {
  const rows = await settle(listClients(call, { ClientId: id }, scope));
  if (!(rows instanceof BillingError)) return recordWithId(rows, clientId, id);
  if (rows.code === "NOT_FOUND") return null;
  throw rows;
}

/**
 * Whether a client is archived. Its state tells, where it is there and understood: the member is optional (contract 6.2). Otherwise the list of
 * all clients tells. Guess: that list omits archived clients (contract 4.6 is silent). A client that v2 no longer shows even by id counts as
 * archived: it was there before, and the gateway never deletes.
 *
 * @param client as v2 shows it by its id
 */
export async function isClientArchived(call: Call, id: string, client: Row | null, scope: CallScope): Promise<boolean> {
  const entityStatus = client === null ? null : wire.customerRow.parse(client).entityStatus;
  const state = entityStatus === null ? "UNKNOWN" : lifeCycle(entityStatus);
  if (state !== "UNKNOWN") return state === "ARCHIVED";
  const rows = await listClients(call, {}, scope);
  return !rows.some((row) => clientId(row) === id);
}

/** The change date of a client; null where v2 does not show it. */
export function clientVersion(client: Row | null): string | null {
  return client === null ? null : wire.customerRow.parse(client).dateLastModified;
}

export function clientId(row: Row): string | null {
  return textOf(row, "Id");
}
