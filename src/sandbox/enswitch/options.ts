import type { State } from "./state.ts";

export interface EnswitchOptions {
  /** The service account of the system owner. Default "gateway". */
  readonly username?: string;
  /** Default "sandbox-pbx". */
  readonly password?: string;
  /** The system currency, ISO 4217. Default EUR. */
  readonly currency?: string;
  /** Sends application errors as HTTP status too, which the contract leaves open. Default false: always 200. */
  readonly httpStatusFollowsCode?: boolean;
  /** `code` as a number. Default false: a string, as in the vendor's examples. */
  readonly numericCodes?: boolean;
  /** "mixed" (default): integers as numbers, decimals as strings; "strings": all values as strings. */
  readonly rowStyle?: "mixed" | "strings";
  /** Behaves like a release before 4.0: no tokens, `liable` 0 and 1 only and 404 for not liable, `directory` defaults to 0. */
  readonly pre40?: boolean;
  /** Which parameters of a POST are read: those in the address, those in the form, or (default) both. */
  readonly parameters?: "both" | "query" | "form";
  /** IANA name: past charges begin and end at midnight in this zone. Default: they begin at any time. */
  readonly timeZone?: string;
  /** Zones of single customers, by id. They override `timeZone`. */
  readonly timeZones?: Readonly<Record<number, string>>;
  /** The default of a charge's `number`. Default 1. */
  readonly absentNumber?: number;
  /** The meaning of `number=0`. Default: no limit. */
  readonly zeroNumber?: "unlimited" | "refused";
  /** Functions whose existence the manual does not confirm. Default: none of them exists. */
  readonly functions?: {
    readonly chargesDelete?: boolean;
    readonly taxesGet?: boolean;
    readonly taxesDelete?: boolean;
  };
  readonly tokens?: {
    /** Default 3600. */
    readonly expirySeconds?: number;
    /** Omits `auth_token_expires`. Default false. */
    readonly omitExpires?: boolean;
  };
  /** The clock. Default: the system's. */
  readonly now?: () => Date;
}

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
