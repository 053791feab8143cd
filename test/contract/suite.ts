import { afterAll, beforeAll, describe } from "vitest";
import { chargesOf, everything } from "./calls.ts";
import { describeCapabilities } from "./cases/capabilities.ts";
import { describeChargeLists } from "./cases/charge-lists.ts";
import { describeChargeWrites } from "./cases/charge-writes.ts";
import { describeCustomerFilters } from "./cases/customer-filters.ts";
import { describeCustomerWrites } from "./cases/customer-writes.ts";
import { describeFailedReads } from "./cases/failed-reads.ts";
import { describeFailedWrites } from "./cases/failed-writes.ts";
import { describeLists } from "./cases/lists.ts";
import { describeTaxWrites } from "./cases/tax-writes.ts";
import { describePlans } from "./cases/write-plans.ts";
import type { Contract, ContractState, Dialect, Running } from "./dialect.ts";

/** The behaviour that every adapter owes the gateway, whatever its backend. Reads are looked at before anything is written. */
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
      state = await survey(await dialect.start());
    });
    afterAll(async () => {
      await state?.running.close();
    });
    describeCapabilities(contract);
    describeLists(contract);
    describeCustomerFilters(contract);
    describeChargeLists(contract);
    describeCustomerWrites(contract);
    describeChargeWrites(contract);
    describeTaxWrites(contract);
    describePlans(contract);
    describeFailedReads(contract);
    describeFailedWrites(contract);
  });
}

async function survey(running: Running): Promise<ContractState> {
  const adapter = running.connect();
  const customers = await everything(adapter.customers.list, {});
  const [plans, services, taxes] = await Promise.all([
    adapter.plans ? everything(adapter.plans.list, {}) : [],
    adapter.services ? everything(adapter.services.list, {}) : [],
    adapter.taxes ? everything(adapter.taxes.list, {}) : [],
  ]);
  const active = customers.find(({ status }) => status === "ACTIVE");
  if (active === undefined) throw new Error("the backend has no active customer");
  const charges = await chargesOf(
    adapter,
    customers.map(({ id }) => id),
  );
  const references = {
    customerId: active.id,
    planId: plans[0]?.id ?? null,
    otherPlanId: plans[1]?.id ?? null,
    serviceId: services[0]?.id ?? null,
    taxId: taxes.find((tax) => tax.active)?.id ?? null,
  };
  return { running, adapter, references, customers, charges };
}
