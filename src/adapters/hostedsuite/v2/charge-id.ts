import { isCalendarDate } from "../dates.ts";
import { isPossibleId } from "../encode.ts";

/**
 * The local id of a charge: "<client>:<creation date>:<charge>", ids percent-encoded, the date as yyyy-MM-dd or empty. v2 cannot get one charge:
 * it is found again in a list of its client's charges over a window of dates (contract 5.2), and the id carries what that search needs.
 */
export interface ChargeKey {
  /** Empty where the backend names none. */
  readonly clientId: string;
  /** In the backend's own zone; null where it names none. */
  readonly createdOn: string | null;
  readonly chargeId: string;
}

export function encodeChargeId({ clientId, createdOn, chargeId }: ChargeKey): string {
  return `${encodeURIComponent(clientId)}:${createdOn ?? ""}:${encodeURIComponent(chargeId)}`;
}

/** Decodes encodeChargeId; null for any other text. */
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
