import { describe, expect, test } from "vitest";
import type {
  ChargeChange,
  ChargeInput,
  CustomerChange,
  CustomerInput,
  TaxChange,
  TaxInput,
} from "../../../src/billing/model.ts";
import { adapterAnswering, failure, run, type SentCall } from "./fixture.ts";

/** A backend that acknowledges everything with a record of its own. */
const acknowledge = ({ path, method }: SentCall): unknown => {
  if (method === "POST" && path === "contacts") return [];
  if (method === "GET" || path === "clients") return method === "GET" ? { items: [{ id: "x" }] } : [{ Id: "x" }];
  return { Id: "x", Name: "Stored", ClientId: "c1" };
};

const verbs = (generation: "v2" | "v3") => {
  const { adapter, sent } = adapterAnswering(generation, acknowledge);
  const { customers, charges, taxes } = adapter;
  const required = <T>(verb: T | undefined): T => {
    if (verb === undefined) throw new Error("a verb is missing");
    return verb;
  };
  return {
    sent,
    createCustomer: required(customers.create),
    updateCustomer: required(customers.update),
    createCharge: required(charges.create),
    updateCharge: (id: string, change: ChargeChange) => required(charges.update)(id, change),
    createTax: (input: TaxInput) => required(taxes?.create)(input),
    updateTax: (id: string, change: TaxChange) => required(taxes?.update)(id, change),
  };
};

const bodies = (sent: readonly SentCall[]) => sent.filter(({ effect }) => effect === "write").map(({ body }) => body);

const charge = { customerId: "c1", serviceId: "s1", date: "2026-01-31" } satisfies ChargeInput;

