import type { Migration } from "kysely/migration";
import * as operations from "./0001-operations.ts";
import * as callers from "./0002-callers.ts";

/** In the order they are applied; a name never changes once released. */
export const migrations: Record<string, Migration> = { "0001-operations": operations, "0002-callers": callers };
