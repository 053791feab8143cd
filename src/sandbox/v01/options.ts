/**
 * The options of the simulated v01 installation. Each point that the contract leaves open and marks ⚙ (section 14) is an option
 * here, with the contract's default, so that a client can be tested against the alternatives.
 */
export interface V01Settings {
  /** The service user of the API; the vendor's names begin with "api-" (section 2.2). */
  readonly username: string;
  readonly password: string;
  /** A service user without the Management API privilege: its calls fail with an L code. */
  readonly readerUsername: string;
  readonly readerPassword: string;
  /** The merchant account that owns most customers. */
  readonly accountId: number;
  /** A second merchant account that the same credential covers, with a few customers. */
  readonly secondAccountId: number;
  /**
   * Edition of the installation (section 1). "E1" knows fewer find filters and silently ignores the newer ones; before "E3"
   * transactions have no `feeAmount` and no `invoiceList`.
   */
  readonly edition: "E1" | "E2" | "E3";
  /** Status of a successful create (A2). */
  readonly createStatus: number;
  /** A3: a bare array, or an object whose one key is the resource's plural name. */
  readonly listShape: ListShape;
  /** Status of a failure other than a login failure or an unknown id in the URL (A4); 200 is the known alternative. */
  readonly failureStatus: number;
  /** Status of the V01 failure for an unknown id in the URL (A5). */
  readonly unknownIdStatus: number;
  /** The largest `limit`; larger ones are cut to it (A7). */
  readonly maximumLimit: number;
  /** Whether `taxAmount` is part of `amount`, and so cannot exceed it (A10). */
  readonly taxIncluded: boolean;
  /** Which transaction `~reverse` answers with (A12). */
  readonly reverseReturns: "new" | "original";
  /** A13: JSON numbers and booleans, or every scalar as text. */
  readonly scalars: "native" | "text";
  /** A15: the unit of the seeded tax rates' `value`: 725 or 7 for 7.25 %. */
  readonly taxUnit: "hundredths" | "percent";
  /** The sign of a customer's `balance` if the customer owes money (section 13, 13). */
  readonly balanceSign: "positiveOwes" | "negativeOwes";
  /** The merchant setting "Code Uniqueness Scope Mode" for customer codes (section 2.8). */
  readonly codeScope: "account" | "merchant";
  /** The merchant setting "Balancing Algorithm Type": the order in which credits settle debts (section 10.2). */
  readonly balancing: "oldestFirst" | "invoicesFirst";
  /** How clients log in; the docs only say "HTTP authentication" (section 2.2). */
  readonly authentication: "basic" | "digest";
  /** IANA name of the zone that Datetimes are written in (A16). */
  readonly timeZone: string;
  /** Ids that are accepted as [tax-id] in the URL of a country's list (section 9.1): anything, or only an existing id. */
  readonly taxListId: "any" | "known";
  /** The simulator's own failure codes (A4), or those seen on the sibling gate (section 18). */
  readonly failureCodes: "chosen" | "sibling";
  /** Whether messages end in an echo of the request, as on the sibling gate (section 18). */
  readonly messageEcho: boolean;
  /** The installation's clock, for records that requests create. */
  readonly now: () => Date;
}

/**
 * The shapes of lists (A3), as mappers from XML to JSON write none, one and several. "mapper": {customers:{customer:[…]}}, a
 * single {customers:{customer:{…}}}, {"customers":""}; "mapperNull": the same with null; "counted": {count:2,customers:[…]} and
 * {"count":0}; "lone": an array, a bare object for one, {} for none.
 */
export const listShapes = ["array", "object", "mapper", "mapperNull", "counted", "lone"] as const;
export type ListShape = (typeof listShapes)[number];

export type V01Options = Partial<V01Settings>;

export const defaultSettings: V01Settings = {
  username: "api-gateway",
  password: "sandbox-recurring",
  readerUsername: "api-reader",
  readerPassword: "sandbox-reader",
  accountId: 2001,
  secondAccountId: 2002,
  edition: "E3",
  createStatus: 200,
  listShape: "array",
  failureStatus: 400,
  unknownIdStatus: 404,
  maximumLimit: 1000,
  taxIncluded: true,
  reverseReturns: "new",
  scalars: "native",
  taxUnit: "hundredths",
  balanceSign: "positiveOwes",
  codeScope: "account",
  balancing: "oldestFirst",
  authentication: "basic",
  timeZone: "UTC",
  taxListId: "any",
  failureCodes: "chosen",
  messageEcho: false,
  now: () => new Date(),
};
