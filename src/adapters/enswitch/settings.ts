import { z } from "zod";
import { commonSettings, currencySetting, secretSetting, timeZoneSetting } from "../../adapter/settings.ts";

const off = z.boolean().default(false);

/** One Enswitch connection: an ordinary person's login (guide 4.4, introduction), and facts about the installation. */
export const settings = z.strictObject({
  kind: z.literal("enswitch"),
  ...commonSettings,
  username: secretSetting,
  password: secretSetting,
  /** For rows without a currency, and for amounts that are written without one. */
  currency: currencySetting,
  /**
   * The zone of the days on which charges begin and end: `start` and `end` are instants, but people enter days. Each customer has a zone
   * that "affects all dates and times" (guides 2.11 to 3.11, Customers), which no known column shows: so all share this one. Default:
   * UTC, with a warning at the start.
   */
  timeZone: timeZoneSetting.optional(),
  /**
   * The place of a POST's parameters: the form keeps credentials out of addresses; public clients use the query string. The guide does
   * not state the encoding (guide 4.4, introduction).
   */
  parameters: z.enum(["form", "query"]).default("form"),
  /**
   * How to write a charge that repeats without end: "zero" sends `number=0`, a guess, as 0 means "none" elsewhere; "omitted" sends no
   * number; "refused" demands a number from the caller. The guide does not tell the defaults of charges/create (guide 4.4).
   */
  unlimitedNumber: z.enum(["zero", "omitted", "refused"]).default("zero"),
  /** Log in for an auth_token instead of sending the password with each call (Enswitch 4.1 and later). */
  useTokens: off,
  /** Guess: these functions follow the naming pattern of the others, but their manual pages were never seen. */
  functions: z
    .strictObject({
      chargesDelete: off,
      taxesGet: off,
      taxesDelete: off,
      /**
       * customers/balance/add gives credits, and transactions/list shows them (privileges commerce and reports). Documented in guides
       * 4.0 and 4.2, and seen in a public client; the page of guide 4.4 was not seen. Lists of charges then include credits, at one
       * more call for each customer.
       */
      balanceAdd: off,
    })
    .prefault({}),
});

export type Settings = z.output<typeof settings>;
