import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keepRows } from "../../../src/adapter/kit/reading.ts";
import { createDates } from "../../../src/adapters/hostedsuite/dates.ts";
import { isPossibleId } from "../../../src/adapters/hostedsuite/encode.ts";
import { publishable } from "../../../src/adapters/hostedsuite/fields.ts";
import * as v2 from "../../../src/adapters/hostedsuite/v2/map.ts";
import { decodeChargeId, encodeChargeId } from "../../../src/adapters/hostedsuite/v2/map.ts";
import * as v3 from "../../../src/adapters/hostedsuite/v3/map.ts";
import { isDecimal } from "../../../src/model/money.ts";
import { context } from "./fixture.ts";

const id = "5f0c1d2e3a4b5c6d7e8f9a0b";

/** The sample of contract 2.4, filled in. */
const v2Charge = {
  EntityStatus: "Active",
  Id: id,
  ClientId: "c1",
  ClientName: "Acme",
  DateCreated: "2026-01-30 22:15:00",
  DateOfCharge: "2026-01-31 00:00:00",
  DateLastModified: "2026-02-01 08:00:00",
  Service: "Meeting room",
  ServiceId: "s1",
  Quantity: 2,
  Cost: 19.5,
  Description: "Meeting room A",
  Notes: "as agreed",
  Memorized: false,
  BillingCode: "P-1",
};

describe("v2", () => {
  test("maps a charge", () => {
    const charge = v2.chargeFrom(context, v2Charge);
    expect(charge).toEqual({
      type: "Charge",
      backend: "suite",
      id: `c1:2026-01-30:${id}`,
      backendId: id,
      reference: null,
      customer: { backend: "suite", id: "c1", name: "Acme" },
      plan: null,
      service: { backend: "suite", id: "s1", name: "Meeting room" },
      name: "Meeting room A",
      description: "Meeting room A",
      notes: "as agreed",
      kind: "ONE_OFF",
      status: "DEFINED",
      backendStatus: "Active",
      billingCode: "P-1",
      quantity: "2",
      amount: { amount: "19.50", currency: "USD" },
      taxAmount: null,
      total: null,
      outstanding: null,
      cost: null,
      date: "2026-01-31",
      recurrence: null,
      createdAt: "2026-01-31T03:15:00Z",
      updatedAt: "2026-02-01T13:00:00Z",
      raw: v2Charge,
    });
  });

  test.each([
    [{ Cost: undefined }, { amount: null }],
    [{ Cost: 0 }, { amount: { amount: "0.00", currency: "USD" } }],
    [{ Cost: 59.849999999999994 }, { amount: { amount: "59.85", currency: "USD" } }],
    [{ Cost: "1234567.891" }, { amount: { amount: "1234567.891", currency: "USD" } }],
    [{ Cost: -25.5 }, { amount: { amount: "-25.50", currency: "USD" } }],
    [{ Quantity: 0 }, { quantity: "0" }],
    [{ Quantity: "0.50" }, { quantity: "0.5" }],
    [{ Description: "" }, { description: null, name: "Meeting room" }],
    [{ EntityStatus: "Archived" }, { status: "ARCHIVED" }],
    [{ EntityStatus: "deleted" }, { status: "ARCHIVED" }],
    [{ EntityStatus: undefined }, { status: "DEFINED" }],
    [{ EntityStatus: "Frozen" }, { status: "UNKNOWN" }],
    [{ ClientId: undefined }, { customer: null, id: `:2026-01-30:${id}` }],
    [{ DateCreated: undefined }, { createdAt: null, id: `c1::${id}` }],
    [
      { Memorized: "True" },
      { kind: "RECURRING", recurrence: { interval: "MONTHLY", occurrences: null, startsOn: "2026-01-31", endsOn: null } },
    ],
  ])("reads %j of a charge as %j", (change, expected) => {
    expect(v2.chargeFrom(context, { ...v2Charge, ...change })).toMatchObject(expected);
  });

  test("maps a client under the name of its organisation", () => {
    const row = {
      Id: id,
      Name: "Acme",
      ThirdPartyAccountId: "",
      DateLastModified: "2026-02-01 08:00:00",
      Address: { Street1: "1 Main St", City: "Albany", Country: "US" },
      CustomFields: [
        { Name: "Bank account", Value: "DE00 1234" },
        { Name: "Colour", Value: "blue" },
      ],
      Password: "x",
    };
    expect(v2.customerFrom(context, row)).toMatchObject({
      id,
      reference: null,
      name: "Acme",
      organizationName: "Acme",
      email: null,
      address: { lines: ["1 Main St"], city: "Albany", state: null, postalCode: null, country: "US" },
      status: "ACTIVE",
      createdAt: null,
      updatedAt: "2026-02-01T13:00:00Z",
      raw: { Id: id, CustomFields: [{ Name: "Bank account" }, { Name: "Colour", Value: "blue" }] },
    });
  });

  test("takes e-mail and phone from the first contacts that have one, by id", () => {
    const contacts = [
      { Id: "b", EmailAddresses: [{ Address: "b@x.example" }], PhoneNumbers: [{ Number: "2" }] },
      { Id: "a", EmailAddresses: [], PhoneNumbers: [{ Number: "1" }] },
    ];
    expect(v2.contactOf(contacts)).toEqual({ email: "b@x.example", phone: "1" });
    expect(v2.contactOf([])).toEqual({ email: null, phone: null });
  });

  test("makes charge ids that can be decoded, and accepts no others", () => {
    const text = fc.string({ minLength: 1, maxLength: 40 }).filter(isPossibleId);
    const keys = fc.record({ clientId: text, createdOn: fc.constantFrom("2026-01-31", null), chargeId: text });
    fc.assert(
      fc.property(keys, (key) => {
        expect(decodeChargeId(encodeChargeId(key))).toEqual(key);
      }),
    );
    for (const other of ["", "a", "a:b", "a:2026-02-30:b", "a:2026-01-31:", "a:2026-01-31:b:c", "%:2026-01-31:b", "a b::c"]) {
      expect(decodeChargeId(other)).toBeNull();
    }
  });
});

