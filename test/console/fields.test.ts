import { describe, expect, it } from "vitest";
import type { BackendDetailsFragment } from "../../src/client/generated/graphql.ts";
import { bulkChargeFields, bulkChargeInput } from "../../src/console/forms/bulk-fields.ts";
import { newChargeFields } from "../../src/console/forms/charge-fields.ts";
import { newCustomerFields } from "../../src/console/forms/customer-fields.ts";
import { changesOf, combineFields, type Field, initialValues, inputOf, problemsOf } from "../../src/console/forms/fields.ts";
import { newTaxFields } from "../../src/console/forms/tax-fields.ts";

function backend(key: string, kind: BackendDetailsFragment["kind"], capabilities: BackendDetailsFragment["capabilities"]) {
  const health = { status: "UP", circuit: "CLOSED", latencyMs: null, checkedAt: null, message: null } as const;
  return {
    id: key,
    key,
    kind,
    label: key.toUpperCase(),
    kindLabel: kind,
    generation: null,
    currency: "EUR",
    capabilities,
    health,
  } satisfies BackendDetailsFragment;
}
const pbx = backend("pbx", "ENSWITCH", ["CHARGE_CREATE", "CHARGE_EXECUTE", "TAX_READ", "TAX_CREATE", "TAX_LIABILITY"]);
const offices = backend("offices", "HOSTED_SUITE", ["CHARGE_CREATE", "CHARGE_UPDATE", "TAX_READ", "TAX_CREATE"]);
const suite = backend("suite", "HOSTED_SUITE", ["CHARGE_CREATE"]);
const recurring = backend("recurring", "V01", ["CHARGE_CREATE", "TAX_READ", "TAX_CREATE"]);

const namesOf = (fields: readonly Field[]): string[] => fields.map(({ name }) => name);

describe("inputs", () => {
  const fields = newChargeFields(pbx);

  it("hold what is filled in, trimmed, in the mutation's shape", () => {
    const values = initialValues(fields, {
      name: " Setup ",
      amount: "19.99",
      "recurrence/interval": "MONTHLY",
      "recurrence/occurrences": "12",
    });
    expect(inputOf(fields, values)).toEqual({
      name: "Setup",
      amount: "19.99",
      recurrence: { interval: "MONTHLY", occurrences: 12 },
    });
  });

  it("leave out what is not shown", () => {
    const values = initialValues(fields, { name: "Setup", amount: "1", "recurrence/occurrences": "12" });
    expect(inputOf(fields, values)).toEqual({ name: "Setup", amount: "1" });
  });

  it("of a change hold what differs; what was emptied is cleared", () => {
    const [name, reference, lines] = newCustomerFields(pbx, "ORGANISATION").filter((field) =>
      ["name", "reference", "address/lines"].includes(field.name),
    );
    const changed = [name, reference, lines].filter((field) => field !== undefined);
    const before = { name: "Ada's Bakery", reference: "A-1", "address/lines": "Mill Lane 1" };
    const after = { ...before, reference: "", "address/lines": "Mill Lane 2\n\nBack yard" };
    expect(changesOf(changed, before, after)).toEqual({ reference: null, address: { lines: ["Mill Lane 2", "Back yard"] } });
  });
});

describe("problems", () => {
  it.each([
    ["", "Amount is required"],
    ["1,5", "Must be a number such as 19.99"],
    ["1e3", "Must be a number such as 19.99"],
    ["-0.10", undefined],
  ])("of the amount %j: %s", (amount, problem) => {
    const fields = newChargeFields(recurring);
    expect(problemsOf(fields, initialValues(fields, { amount }))["amount"]).toBe(problem);
  });

  it("are named for what a backend cannot forget", () => {
    const [field] = newChargeFields(recurring);
    if (!field) throw new Error("a field was expected");
    expect(problemsOf([field], { description: "" }, { description: "Setup" })).toEqual({
      description: "This backend can change it, but not clear it",
    });
  });
});

describe("a fan-out", () => {
  const combined = (backends: readonly BackendDetailsFragment[]) =>
    combineFields(backends.map((each) => ({ label: each.label, fields: newTaxFields(each) })));

  it("asks for what all backends keep, and for an owner, who is of one backend only", () => {
    expect(namesOf(combined([pbx, offices]).fields)).toEqual(["name", "rate", "fixedAmount", "ownerId"]);
    expect(combined([pbx, offices]).conflicts).toEqual([]);
  });

  it("says why backends do not go together", () => {
    expect(combined([pbx, recurring]).conflicts).toEqual(["RECURRING needs “Valid from”, which PBX cannot keep."]);
  });

  it("asks for a plan and a parent, which are meant for their own backend only", () => {
    const { fields, conflicts } = combineFields(
      [offices, pbx].map((each) => ({ label: each.label, fields: newCustomerFields(each, "ORGANISATION") })),
    );
    expect(namesOf(fields)).toEqual(expect.arrayContaining(["planId", "parentId"]));
    expect(conflicts).toEqual([]);
  });
});

describe("a bulk charge", () => {
  const backends = [pbx, suite, recurring];

  it("asks once for what all backends take, and beside it for what only one takes", () => {
    const names = namesOf(bulkChargeFields(backends));
    expect(names.slice(0, 2)).toEqual(["amount", "date"]);
    expect(names).toEqual(expect.arrayContaining(["pbx:name", "suite:serviceId", "recurring:description"]));
  });

  it("gives each backend its own", () => {
    const values = initialValues(bulkChargeFields(backends), {
      amount: "5",
      "pbx:name": "Setup",
      "suite:serviceId": "service-1",
    });
    expect(bulkChargeInput(pbx, backends, values)).toEqual({ amount: "5", name: "Setup" });
    expect(bulkChargeInput(suite, backends, values)).toEqual({ amount: "5", serviceId: "service-1" });
    expect(bulkChargeInput(recurring, backends, values)).toEqual({ amount: "5" });
  });
});
