import { z } from "zod";
import { commonSettings, currencySetting, secretSetting, timeZoneSetting } from "../../adapter/settings.ts";

const off = z.boolean().default(false);

/** One Enswitch connection: an ordinary person's login (guide 4.4, introduction) and what is known of the installation. */
export const settings = z.strictObject({
  kind: z.literal("enswitch"),
  ...commonSettings,
  username: secretSetting,
  password: secretSetting,
  /** Of rows that name no currency, and of amounts that are written without one. */
  currency: currencySetting,
  /**
   * The zone that charges begin and end in: `start` and `end` are instants, and people enter days. Each customer has a zone that "affects
   * all dates and times" (guides 2.11 to 3.11, Customers); no known column shows it, so there is one for all of them. Default: UTC, which
   * the start warns of.
   */
  timeZone: timeZoneSetting.optional(),
  /**
   * Where a POST has its parameters: in its form, which keeps credentials out of addresses, or in its address as well-known public clients
   * send them. The encoding of a POST is not stated (guide 4.4, introduction).
   */
  parameters: z.enum(["form", "query"]).default("form"),
  /**
   * How a charge is written that repeats without end: with `number=0`, which is a guess as 0 elsewhere means "none"; without a number; or not
   * at all, so that a caller has to give the number. The defaults of charges/create are not told (guide 4.4).
   */
  unlimitedNumber: z.enum(["zero", "omitted", "refused"]).default("zero"),
  /** Log in for an auth_token instead of sending the password with each call: Enswitch 4.1 and later. */
  useTokens: off,
  /** Guess: functions that follow the naming pattern of the others but whose manual pages were never seen. */
  functions: z
    .strictObject({
      chargesDelete: off,
      taxesGet: off,
      taxesDelete: off,
      /**
       * customers/balance/add gives credits, which transactions/list shows (privileges commerce and reports). Documented in guides 4.0
       * and 4.2, and seen in a public client; guide 4.4 was not seen. Credits are then listed with the charges, a call more a customer.
       */
      balanceAdd: off,
    })
    .prefault({}),
});

export type Settings = z.output<typeof settings>;
