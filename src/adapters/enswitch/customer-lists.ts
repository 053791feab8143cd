import type { CustomerStatus } from "../../model/model.ts";
import type { Parameters } from "./call.ts";

/** Parameters of customers/list (guide 4.4). They are always sent, as defaults differ between versions. */

/** `deleted`: 0 = live, 1 = deleted, -1 = both. */
export const deletedByStatus: Readonly<Record<Exclude<CustomerStatus, "UNKNOWN">, string>> = { ACTIVE: "0", ARCHIVED: "1" };
export const liveAndDeleted = "-1";

/** Lists everybody below the gateway's own customer. 3.14's default for `directory`, 0, hides some. */
export const everybody: Parameters = { recursive: "1", directory: "-1", deleted: liveAndDeleted };
