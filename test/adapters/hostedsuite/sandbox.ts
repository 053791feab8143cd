import type { Adapter } from "../../../src/adapter/adapter.ts";
import type { Charge, Customer } from "../../../src/model/model.ts";
import { createWorld } from "../../../src/sandbox/world.ts";
import { scope } from "./fixture.ts";

export const world = createWorld({ customers: 60 });
export const everything = { first: 500, after: null };
/** Today, in the zone of the simulators. */
export const day = new Date().toISOString().slice(0, 10);

export async function allCustomers(adapter: Adapter): Promise<Customer[]> {
  return (await adapter.customers.list({ status: "ACTIVE" }, everything, scope)).items.map(({ value }) => value);
}

export async function chargesOf(adapter: Adapter, ...ids: string[]): Promise<Charge[]> {
  const sets = await adapter.charges.listByCustomers(ids, {}, everything, scope);
  return sets.flatMap((set) => {
    if (set instanceof Error) throw set;
    return set.charges;
  });
}

/** Some service that the sandbox sells. */
export async function anyService(adapter: Adapter): Promise<string> {
  const page = await adapter.services?.list({}, { first: 1, after: null }, scope);
  return page?.items[0]?.value.id ?? "";
}
