import type { TakesOf } from "../../../adapter/inputs.ts";
import { address, changedAddress, chargeTakes, email, noHierarchy, noPlans, text } from "../inputs.ts";

/** What writes to the first generation take: customers with a contact, and charges that it describes itself. */

/** Of the contact, whom a customer without a name of its own is called after. */
const person = { use: "optional", blank: true, insteadOf: "name", alsoBeside: true } as const;

export const customerTakes: TakesOf<"customer"> = {
  name: { use: "required" },
  firstName: person,
  lastName: person,
  email,
  phone: text,
  reference: text,
  address,
  planId: noPlans,
  parentId: noHierarchy,
};

export const customerChangeTakes: TakesOf<"customerChange"> = {
  name: text,
  firstName: { use: "optional", blank: true },
  lastName: { use: "optional", blank: true },
  email,
  phone: text,
  reference: text,
  address: changedAddress,
  planId: noPlans,
};

export function chargeTakesOf(currency: string): TakesOf<"charge"> {
  return { ...chargeTakes(currency), description: { use: "refused", because: "writes descriptions itself; use notes" } };
}
