import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BackendFormFragment } from "../../src/client/generated/graphql.ts";
import { reasonAgainst } from "../../src/console/backends/capabilities.ts";
import {
  changesOf,
  type Field,
  type Input,
  initialValues,
  inputOf,
  problemsOf,
  shownFields,
  type Values,
} from "../../src/console/forms/fields.ts";
import {
  changedChargeFields,
  changedCustomerFields,
  newChargeFields,
  newCustomerFields,
  newTaxFields,
} from "../../src/console/forms/record-fields.ts";
import { fieldsOfSeveral, inputForAll, inputForOne } from "../../src/console/forms/several-backends.ts";
import { formBackend, member, offices, pbx, recurring } from "./form-backends.ts";

const namesOf = (fields: readonly Field[]): string[] => fields.map(({ name }) => name);
const fieldAt = (fields: readonly Field[], name: string): Field => {
  const field = fields.find((each) => each.name === name);
  if (!field) throw new Error(`there is no field ${name}`);
  return field;
};

describe("a form", () => {
  it("has the members that its backend accepts, in the backend's order, without the customer", () => {
    expect(namesOf(newChargeFields(pbx))).toEqual([
      "name",
      "amount",
      "date",
      "recurrence/interval",
      "recurrence/occurrences",
      "taxIds",
      "executeNow",
    ]);
  });

  it("asks for each value once, and for none with only one choice", () => {
    expect(namesOf(newChargeFields(recurring))).toEqual(["description", "amount", "date"]);
    expect(namesOf(newChargeFields(offices))).not.toContain("currency");
  });

  it("for a write that the backend lacks is empty", () => {
    expect(changedChargeFields(offices)).toEqual([]);
  });

  it("labels members and values as the backend does, else with readable names", () => {
    const backend = formBackend("abc", {
      CHARGE_CREATE: [
        member("taxAmount", "DECIMAL"),
        member("meterReading", "TEXT"),
        {
          ...member("kind", "CHOICE"),
          label: "Sort",
          values: [
            { value: "ONE_OFF", label: "Invoice" },
            { value: "BIG_FEE", label: null },
          ],
        },
      ],
    });
    const [tax, reading, kind] = newChargeFields(backend);
    expect([tax?.label, reading?.label, kind?.label]).toEqual(["Tax", "Meter reading", "Sort"]);
    expect(kind?.control).toEqual({
      kind: "choice",
      options: [
        { value: "ONE_OFF", label: "Invoice" },
        { value: "BIG_FEE", label: "Big fee" },
      ],
    });
  });

  it("has two names for a person and one for an organisation, with a contact if the backend stores both", () => {
    const of = (backend: BackendFormFragment, nature: "PERSON" | "ORGANISATION") =>
      newCustomerFields(backend, nature)
        .filter(({ name }) => name.toLowerCase().includes("name"))
        .map(({ name, label, required }) => `${name}${required ? "!" : ""} ${label}`);
    expect(of(pbx, "PERSON")).toEqual(["firstName! First name", "lastName! Last name"]);
    expect(of(pbx, "ORGANISATION")).toEqual(["name! Name"]);
    expect(of(offices, "ORGANISATION")).toEqual(["name! Name", "firstName Contact’s first name", "lastName Contact’s last name"]);
    expect(of(recurring, "PERSON")).toEqual(["firstName! First name", "lastName! Last name"]);
    expect(of(recurring, "ORGANISATION")).toEqual([
      "name! Organisation",
      "firstName! Contact’s first name",
      "lastName! Contact’s last name",
    ]);
    const named = formBackend("named", { CUSTOMER_CREATE: [member("name", "TEXT", { required: true })] });
    expect(of(named, "PERSON")).toEqual(["name! Name"]);
  });

  it("does not turn a person into an organisation", () => {
    expect(namesOf(changedCustomerFields(recurring, { organizationName: null }))).not.toContain("name");
    expect(namesOf(changedCustomerFields(recurring, { organizationName: "Ada & Co." }))).toContain("name");
  });
});