describe("v3", () => {
  test("maps a client", () => {
    const row = {
      id,
      _DisplayName: "Acme",
      name: "Acme",
      referenceId: "R-1",
      billingAddress: { street1: "1 Main St", street2: "Floor 2", city: "Albany" },
      billingEmailAddresses: [
        { address: "copy@x.example", type: "Cc" },
        { address: "to@x.example", type: "To" },
      ],
      phoneNumbers: [{ number: "+1 518 555 0100" }],
      dateCreated: "2026-01-01T00:00:00",
    };
    expect(v3.customerFrom(context, row)).toMatchObject({
      id,
      reference: "R-1",
      email: "to@x.example",
      phone: "+1 518 555 0100",
      address: { lines: ["1 Main St", "Floor 2"], city: "Albany" },
      status: "ACTIVE",
      createdAt: "2026-01-01T05:00:00Z",
    });
    const archived = { ...row, thirdPartyInfo: { thirdPartyAccountId: "T-1" }, dateArchived: "2026-02-01T00:00:00" };
    expect(v3.customerFrom(context, archived)).toMatchObject({ reference: "T-1", status: "ARCHIVED" });
    expect(v3.customerFrom(context, { ...row, dateDeleted: "0001-01-01T00:00:00" })).toMatchObject({ status: "ACTIVE" });
  });

  test("maps a charge with its defaults left out", () => {
    const row = { id, clientId: "c1", clientName: "Acme", serviceId: "s1", serviceName: "Desk", dateOfCharge: "2026-01-31" };
    expect(v3.chargeFrom(context, row)).toMatchObject({
      id,
      name: "Desk",
      quantity: "0",
      amount: null,
      kind: "ONE_OFF",
      status: "DEFINED",
      date: "2026-01-31",
      createdAt: null,
    });
    const pascal = { Id: id, ClientId: "c1", Cost: 12.35, Quantity: 1, Memorized: true, DateDeleted: "2026-02-01" };
    expect(v3.chargeFrom(context, pascal)).toMatchObject({ amount: { amount: "12.35" }, kind: "RECURRING", status: "ARCHIVED" });
  });

  test.each([
    [
      { type: "Percentage", rate: 10 },
      { rate: "10", fixedAmount: null },
    ],
    [
      { type: "Flat", rate: 2.5 },
      { rate: null, fixedAmount: { amount: "2.50", currency: "USD" } },
    ],
    [{ rate: 10 }, { rate: "10", fixedAmount: null }],
    [{ type: "Percentage" }, { rate: "0", fixedAmount: null }],
    [
      { type: "Percentage", rate: null },
      { rate: null, fixedAmount: null },
    ],
    [
      { type: "Stepped", rate: 10 },
      { rate: null, fixedAmount: null },
    ],
    [{ type: "Flat", rate: 1, dateArchived: "2026-02-01" }, { active: false }],
  ])("maps a tax with %j to %j", (members, expected) => {
    const tax = v3.taxFrom(context, { id, name: "Service tax", ...members });
    expect(tax).toMatchObject({ name: "Service tax", appliesTo: ["SERVICES"], active: true, ...expected });
  });

  test("maps a service and its tax", () => {
    expect(v3.serviceFrom(context, { id, name: "Desk", taxId: "t1", taxName: "VAT" })).toMatchObject({
      name: "Desk",
      tax: { backend: "suite", id: "t1", name: "VAT" },
    });
    expect(v3.serviceFrom(context, { id, name: "Desk", taxId: "" })).toMatchObject({ tax: null });
  });
});

