import { z } from "zod";
import { commonSettings, currencySetting, secretSetting, timeZoneSetting, usersSetting } from "../../adapter/settings.ts";

import { costMeanings } from "./costs.ts";
import { dateOrders } from "./dates.ts";

/** Text that is safe inside JSON, messages and records: no control characters. */
const nameSetting = z.string().regex(/^\P{Cc}+$/u, "must not be empty and must hold no control characters");

export const settings = z
  .strictObject({
    kind: z.literal("hostedsuite"),
    ...commonSettings,
    /** Which of the two generations of the API answers at `url`; a host name does not tell. */
    generation: z.enum(["v2", "v3"]),
    /** The company that licenses HostedSuite: CustomerName on the wire of v2, the scheme word of v3's Authorization header. */
    tenant: nameSetting,
    username: nameSetting,
    password: secretSetting,
    users: usersSetting(nameSetting),
    /** HostedSuite knows no currencies: everything it holds is in this one. */
    currency: currencySetting,
    /** IANA name of the zone that the tenant's times are in: HostedSuite sends them without one. */
    timeZone: timeZoneSetting,
    /** The most rows of a page of v3. The contract is silent; 1000 is in use (7.3). A lower maximum is found and remembered anyway. */
    pageMaximum: z.int().min(1).max(10_000).default(1_000),
    /** Whether 5/11 is the 11th of May or the 5th of November: the form of dates is not documented, an integrator writes M/d/yyyy (2.7). */
    dateOrder: z.enum(dateOrders).default("monthFirst"),
    /** What `Cost` is: of the whole line, as an integrator uses it, or of one unit. Not stated (2.8). */
    cost: z.enum(costMeanings).default("line"),
    /** How far back charges are listed when a query names no start. */
    chargeWindow: z.strictObject({ months: z.int().min(1).max(1_200).default(24) }).prefault({}),
  })
  .refine(({ generation, tenant }) => generation === "v2" || /^[\x21-\x7e]+$/.test(tenant), {
    path: ["tenant"],
    error: "must be printable ASCII without spaces for generation v3, which sends it in a header",
  });

export type Settings = z.output<typeof settings>;
