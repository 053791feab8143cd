import { z } from "zod";
import { commonSettings, currencySetting, secretSetting, timeZoneSetting, usersSetting } from "../../adapter/settings.ts";

import { costMeanings } from "./costs.ts";
import { dateOrders } from "./dates.ts";

/** A name without control characters, which is safe in JSON, messages and records. */
const nameSetting = z.string().regex(/^\P{Cc}+$/u, "must not be empty and must hold no control characters");

export const settings = z
  .strictObject({
    kind: z.literal("hostedsuite"),
    ...commonSettings,
    /** The API generation that answers at `url`: a host name does not tell it. */
    generation: z.enum(["v2", "v3"]),
    /** The company that licenses HostedSuite: CustomerName on the wire of v2, the scheme word of v3's Authorization header. */
    tenant: nameSetting,
    username: nameSetting,
    password: secretSetting,
    users: usersSetting(nameSetting),
    /** The currency of all amounts: HostedSuite has no currencies. */
    currency: currencySetting,
    /** The zone of the tenant's times: HostedSuite sends them without one. */
    timeZone: timeZoneSetting,
    /** The largest page of v3, in rows. The contract is silent; 1000 is in use (7.3). The adapter learns a lower maximum. */
    pageMaximum: z.int().min(1).max(10_000).default(1_000),
    /** The order of numbers in dates: is 5/11 in May or in November? The form is not documented; an integrator writes M/d/yyyy (2.7). */
    dateOrder: z.enum(dateOrders).default("monthFirst"),
    /** The meaning of `Cost`: of the whole line, as an integrator uses it, or of one unit. Not stated (2.8). */
    cost: z.enum(costMeanings).default("line"),
    /** How far back lists of charges go where a query names no start. */
    chargeWindow: z.strictObject({ months: z.int().min(1).max(1_200).default(24) }).prefault({}),
  })
  .refine(({ generation, tenant }) => generation === "v2" || /^[\x21-\x7e]+$/.test(tenant), {
    path: ["tenant"],
    error: "must be printable ASCII without spaces for generation v3, which sends it in a header",
  });

export type Settings = z.output<typeof settings>;