describe("inputs", () => {
  const fields = newChargeFields(pbx);

  it("have the entered values, trimmed, in the mutation's shape", () => {
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

  it("leave out hidden fields", () => {
    const values = initialValues(fields, { name: "Setup", amount: "1", "recurrence/occurrences": "12" });
    expect(inputOf(fields, values)).toEqual({ name: "Setup", amount: "1" });
  });

  it("for a change have the differences; an emptied field is cleared", () => {
    const taken = newCustomerFields(pbx, "ORGANISATION");
    const changed = ["name", "reference", "address/lines"].map((name) => fieldAt(taken, name));
    const before = { name: "Ada's Bakery", reference: "A-1", "address/lines": "Mill Lane 1" };
    const after = { ...before, reference: "", "address/lines": "Mill Lane 2\n\nBack yard" };
    expect(changesOf(changed, before, after)).toEqual({ reference: null, address: { lines: ["Mill Lane 2", "Back yard"] } });
  });

  it("for a change of an object include its required part", () => {
    const changed = changedChargeFields(pbx);
    const before = { name: "Rent", amount: "5", "recurrence/interval": "MONTHLY", "recurrence/occurrences": "12" };
    expect(changesOf(changed, before, { ...before, "recurrence/occurrences": "" })).toEqual({
      recurrence: { interval: "MONTHLY", occurrences: null },
    });
    expect(changesOf(changed, before, { ...before, name: "Lease" })).toEqual({ name: "Lease" });
  });
});

describe("problems", () => {
  const of = (fields: readonly Field[], name: string, value: string) =>
    problemsOf(fields, initialValues(fields, { [name]: value }))[name];

  it.each([
    ["", "Amount is required"],
    ["1,5", "Write it as 1.5"],
    ["1e3", "Must be a number such as 19.99"],
    ["1.005", "Must not have more than 2 decimals"],
    ["1.500", undefined],
    ["0.00", "Must not be zero"],
    ["-100.01", "Must be at least -100"],
    ["100.01", "Must be at most 100"],
    ["-0.10", undefined],
  ])("of the amount %j: %s", (amount, problem) => {
    expect(of(newChargeFields(recurring), "amount", amount)).toBe(problem);
  });

  it("are shown for texts, dates and lists beyond the backend's limits", () => {
    expect(of(newChargeFields(recurring), "description", "12345678901")).toBe("Must not be longer than 10 characters");
    expect(of(newChargeFields(recurring), "description", "😀".repeat(10))).toBeUndefined();
    expect(of(newChargeFields(pbx), "date", "1970-01-01")).toBe("Must be 1970-01-02 or later");
    const lines = newCustomerFields(pbx, "ORGANISATION");
    expect(of(lines, "address/lines", "a\nb\n\nc\nd")).toBe("Must not be more than 3");
    expect(of(lines, "address/lines", `a\n${"b".repeat(21)}`)).toBe("Must not be longer than 20 characters");
    const country = changedCustomerFields(recurring, { organizationName: null });
    expect(of(country, "address/country", "USA")).toBe("Must be a code of two letters such as US");
    expect(of(country, "address/country", "us")).toBeUndefined();
  });

  it("are shown for values that a backend cannot clear", () => {
    const field = fieldAt(newChargeFields(recurring), "description");
    expect(problemsOf([field], { description: "" }, { description: "Setup" })).toEqual({
      description: "This backend can change it, but not clear it",
    });
  });

  it("are absent if another member replaces the missing one", () => {
    const fields = newTaxFields(offices);
    expect(problemsOf(fields, initialValues(fields, { name: "City", fixedAmount: "2" }))).toEqual({});
    expect(inputOf(fields, initialValues(fields, { name: "City", fixedAmount: "2" }))).toEqual({
      name: "City",
      fixedAmount: "2",
    });
    expect(problemsOf(fields, initialValues(fields, { name: "City" }))).toEqual({ rate: "Rate is required" });
  });
});

const partsOf = (backends: readonly BackendFormFragment[], fields: (backend: BackendFormFragment) => readonly Field[]) =>
  backends.map((backend) => ({ ...backend, fields: fields(backend) }));

describe("a fan-out", () => {
  const taxes = (backends: readonly BackendFormFragment[]) => partsOf(backends, newTaxFields);
  const filled = (parts: ReturnType<typeof taxes>, values: Values) => {
    const fields = fieldsOfSeveral(parts);
    const all = initialValues(fields, values);
    return { input: inputForAll(parts, all), problems: problemsOf(fields, all) };
  };

  it("asks once for what all backends store, and separately for what only one stores", () => {
    const fields = fieldsOfSeveral(taxes([pbx, recurring]));
    expect(fields.map(({ name, group }) => [name, group])).toEqual([
      ["name", undefined],
      ["rate", undefined],
      ["pbx:fixedAmount", "Only in PBX"],
      ["pbx:ownerId", "Only in PBX"],
      ["recurring:effectiveDate", "Only in RECURRING"],
    ]);
  });

  it("gives a member that only one backend needs to that one", () => {
    const { input, problems } = filled(taxes([pbx, recurring]), {
      name: "City",
      rate: "5",
      "recurring:effectiveDate": "2027-01-01",
    });
    expect(problems).toEqual({});
    expect(input).toEqual({ name: "City", rate: "5", overrides: [{ backend: "recurring", effectiveDate: "2027-01-01" }] });
  });

  it("asks for all required members of each", () => {
    const { problems } = filled(taxes([pbx, recurring]), { name: "City", rate: "5" });
    expect(problems).toEqual({ "recurring:effectiveDate": "Valid from is required" });
  });

  it("lets all or none choose between two members of which one backend accepts one", () => {
    const parts = taxes([pbx, offices]);
    expect(filled(parts, { name: "City", fixedAmount: "2" })).toEqual({
      input: { name: "City", fixedAmount: "2" },
      problems: {},
    });
  });

  it("gives every backend one of two alternative members", () => {
    const parts = taxes([pbx, offices, recurring]);
    const { input } = filled(parts, { name: "City", rate: "5", "offices:fixedAmount": "2", "pbx:fixedAmount": "1" });
    expect(input).toEqual({ name: "City", rate: "5", overrides: [{ backend: "pbx", fixedAmount: "1" }] });
  });

  it("gives each backend exactly what its own form would, whatever is filled in", () => {
    const all = [pbx, offices, recurring];
    fc.assert(
      fc.property(fc.subarray(all, { minLength: 1 }), fc.infiniteStream(fc.constantFrom("", "1", "2.5")), (backends, texts) => {
        const parts = taxes(backends);
        const fields = fieldsOfSeveral(parts);
        const values = Object.fromEntries(fields.map(({ name }) => [name, texts.next().value ?? ""]));
        const { overrides = [], ...common } = inputForAll(parts, values) as Input & {
          overrides?: (Input & { backend: string })[];
        };
        for (const part of parts) {
          const { backend: _, ...own } = overrides.find(({ backend }) => backend === part.key) ?? { backend: part.key };
          expect({ ...common, ...own }).toEqual(inputForOne(part, parts, values));
        }
        expect(overrides.every(({ backend }) => parts.some(({ key }) => key === backend))).toBe(true);
      }),
    );
  });

  it("asks for a plan and a parent per backend", () => {
    const fields = fieldsOfSeveral(partsOf([offices, pbx], (backend) => newCustomerFields(backend, "ORGANISATION")));
    expect(namesOf(fields)).toEqual(expect.arrayContaining(["pbx:planId", "pbx:parentId"]));
  });

  it("observes the limits of every backend", () => {
    const short = formBackend("short", { TAX_CREATE: [member("name", "TEXT", { required: true, limits: { longest: 3 } })] });
    const fields = fieldsOfSeveral(taxes([pbx, short]));
    expect(problemsOf(fields, initialValues(fields, { name: "City" }))["name"]).toBe("Must not be longer than 3 characters");
  });

  it("says why it cannot create something in a backend", () => {
    const reader = { ...formBackend("reader", {}), capabilities: ["TAX_READ" as const] };
    expect(reasonAgainst(reader, "TAX_CREATE", "taxes")).toBe("Not in READER: its taxes can be read, but not created from here.");
    expect(reasonAgainst(formBackend("none", {}), "TAX_CREATE", "taxes")).toBe("Not in NONE: it keeps no taxes.");
    expect(reasonAgainst(pbx, "TAX_CREATE", "taxes")).toBeNull();
  });
});

describe("a bulk charge", () => {
  const parts = partsOf([pbx, offices, recurring], newChargeFields);

  it("asks once for what all backends accept, and separately for what only one accepts", () => {
    const names = namesOf(fieldsOfSeveral(parts));
    expect(names.slice(0, 2)).toEqual(["amount", "date"]);
    expect(names).toEqual(expect.arrayContaining(["pbx:name", "offices:serviceId", "recurring:description"]));
  });

  it("gives each backend its own values", () => {
    const values = initialValues(fieldsOfSeveral(parts), { amount: "5", "pbx:name": "Setup", "offices:serviceId": "service-1" });
    const inputs = parts.map((part) => inputForOne(part, parts, values));
    expect(inputs).toEqual([{ amount: "5", name: "Setup" }, { amount: "5", serviceId: "service-1" }, { amount: "5" }]);
  });

  it("asks for the interval in each, and for the end of a repeating charge", () => {
    const monthly = (key: string, values: readonly string[]) =>
      formBackend(key, {
        CHARGE_CREATE: [
          member("amount", "DECIMAL"),
          member("recurrence", "PARTS"),
          member("recurrence.interval", "CHOICE", { required: true, values }),
          member("recurrence.endsOn", "DATE"),
        ],
      });
    const repeating = partsOf(
      [monthly("one", ["ONCE", "MONTHLY"]), monthly("two", ["ONCE", "MONTHLY", "WEEKLY"])],
      newChargeFields,
    );
    const fields = fieldsOfSeveral(repeating);
    const values = { amount: "1", "one:recurrence/interval": "MONTHLY", "recurrence/endsOn": "2027-01-01" };
    expect(shownFields(fields, values).map(({ name }) => name)).toContain("recurrence/endsOn");
    expect(repeating.map((part) => inputForOne(part, repeating, values))).toEqual([
      { amount: "1", recurrence: { interval: "MONTHLY", endsOn: "2027-01-01" } },
      { amount: "1" },
    ]);
  });
});
