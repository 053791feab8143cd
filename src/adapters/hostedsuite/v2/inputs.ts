import type { TakesOf } from "../../../adapter/inputs.ts";
import { address, changedAddress, chargeTakes, email, noHierarchy, noPlans, text } from "../inputs.ts";

/** The inputs of v2: customers with a contact, and charges whose description v2 writes itself. */

/** The name of the contact, which also names a customer without a name of its own. */
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
