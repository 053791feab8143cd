import { z } from "zod";
import { commonSettings, currencySetting, secretSetting, timeZoneSetting } from "../../adapter/settings.ts";

const pathSegment = z.union([
  z.string().regex(/^[\w~*-][\w.~*-]{0,39}$/, "must be letters, digits and the signs . _ ~ * -"),
  z.int().nonnegative().transform(String),
]);

/** Members whose names are inferred: the reference breaks off before `email` (10.1). */
const inferredMembers = [
  "email",
  "phone",
  "homePhone",
  "workPhone",
  "cellPhone",
  "street1",
  "street2",
  "city",
  "state",
  "zipCode",
  "countryCode",
] as const;
const memberName = z.string().regex(/^[A-Za-z]\w{0,59}$/, "must be a member's name");
type InferredMember = (typeof inferredMembers)[number];

/** One v01 backend in the configuration. Its switches settle points that the vendor's reference leaves open. */
export const settings = z.strictObject({
  kind: z.literal("v01"),
  ...commonSettings,
  /** A service user; such names begin with "api-" (How to use API). */
  username: secretSetting,
  password: secretSetting,
  /** How user name and password are sent: the reference says only "HTTP authentication" (2.2). */
  authentication: z.enum(["basic", "digest"]).default("basic"),
  /** The merchant account to serve: one credential may cover several. */
  accountId: z.int().positive(),
  /** The API names no currency anywhere. */
  currency: currencySetting,
  /**
   * The zone of Datetimes and of the backend's today. The reference names none (2.6, A16): presumably the server's or the merchant's.
   * Default: UTC, with a warning at the start.
   */
  timeZone: timeZoneSetting.optional(),
  /** The country of the tax table for a query without one. */
  country: z.string().regex(/^[A-Z]{2}$/, "must be an ISO 3166-1 code such as US"),
  /** The decimals of TaxRate.value: 2 reads 725 as 7.25 %. The unit is not documented. */
  taxValueScale: z.int().min(0).max(9).default(2),
  /** Whether Transaction.amount contains Transaction.taxAmount. Not documented. */
  taxIncludedInAmount: z.boolean().default(true),
  /** The meaning of a positive Customer.balance. The vendor's sources contradict each other. */
  balanceSign: z.enum(["positiveOwes", "negativeOwes"]).default("positiveOwes"),
  /** The largest page to ask for, in rows. No upper bound is stated; a server that refuses it is asked for fewer. */
  pageMaximum: z.int().min(1).max(100_000).default(1000),
  /** The [tax-id] in the URLs that list a country's taxes and that create a tax: neither is stated (9.1, 9.2). */
  taxListId: pathSegment.default("0"),
  taxCreateId: pathSegment.default("0"),
  /** The installation's names of a customer's e-mail, phones and address members; default: the contract's. */
  customerMembers: z
    .strictObject(
      Object.fromEntries(inferredMembers.map((name) => [name, memberName.default(name)])) as {
        [Name in InferredMember]: z.ZodDefault<typeof memberName>;
      },
    )
    .refine((names) => new Set(Object.values(names)).size === inferredMembers.length, "must be names of different members")
    .prefault({}),
});
export type V01Settings = z.output<typeof settings>;
