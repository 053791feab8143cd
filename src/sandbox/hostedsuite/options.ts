import type { BareEndDate, DateForm } from "./dates.ts";

/** Options of v2 and v3 for points that the sources leave open (contract 11, the rows marked *choice*). */
export interface SharedOptions {
  /** CustomerName of the credentials: the licensee of HostedSuite, not the billed customer (contract 1.1). */
  readonly tenant: string;
  readonly user: string;
  readonly password: string;
  /** Companies of the world with this in their `backends` are the tenant's clients. */
  readonly share: string;
  /** The current instant, for new records. */
  readonly now: () => Date;
  /** IANA name of the zone of the tenant's dates, which have none themselves. */
  readonly timeZone: string;
  readonly datesOut: DateForm;
  readonly bareEndDate: BareEndDate;
  readonly badCredentials: "401" | "500";
  readonly missingMember: "400" | "500";
  readonly unparseableDate: "400" | "500";
  /** The status for an unknown id in the request. */
  readonly unknownId: "404" | "500";
  /** Refuse charges whose quantity is not above 0. */
  readonly requireQuantity: boolean;
  /** The cost of a charge without one, if its service has no rate. */
  readonly withoutRate: "null" | "zero";
  /** Whether `Cost` is that of the whole line or of one unit (contract 2.8). */
  readonly cost: "line" | "unit";
}

export interface HostedSuiteV2Options extends SharedOptions {
  readonly wrongVerb: 404 | 405;
  /** How /authenticate answers bad credentials: as every operation, or with 200 Authenticated:false. */
  readonly authenticateRefusal: "error" | "authenticatedFalse";
  readonly entityStatus: string;
  readonly chargeDescription: "serviceName" | "none";
  readonly listOrder: "date" | "creation";
  readonly archivedClients: "byId" | "listed" | "hidden";
  readonly neitherSwitch: "empty" | "manual";
  /**
   * "One-off (manual)" suggests that /charges leaves memorized ones out; its Memorized member suggests that it does not
   * (contract 5.2).
   */
  readonly memorizedListed: boolean;
  readonly lists: "replace" | "append";
  readonly nameFilter: "contains" | "exact";
  readonly clientNames: "brief" | "full";
  /** The `[]` route of ServiceStack, unverified on HostedSuite (contract 8). */
  readonly batch: boolean;
}

export interface HostedSuiteV3Options extends SharedOptions {
  /** The largest countPerPage; larger ones are cut to it (contract 7.3: the maximum is silent, 1000 is in use). */
  readonly largestPage: number;
  readonly deleteAnswer: 200 | 204;
  /** The framework sends a nullable number that is 0; whether cost is nullable is open (contract 7.4). */
  readonly zeroCost: "sent" | "omitted";
}

const sharedDefaults = {
  tenant: "acme",
  user: "api",
  now: () => new Date(),
  timeZone: "UTC",
  bareEndDate: "midnight",
  missingMember: "400",
  unparseableDate: "400",
  withoutRate: "null",
  cost: "line",
} as const;

export const v2Defaults: HostedSuiteV2Options = {
  ...sharedDefaults,
  password: "sandbox-suite",
  share: "suite",
  datesOut: "plain",
  badCredentials: "500",
  unknownId: "500",
  requireQuantity: false,
  wrongVerb: 404,
  authenticateRefusal: "error",
  entityStatus: "Active",
  chargeDescription: "serviceName",
  listOrder: "date",
  archivedClients: "byId",
  neitherSwitch: "empty",
  memorizedListed: true,
  lists: "replace",
  nameFilter: "contains",
  clientNames: "brief",
  batch: false,
};

export const v3Defaults: HostedSuiteV3Options = {
  ...sharedDefaults,
  password: "sandbox-offices",
  share: "offices",
  datesOut: "iso",
  badCredentials: "401",
  unknownId: "404",
  requireQuantity: true,
  largestPage: 1000,
  deleteAnswer: 204,
  zeroCost: "sent",
};
