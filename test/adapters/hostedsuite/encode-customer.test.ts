import { describe, expect, test } from "vitest";
import type { CustomerChange, CustomerInput, TaxInput } from "../../../src/model/model.ts";
import { adapterAnswering, bodies, failure, run, verbs } from "./fixture.ts";

describe("customers, as sent", () => {
  const person = { firstName: "Zoë", lastName: "Doe", email: "zoe@example.com", phone: "1" };

  test("v2: a client and its contact", async () => {
    const { createCustomer, sent } = verbs("v2");
    const plan = createCustomer({ ...person, reference: "AC-1", address: { lines: ["1 Main St"], city: "Albany" } });
    expect(plan.steps.map(({ action }) => action)).toEqual(["POST /clients/save", "POST /contacts/new"]);
    await run(plan);
    expect(bodies(sent)).toEqual([
      { Name: "Zoë Doe", ThirdPartyAccountId: "AC-1", Address: { Street1: "1 Main St", City: "Albany" } },
      {
        ClientId: "x",
        FirstName: "Zoë",
        LastName: "Doe",
        EmailAddresses: [{ Address: "zoe@example.com" }],
        PhoneNumbers: [{ Number: "1" }],
      },
    ]);
    expect(createCustomer({ name: "Acme" }).steps).toHaveLength(1);
  });

  test("v2: changes reach the client, its first contact, or a new contact", async () => {
    const { adapter, sent } = adapterAnswering("v2", ({ path }) => {
      if (path === "contacts") {
        return [
          { Id: "k2", ClientId: "x", EmailAddresses: [{ Id: "e2", Address: "other@example.com" }] },
          {
            Id: "k1",
            ClientId: "x",
            EmailAddresses: [
              { Id: "e1", Address: "old@example.com", Name: "Work" },
              { Id: "e3", Address: "b@example.com" },
            ],
          },
        ];
      }
      if (path === "clients")
        return [{ Id: "x", Name: "Old", Address: { Street1: "1 Main St", Street2: "Floor 2", City: "Albany" } }];
      return {};
    });
    const change: CustomerChange = { name: "New", email: "new@example.com", address: { lines: ["9 Elm St"] } };
    const plan = adapter.customers.update?.("x", change);
    expect(plan?.steps.map(({ action }) => action)).toEqual(["POST /clients/update", "POST /contacts/update or /contacts/new"]);
    if (plan) await run(plan, "x");
    expect(bodies(sent)).toEqual([
      { ClientId: "x", NewName: "New", Address: { Street1: "9 Elm St", Street2: "", City: "Albany" } },
      {
        ContactId: "k1",
        EmailAddresses: [
          { Id: "e1", Address: "new@example.com", Name: "Work" },
          { Id: "e3", Address: "b@example.com" },
        ],
      },
    ]);
    const { updateCustomer, sent: others } = verbs("v2");
    await run(updateCustomer("x", { phone: "2" }), "x");
    expect(bodies(others)).toEqual([{ ClientId: "x", PhoneNumbers: [{ Number: "2" }] }]);
    expect(updateCustomer("x", {}).steps).toEqual([]);
  });

  test("v3: unchanged members beside the change are sent too", async () => {
    const { createCustomer, sent } = verbs("v3");
    await run(createCustomer({ name: "Acme", email: "a@example.com", phone: "1", reference: "R", address: { country: "US" } }));
    expect(bodies(sent)).toEqual([
      {
        name: "Acme",
        billingEmailAddresses: [{ address: "a@example.com", type: "To" }],
        phoneNumbers: [{ number: "1" }],
        billingAddress: { country: "US" },
        thirdPartyInfo: { thirdPartyAccountId: "R" },
      },
    ]);
    const stored = {
      id: "x",
      billingEmailAddresses: [
        { address: "cc@example.com", type: "Cc" },
        { name: "Zoë", address: "a@example.com", type: "To" },
      ],
      thirdPartyInfo: { ThirdPartyAccountId: "R", quickBooksName: "Q" },
    };
    const { adapter, sent: later } = adapterAnswering("v3", ({ method }) => (method === "GET" ? { items: [stored] } : stored));
    const plan = adapter.customers.update?.("x", { email: "b@example.com", reference: "S" });
    if (plan) await run(plan, "x");
    expect(bodies(later)).toEqual([
      {
        billingEmailAddresses: [
          { address: "cc@example.com", type: "Cc" },
          { name: "Zoë", address: "b@example.com", type: "To" },
        ],
        thirdPartyInfo: { quickBooksName: "Q", thirdPartyAccountId: "S" },
      },
    ]);
  });

  test.each([
    [{}, "INVALID_INPUT", ["name"]],
    [{ name: " " }, "INVALID_INPUT", ["name"]],
    [{ name: "A", email: "nobody" }, "INVALID_INPUT", ["email"]],
    [{ name: "A", phone: "" }, "INVALID_INPUT", ["phone"]],
    [{ name: "A", reference: "" }, "INVALID_INPUT", ["reference"]],
    [{ name: "A", planId: "p" }, "UNSUPPORTED", ["planId"]],
    [{ name: "A", parentId: "p" }, "UNSUPPORTED", ["parentId"]],
    [{ name: "A", address: { lines: ["1", "2", "3"] } }, "INVALID_INPUT", ["address", "lines"]],
  ] as const)("refuses to create %j with %s", async (input, code, field) => {
    for (const generation of ["v2", "v3"] as const) {
      const { createCustomer } = verbs(generation);
      expect(await failure(() => createCustomer(input as CustomerInput))).toMatchObject({ code, field });
    }
  });

  test("refuses persons in addition to a name on v3, which cannot store them", async () => {
    const { createCustomer } = verbs("v3");
    expect(await failure(() => createCustomer({ name: "A", firstName: "Z" }))).toMatchObject({
      code: "UNSUPPORTED",
      field: ["firstName"],
    });
    expect(createCustomer({ firstName: "Z", lastName: "D" }).steps).toHaveLength(1);
  });

  test.each(["name", "firstName", "lastName", "email", "phone", "address", "reference", "planId"])(
    "refuses to clear %s",
    async (name) => {
      for (const generation of ["v2", "v3"] as const) {
        const { updateCustomer } = verbs(generation);
        expect(await failure(() => updateCustomer("x", { [name]: null }))).toMatchObject({ code: "UNSUPPORTED", field: [name] });
      }
    },
  );

  test("refuses to clear parts of an address, and names every member at fault", async () => {
    const { updateCustomer } = verbs("v2");
    expect(await failure(() => updateCustomer("x", { address: { city: null } }))).toMatchObject({
      code: "UNSUPPORTED",
      field: ["address", "city"],
    });
    expect(await failure(() => updateCustomer("x", { address: { lines: [] } }))).toMatchObject({ field: ["address", "lines"] });
    try {
      updateCustomer("x", { email: null, phone: null });
    } catch (error) {
      expect(error).toMatchObject({ field: ["email"], related: [{ field: ["phone"] }] });
    }
  });
});