describe("raw", () => {
  test("keeps identifying members and drops secrets, at any depth", () => {
    const row = {
      id,
      thirdPartyAccountId: "T-1",
      loginPassword: "x",
      accessToken: "x",
      bankName: "x",
      accountNumber: "x",
      nested: { cardNumber: "x", CSC: "x", city: "Albany", list: [{ driverLicenceNumber: "x", name: "n", value: "v" }] },
    };
    const kept = { id, thirdPartyAccountId: "T-1", nested: { city: "Albany", list: [{ name: "n", value: "v" }] } };
    expect(publishable(row)).toEqual(kept);
  });
});

describe("lenient decoding", () => {
  const anything = fc.oneof(
    fc.constant(undefined),
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double(),
    fc.string(),
    fc.constantFrom("12.50", "True", "2026-01-31", "1/31/2026 9:05 PM", "To", "Archived"),
    fc.array(fc.anything(), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("Street1", "address", "Number", "type", "x"), fc.anything(), { maxKeys: 3 }),
  );
  const names = [
    ...Object.keys(v2Charge),
    "name",
    "taxId",
    "rate",
    "type",
    "billingEmailAddresses",
    "PhoneNumbers",
    "billingAddress",
  ];
  const row = fc
    .dictionary(fc.constantFrom(...names, "dateArchived", "thirdPartyInfo", "extra"), anything)
    .map((members) => ({ ...members, Id: id }));

  test("never throws, keeps the id, and invents no amount", () => {
    const written = (value: unknown) => typeof value === "number" || (typeof value === "string" && isDecimal(value));
    fc.assert(
      fc.property(row, (sent) => {
        for (const { customerFrom, serviceFrom, chargeFrom } of [v2, v3]) {
          expect(customerFrom(context, sent)?.backendId).toBe(id);
          expect(serviceFrom(context, sent)?.backendId).toBe(id);
          const charge = chargeFrom(context, sent);
          expect(charge?.backendId).toBe(id);
          expect(charge?.name).not.toBe("");
          if (!written((sent as { Cost?: unknown }).Cost)) expect(charge?.amount).toBeNull();
          if (charge?.amount) expect(charge.amount.amount).toMatch(/^-?\d+(\.\d+)?$/);
          expect(charge?.quantity).toMatch(/^-?\d+(\.\d+)?$/);
          expect(charge?.date ?? "2026-01-31").toMatch(/^\d{4}-\d{2}-\d{2}$/);
        }
        expect(v3.taxFrom(context, sent)?.backendId).toBe(id);
        v2.contactOf([sent]);
      }),
    );
  });

  test("returns nothing for a record without an id", () => {
    const { Id: _id, ...nameless } = v2Charge;
    for (const map of [
      v2.chargeFrom,
      v2.customerFrom,
      v2.serviceFrom,
      v3.chargeFrom,
      v3.customerFrom,
      v3.serviceFrom,
      v3.taxFrom,
    ]) {
      expect(map(context, nameless)).toBeNull();
    }
  });
});

describe("a row that comes again", () => {
  test.each([
    ["v2", v2.chargeFrom, { Id: "1", ClientId: "2", DateOfCharge: "05/11/2026", DateCreated: "2026-05-01 10:00:00" }],
    ["v3", v3.chargeFrom, { id: "1", clientId: "2", dateOfCharge: "05/11/2026" }],
  ] as const)("is decoded anew once a date has contradicted the order of dates, on %s", (_, chargeFrom, row) => {
    const own = { ...context, dates: createDates("America/New_York", "monthFirst") };
    keepRows([row]);
    expect(chargeFrom(own, row)?.date).toBe("2026-05-11");
    expect(chargeFrom(own, row)).toBe(chargeFrom(own, row));
    own.dates.day("25/11/2026");
    expect(chargeFrom(own, row)?.date).toBeNull();
  });
});
