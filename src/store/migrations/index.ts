import type { Migration } from "kysely/migration";
import * as operations from "./0001-operations.ts";
import * as callers from "./0002-callers.ts";
import * as accounts from "./0003-accounts.ts";
import * as directory from "./0004-directory.ts";
import * as suggestions from "./0005-suggestions.ts";
import * as directoryOrigins from "./0006-directory-origins.ts";
import * as epochs from "./0007-epochs.ts";
import * as continuity from "./0008-continuity.ts";
import * as trialWrites from "./0009-trial-writes.ts";
import * as runs from "./0010-runs.ts";
import * as clients from "./0011-clients.ts";
import * as warnings from "./0012-warnings.ts";
import * as runCustomers from "./0013-run-customers.ts";
import * as linkOrder from "./0014-link-order.ts";
import * as likenessLocks from "./0015-likeness-locks.ts";
import * as due from "./0016-due.ts";
import * as timeline from "./0017-timeline.ts";
import * as stepSystems from "./0018-step-systems.ts";

/** In the order in which they are applied. A released name never changes. */
export const migrations: Record<string, Migration> = {
  "0001-operations": operations,
  "0002-callers": callers,
  "0003-accounts": accounts,
  "0004-directory": directory,
  "0005-suggestions": suggestions,
  "0006-directory-origins": directoryOrigins,
  "0007-epochs": epochs,
  "0008-continuity": continuity,
  "0009-trial-writes": trialWrites,
  "0010-runs": runs,
  "0011-clients": clients,
  "0012-warnings": warnings,
  "0013-run-customers": runCustomers,
  "0014-link-order": linkOrder,
  "0015-likeness-locks": likenessLocks,
  "0016-due": due,
  "0017-timeline": timeline,
  "0018-step-systems": stepSystems,
};
