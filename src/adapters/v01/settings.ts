import { z } from "zod";
import { commonSettings, currencySetting, secretSetting, timeZoneSetting } from "../../adapter/settings.ts";

const pathSegment = z.union([
  z.string().regex(/^[\w~*-][\w.~*-]{0,39}$/, "must be letters, digits and the signs . _ ~ * -"),
  z.int().nonnegative().transform(String),
]);

/** Names of members are inferred from e-mail on: the reference breaks off before them (10.1). */
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

/** One v01 backend in the configuration. The switches answer what the vendor's reference leaves open. */
export const settings = z.strictObject({
  kind: z.literal("v01"),
  ...commonSettings,
  /** A service user; such names begin with "api-" (How to use API). */
  username: secretSetting,
  password: secretSetting,
  /** How the two are sent: the reference says "HTTP authentication" only (2.2). */
  authentication: z.enum(["basic", "digest"]).default("basic"),
  /** The merchant account whose customers are served: one credential may cover several. */
  accountId: z.int().positive(),
  /** The API names no currency anywhere. */
  currency: currencySetting,
  /**
   * The zone that Datetimes are written in, and that the backend takes today from: the reference names none (2.6, A16), so presumably the
   * server's or the merchant's. Default: UTC, which the start warns of.
   */
  timeZone: timeZoneSetting.optional(),
  /** Whose tax table is served where a query names no country. */
  country: z.string().regex(/^[A-Z]{2}$/, "must be an ISO 3166-1 code such as US"),
  /** Decimals of TaxRate.value: 2 reads 725 as 7.25 %. The unit is not documented. */
  taxValueScale: z.int().min(0).max(9).default(2),
  /** Whether Transaction.amount contains Transaction.taxAmount. Not documented. */
  taxIncludedInAmount: z.boolean().default(true),
  /** What a positive Customer.balance means. The vendor's sources contradict each other. */
  balanceSign: z.enum(["positiveOwes", "negativeOwes"]).default("positiveOwes"),
  /** How many rows of a list are asked for at once. No upper bound is stated; a server that refuses is asked for fewer. */
  pageMaximum: z.int().min(1).max(100_000).default(1000),
  /** What stands for [tax-id] in the URL that lists a country's taxes, and in the one that creates a tax: neither is stated (9.1, 9.2). */
  taxListId: pathSegment.default("0"),
  taxCreateId: pathSegment.default("0"),
  /** What a customer's e-mail, phones and parts of the address are called in records and requests; each by its own name where nothing is said. */
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
