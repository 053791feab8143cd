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
