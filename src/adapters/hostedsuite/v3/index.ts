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
import { createLists } from "./lists.ts";
import { serviceVerbs } from "./services.ts";
import { taxVerbs } from "./taxes.ts";
import * as wire from "./wire.ts";

/** An adapter for HostedSuite's second generation: REST, with full access to charges and taxes (contract 7). Its contracts are price lists, not plans. */
export function createV3(key: string, settings: Settings, connection: BackendConnection): Adapter {
  const context = mappingContext(key, settings);
  const call = createCalls(key, settings, connection);
  const lists = createLists(call, settings.pageMaximum);

  const probe: Adapter["probe"] = async (scope) => {
    const read = (json: unknown) => wire.session.parse(rowIn(json));
    const session = await call({ function: "GET /auth/info", method: "GET", path: "auth/info", read }, scope);
    // v3 omits a member that is false (contract 7.4).
    if (!session.isAuthenticated)
      throw new BillingError("UNAUTHENTICATED", `${named(key)} does not accept the gateway's credentials.`, { backend: key });
  };

  const stamps = createStamps(connection.clock, context.dates, context.timeZone, probe);

  return {
    key,
    kind: "HOSTED_SUITE",
    generation: "v3",
    currency: settings.currency,
    timeZone: settings.timeZone,
    searches: ["customers", "taxes"],
    customers: customerVerbs(context, call, lists, stamps),
    charges: chargeVerbs(context, settings, call, lists, stamps),
    taxes: taxVerbs(context, call, lists, stamps),
    services: serviceVerbs(context, lists),
    probe,
  };
}
