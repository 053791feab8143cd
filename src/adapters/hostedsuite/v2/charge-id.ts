import { isCalendarDate } from "../dates.ts";
import { isPossibleId } from "../encode.ts";

/**
 * v2 has no way to get one charge: it can only be found again in a list of its client's charges over a window of dates
 * (contract 5.2). The local id therefore carries what that search needs: "<client>:<creation date>:<charge>", ids
 * percent-encoded, the date as yyyy-MM-dd or empty.
 */
export interface ChargeKey {
  /** Empty when the backend named none. */
  readonly clientId: string;
  /** As the backend writes it, in its own zone; null when it wrote none. */
  readonly createdOn: string | null;
  readonly chargeId: string;
}

export function encodeChargeId({ clientId, createdOn, chargeId }: ChargeKey): string {
  return `${encodeURIComponent(clientId)}:${createdOn ?? ""}:${encodeURIComponent(chargeId)}`;
}

/** Null for anything that encodeChargeId did not make. */
export function decodeChargeId(id: string): ChargeKey | null {
  const [client, createdOn, charge, ...rest] = id.split(":");
  if (client === undefined || createdOn === undefined || charge === undefined || rest.length > 0) return null;
  const clientId = percentDecoded(client);
  const chargeId = percentDecoded(charge);
  if (clientId === null || chargeId === null || !isPossibleId(chargeId) || (clientId !== "" && !isPossibleId(clientId)))
    return null;
  if (createdOn !== "" && !isCalendarDate(createdOn)) return null;
  return { clientId, createdOn: createdOn === "" ? null : createdOn, chargeId };
}

function percentDecoded(text: string): string | null {
  try {
    const decoded = decodeURIComponent(text);
    return encodeURIComponent(decoded) === text ? decoded : null;
  } catch {
    return null;
  }
}
