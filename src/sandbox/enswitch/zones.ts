import type { EnswitchOptions } from "./options.ts";
import type { State } from "./state.ts";

/**
 * Moves the beginning and end of past charges to midnight in their customer's zone, as for charges that people enter at the
 * screens (guide 3.11, Customers: the zone affects all dates and times). Without zones it changes nothing.
 */
export const alignToZones = (state: State, { timeZone, timeZones = {} }: EnswitchOptions): void => {
  for (const charge of [...state.charges.values()]) {
    const zone = timeZones[charge.customer] ?? timeZone;
    if (zone === undefined) continue;
    const end = charge.end === 0 ? 0 : midnight(charge.end, zone);
    state.charges.edit(charge.id, { start: midnight(charge.start, zone), end });
  }
};

const midnight = (seconds: number, zone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(seconds * 1000)
    .toZonedDateTimeISO(zone)
    .startOfDay().epochMilliseconds / 1000;