describe("charges, as sent", () => {
  test.each([
    [{}, { Quantity: 1, Memorized: false }],
    [{ amount: null }, { Quantity: 1, Memorized: false }],
    [{ amount: "0" }, { Quantity: 1, Cost: 0, Memorized: false }],
    [
      { amount: "19.50", quantity: "2.5", notes: "n", currency: "USD" },
      { Quantity: 2.5, Cost: 19.5, Notes: "n", Memorized: false },
    ],
    [
      { amount: "-5", recurrence: { interval: "MONTHLY" } },
      { Quantity: 1, Cost: -5, Memorized: true },
    ],
    [
      { recurrence: { interval: "ONCE", startsOn: "2026-01-31" }, executeNow: false },
      { Quantity: 1, Memorized: false },
    ],
  ] as const)("v2: %j", async (input, expected) => {
    const { createCharge, sent } = verbs("v2");
    await run(createCharge({ ...charge, ...input }));
    expect(bodies(sent)).toEqual([{ ClientId: "c1", ServiceId: "s1", DateOfCharge: "2026-01-31", ...expected }]);
  });

  test("v3, and what changes", async () => {
    const { createCharge, updateCharge, sent } = verbs("v3");
    await run(createCharge({ ...charge, amount: "12.35", description: "Desk" }));
    await run(updateCharge("x", { amount: "0", quantity: "3", date: "2026-02-01", notes: "", recurrence: null }), "x");
    expect(sent.map(({ function: name, path, body }) => ({ name, path, body }))).toMatchObject([
      {
        name: "POST /charges",
        path: "charges",
        body: {
          clientId: "c1",
          serviceId: "s1",
          dateOfCharge: "2026-01-31",
          quantity: 1,
          cost: 12.35,
          description: "Desk",
          memorized: false,
        },
      },
      {
        name: "PATCH /charges/{id}",
        path: "charges/x",
        body: { cost: 0, quantity: 3, dateOfCharge: "2026-02-01", notes: "", memorized: false },
      },
    ]);
  });

  test("defaults the date to the day of the operation, in the tenant's zone", async () => {
    const { createCharge, sent } = verbs("v2");
    const [step] = createCharge({ customerId: "c1", serviceId: "s1" }).steps;
    await step?.send(null, { stepId: "s", createdAt: "2026-11-21T03:00:00Z" }, {});
    expect(bodies(sent)).toMatchObject([{ DateOfCharge: "2026-11-20" }]);
  });

  test.each([
    [{ customerId: undefined }, "INVALID_INPUT", ["customerId"]],
    [{ customerId: "a b" }, "INVALID_INPUT", ["customerId"]],
    [{ serviceId: null }, "INVALID_INPUT", ["serviceId"]],
    [{ quantity: "0" }, "INVALID_INPUT", ["quantity"]],
    [{ quantity: "-1" }, "INVALID_INPUT", ["quantity"]],
    [{ amount: "0.12345678901234567" }, "INVALID_INPUT", ["amount"]],
    [{ amount: "12345678901234567" }, "INVALID_INPUT", ["amount"]],
    [{ amount: "abc" }, "INVALID_INPUT", ["amount"]],
    [{ date: "2026-02-30" }, "INVALID_INPUT", ["date"]],
    [{ currency: "EUR" }, "UNSUPPORTED", ["currency"]],
    [{ planId: "p" }, "UNSUPPORTED", ["planId"]],
    [{ name: "n" }, "UNSUPPORTED", ["name"]],
    [{ taxAmount: "1" }, "UNSUPPORTED", ["taxAmount"]],
    [{ cost: "1" }, "UNSUPPORTED", ["cost"]],
    [{ reference: "r" }, "UNSUPPORTED", ["reference"]],
    [{ taxIds: [] }, "UNSUPPORTED", ["taxIds"]],
    [{ executeNow: true }, "UNSUPPORTED", ["executeNow"]],
    [{ recurrence: { interval: "WEEKLY" } }, "UNSUPPORTED", ["recurrence", "interval"]],
    [{ recurrence: { interval: "MONTHLY", occurrences: 3 } }, "UNSUPPORTED", ["recurrence", "occurrences"]],
    [{ recurrence: { interval: "MONTHLY", endsOn: "2027-01-31" } }, "UNSUPPORTED", ["recurrence", "endsOn"]],
    [{ recurrence: { interval: "MONTHLY", startsOn: "2026-02-01" } }, "UNSUPPORTED", ["recurrence", "startsOn"]],
  ] as const)("refuses %j with %s before anything is sent", async (input, code, field) => {
    for (const generation of ["v2", "v3"] as const) {
      const { createCharge, sent } = verbs(generation);
      expect(await failure(() => createCharge({ ...charge, ...input } as ChargeInput))).toMatchObject({ code, field });
      expect(sent).toEqual([]);
    }
  });

  test("refuses descriptions on v2 only", async () => {
    const { createCharge } = verbs("v2");
    expect(await failure(() => createCharge({ ...charge, description: "d" }))).toMatchObject({
      code: "UNSUPPORTED",
      field: ["description"],
    });
  });

  test.each([
    [{ name: "n" }, ["name"]],
    [{ cost: "1" }, ["cost"]],
    [{ amount: null }, ["amount"]],
    [{ notes: null }, ["notes"]],
    [{ description: null }, ["description"]],
    [{ quantity: null }, ["quantity"]],
    [{ date: null }, ["date"]],
    [{ currency: "EUR" }, ["currency"]],
  ] as const)("v3 cannot change %j", async (change, field) => {
    const { updateCharge } = verbs("v3");
    expect(await failure(() => updateCharge("x", change as ChargeChange))).toMatchObject({ code: "UNSUPPORTED", field });
  });
});

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

  test("v2: changes reach the client, its first contact, or a new one", async () => {
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

  test("v3: what stands beside the change is sent again", async () => {
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
    [{ name: "A", address: { lines: ["1", "2", "3"] } }, "UNSUPPORTED", ["address", "lines"]],
  ] as const)("refuses to create %j with %s", async (input, code, field) => {
    for (const generation of ["v2", "v3"] as const) {
      const { createCustomer } = verbs(generation);
      expect(await failure(() => createCustomer(input as CustomerInput))).toMatchObject({ code, field });
    }
  });

  test("refuses persons beside a name on v3, which has no place for them", async () => {
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
    [{ rate: "1", fixedAmount: "1" }, "INVALID_INPUT", ["fixedAmount"]],
    [{ rate: "1", name: "" }, "INVALID_INPUT", ["name"]],
    [{ rate: "1", description: "d" }, "UNSUPPORTED", ["description"]],
    [{ rate: "1", appliesTo: ["CALLS"] }, "UNSUPPORTED", ["appliesTo"]],
    [{ rate: "1", appliesTo: [] }, "UNSUPPORTED", ["appliesTo"]],
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
