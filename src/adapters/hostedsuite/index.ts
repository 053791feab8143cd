import type { Adapter } from "../../adapter/adapter.ts";
import type { BackendConnection } from "../../connections/http.ts";
import type { Settings } from "./settings.ts";
import { createV2 } from "./v2/index.ts";
import { createV3 } from "./v3/index.ts";

export const kind = "HOSTED_SUITE";
export const label = "HostedSuite";
export const description = "Evo HostedSuite: office hosting, API generation v2 or v3.";
export { knownAnswers } from "./fields.ts";
export { settings } from "./settings.ts";

/** One address serves several companies. */
export const account = ({ tenant }: Settings): string => tenant;

/** Only the doctor loads it. */
export const loadDoctor = () => import("./doctor.ts");

/** An adapter for the configured generation. The two share a vocabulary, but neither transport nor abilities. Does no I/O. */
export function create(key: string, settings: Settings, connection: BackendConnection): Adapter {
  return settings.generation === "v2" ? createV2(key, settings, connection) : createV3(key, settings, connection);
}
