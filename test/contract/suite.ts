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

/** The behaviour that the gateway requires of every adapter. Reads are tested before anything is written. */
export function contractSuite(name: string, dialect: Dialect): void {
  describe(`the contract of adapters: ${name}`, () => {
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
    describeCapabilities(contract);
    describeLists(contract);
    describeSameIds(contract);
    describeCustomerFilters(contract);
    describeChargeLists(contract);
    describeRepeatedReads(contract);
    describeSilence(contract);
    describeCustomerWrites(contract);
    describeChargeWrites(contract);
    describeCreditWrites(contract);
    describeTaxWrites(contract);
    describePlans(contract);
    describeDeclaredInputs(contract);
    describeFailedReads(contract);
    describeFailedWrites(contract);
    describeCreatedIds(contract);
    describeLooking(contract);
    describeLookingAtChanges(contract);
    describeChangedMeanwhile(contract);
    describeWarnings(contract);
    describeStateChanges(contract);
  });
}
