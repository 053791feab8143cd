import { afterAll, beforeAll, describe } from "vitest";
import { describeCapabilities } from "./cases/capabilities.ts";
import { describeChangedMeanwhile } from "./cases/changed-meanwhile.ts";
import { describeChargeLists } from "./cases/charge-lists.ts";
import { describeChargeWrites } from "./cases/charge-writes.ts";
import { describeCreatedIds } from "./cases/created-ids.ts";
import { describeCreditWrites } from "./cases/credit-writes.ts";
import { describeCustomerFilters } from "./cases/customer-filters.ts";
import { describeCustomerWrites } from "./cases/customer-writes.ts";
import { describeDeclaredInputs } from "./cases/declared-inputs.ts";
import { describeFailedReads } from "./cases/failed-reads.ts";
import { describeFailedWrites } from "./cases/failed-writes.ts";
import { describeLists } from "./cases/lists.ts";
import { describeLooking } from "./cases/looking.ts";
import { describeLookingAtChanges } from "./cases/looking-changes.ts";
import { describeRepeatedReads } from "./cases/repeated-reads.ts";
import { describeSameIds } from "./cases/same-ids.ts";
import { describeSilence } from "./cases/silence.ts";
import { describeStateChanges } from "./cases/state-changes.ts";
import { describeTaxWrites } from "./cases/tax-writes.ts";
import { describeWarnings } from "./cases/warnings.ts";
import { describePlans } from "./cases/write-plans.ts";
import type { Contract, ContractState, Dialect } from "./dialect.ts";
import { survey } from "./survey.ts";

/** What each group of cases writes slows down the reads of those after it: every group has a backend of its own. */
const groups: readonly (readonly ((contract: Contract) => void)[])[] = [
  // Reads are tested before anything is written.
  [
    describeCapabilities,
    describeLists,
    describeSameIds,
    describeCustomerFilters,
    describeChargeLists,
    describeRepeatedReads,
    describeSilence,
    describeCustomerWrites,
    describeChargeWrites,
    describeCreditWrites,
    describeTaxWrites,
    describePlans,
    describeDeclaredInputs,
  ],
  [describeFailedReads, describeFailedWrites, describeCreatedIds, describeLooking, describeLookingAtChanges],
  // A kind that only reads has no cases of the first two.
  [describeChangedMeanwhile, describeStateChanges, describeWarnings],
];

/** The behaviour that the gateway requires of every adapter. */
export function contractSuite(name: string, dialect: Dialect): void {
  describe.each(groups)(`the contract of adapters: ${name}`, (...group) => {
    let state: ContractState | undefined;
    const contract: Contract = {
      dialect,
      state: () => {
        if (state === undefined) throw new Error("the backend has not started");
        return state;
      },
    };
    beforeAll(async () => {
      state = await survey(dialect, await dialect.start());
    });
    afterAll(async () => {
      await state?.running.close();
    });
    for (const describeCases of group) describeCases(contract);
  });
}
