import { zoneOf } from "../settings.ts";
import { checkOf, type Diagnosis, type Patient, settingOf, some } from "./diagnosis.ts";

/**
 * Finds the zone of a backend's days from instants that are mostly midnights: charges begin with a day, or end with the last second of one.
 * Charges of the gateway begin at some second of their day's first hour, and tell nothing.
 */

const mostInstants = 60;
const fewestInstants = 6;
const enough = 0.6;
const quarterMs = 900_000;

/** @param byCustomer milliseconds since 1970 of each customer's records: customers may have zones of their own */
export function zoneCheck(
  patient: Patient<{ readonly timeZone?: string | undefined }>,
  byCustomer: ReadonlyMap<string, readonly number[]>,
): Diagnosis {
  const timeZone = zoneOf(patient.settings);
  const check = checkOf("timeZone", `days are cut in ${timeZone}`);
  const all = [...byCustomer.values()].flat();
  const whole = all.map((instant) => ((instant + 1_000) % quarterMs === 0 ? instant + 1_000 : instant));
  const telling = whole.filter((instant) => instant % quarterMs === 0);
  if (all.length < fewestInstants) return check.untold("too few charges to tell");
  if (telling.length < fewestInstants) return check.untold("charges begin at any time of the day");
  const instants = some(telling, mostInstants);
  const share = (zone: string): number => instants.filter((instant) => isMidnight(instant, zone)).length / instants.length;
  const ours = share(timeZone);
  const candidates = Intl.supportedValuesOf("timeZone").map((zone) => ({ zone, share: share(zone) }));
  const best = candidates.reduce((most, each) => (each.share > most.share ? each : most));
  if (ours >= enough && ours >= best.share) return check.agrees(`most charges begin at midnight in ${timeZone}`);
  if (best.share >= enough) {
    const alike = candidates.filter(({ share: other }) => other === best.share).map(({ zone }) => zone);
    const told = `charges begin at midnight in ${alike.slice(0, 4).join(", ")}${alike.length > 4 ? ` and ${alike.length - 4} more` : ""}`;
    return check.danger(told, settingOf(patient, "timeZone", best.zone));
  }
  return telling.length / all.length >= enough
    ? check.danger("charges begin at midnights of several zones: customers have zones of their own")
    : check.untold("charges begin at any time of the day");
}

function isMidnight(instant: number, zone: string): boolean {
  const { hour, minute, second } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  return hour + minute + second === 0;
}
