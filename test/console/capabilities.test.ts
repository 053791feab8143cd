import { expect, it } from "vitest";
import { groupCapabilities } from "../../src/console/backends/capabilities.ts";

it("groups what a backend can do by what it does it to, and names what it cannot do at all", () => {
  const groups = groupCapabilities(["CHARGE_VOID", "CUSTOMER_READ", "CHARGE_READ", "PLAN_READ"]);
  expect(groups).toEqual([
    { subject: "Customers", verbs: ["read"] },
    { subject: "Charges", verbs: ["read", "void"] },
    { subject: "Credits", verbs: [] },
    { subject: "Taxes", verbs: [] },
    { subject: "Catalogue", verbs: ["plans"] },
    { subject: "Dry run", verbs: [] },
  ]);
});
