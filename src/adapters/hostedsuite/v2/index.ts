import type { Adapter } from "../../../adapter/adapter.ts";
import { rowIn } from "../../../adapter/kit/reading.ts";
import type { BackendConnection } from "../../../connections/http.ts";
import { BillingError, named } from "../../../model/errors.ts";
import { mappingContext } from "../map.ts";
import { createStamps } from "../notes.ts";
import type { Settings } from "../settings.ts";
import { createCalls } from "./call.ts";
import { chargeVerbs } from "./charges.ts";
import { customerVerbs } from "./customers.ts";
import { serviceVerbs } from "./services.ts";
import * as wire from "./wire.ts";

/** HostedSuite's first generation: no taxes, no plans, and charges that can be listed and created only (contract 1.3). */
export function createV2(key: string, settings: Settings, connection: BackendConnection): Adapter {
  const context = mappingContext(key, settings);
  const call = createCalls(key, settings, connection);

  const probe: Adapter["probe"] = async (scope) => {
    const { authenticated } = await call({ route: "authenticate", read: (json) => wire.user.parse(rowIn(json)) }, scope);
    // An answer without the member counts as a success: an error would have come as an envelope (contract 4.1).
    if (authenticated === false)
      throw new BillingError("UNAUTHENTICATED", `${named(key)} does not accept the gateway's credentials.`, { backend: key });
  };

  const stamps = createStamps(connection.clock, context.dates, context.timeZone, probe);

  return {
    key,
    kind: "HOSTED_SUITE",
    generation: "v2",
    currency: settings.currency,
    timeZone: settings.timeZone,
    readsWhole: ["customers", "charges"],
    customers: customerVerbs(context, settings, call, stamps),
    charges: chargeVerbs(context, settings, call, stamps),
    services: serviceVerbs(context, call),
    probe,
  };
}
