import type { CustomerStatus } from "../../model/model.ts";
import type { Parameters } from "./call.ts";

/** Parameters of customers/list (guide 4.4). Defaults differ between versions, so they are always sent. */

/** `deleted`: 0 = live, 1 = deleted, -1 = both. */
export const deletedByStatus: Readonly<Record<Exclude<CustomerStatus, "UNKNOWN">, string>> = { ACTIVE: "0", ARCHIVED: "1" };
export const liveAndDeleted = "-1";

/** Everybody below the gateway's own customer; `directory` defaults to 0 in 3.14, which hides some. */
export const everybody: Parameters = { recursive: "1", directory: "-1", deleted: liveAndDeleted };