describe("taxes, as sent", () => {
  test("v3", async () => {
    const { createTax, updateTax, sent } = verbs("v3");
    await run(createTax({ name: "VAT", rate: "7.25", appliesTo: ["SERVICES"], currency: "USD" }));
    await run(createTax({ name: "Fee", fixedAmount: "2" }));
    await run(updateTax("x", { rate: "8" }), "x");
    const archived = updateTax("x", { name: "Old", active: false });
    expect(archived.steps.map(({ action }) => action)).toEqual(["PATCH /taxes/{id}", "DELETE /taxes/{id}"]);
    expect(updateTax("x", { active: false }).steps.map(({ action }) => action)).toEqual(["DELETE /taxes/{id}"]);
    expect(updateTax("x", {}).steps).toEqual([]);
    expect(bodies(sent)).toEqual([
      { name: "VAT", type: "Percentage", rate: 7.25 },
      { name: "Fee", type: "Flat", rate: 2 },
      { type: "Percentage", rate: 8 },
    ]);
  });

  test.each([
    [{}, "INVALID_INPUT", ["rate"]],
    [{ rate: "1", fixedAmount: "1" }, "UNSUPPORTED", ["fixedAmount"]],
    [{ rate: "1", name: "" }, "INVALID_INPUT", ["name"]],
    [{ rate: "1", description: "d" }, "UNSUPPORTED", ["description"]],
    [{ rate: "1", appliesTo: ["CALLS"] }, "UNSUPPORTED", ["appliesTo"]],
    [{ rate: "1", appliesTo: [] }, "INVALID_INPUT", ["appliesTo"]],
    [{ rate: "1", defaultLiability: "NOBODY" }, "UNSUPPORTED", ["defaultLiability"]],
    [{ rate: "1", ownerId: "c1" }, "UNSUPPORTED", ["ownerId"]],
    [{ rate: "1", shared: false }, "UNSUPPORTED", ["shared"]],
    [{ rate: "1", country: "US" }, "UNSUPPORTED", ["country"]],
    [{ rate: "1", effectiveDate: "2026-01-01" }, "UNSUPPORTED", ["effectiveDate"]],
    [{ fixedAmount: "1", currency: "EUR" }, "UNSUPPORTED", ["currency"]],
  ] as const)("refuses to create %j with %s", async (input, code, field) => {
    const { createTax } = verbs("v3");
    expect(await failure(() => createTax({ name: "VAT", ...input } as TaxInput))).toMatchObject({ code, field });
  });

  test.each([
    "name",
    "description",
    "rate",
    "fixedAmount",
    "currency",
    "appliesTo",
    "defaultLiability",
    "shared",
    "effectiveDate",
    "active",
  ])("refuses to clear %s", async (name) => {
    const { updateTax } = verbs("v3");
    expect(await failure(() => updateTax("x", { [name]: null }))).toMatchObject({ code: "UNSUPPORTED", field: [name] });
  });
});
