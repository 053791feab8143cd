import { describe, expect, test } from "vitest";
import { type BackendV2, credentials, errorOf, firstOf, post, record, rows, send, startV2 } from "./hostedsuite.ts";

const always = { StartDate: "2000-01-01", EndDate: "2100-01-01" };

describe("clients", () => {
  test("are listed without archived ones, by id with them", () => {
    const backend = startV2();
    const archived = firstOf(backend.state.clients, ({ dateArchived }) => dateArchived !== null);
    expect(rows(backend, "clients").map(({ Id }) => Id)).not.toContain(archived.id);
    expect(rows(backend, "clients", { ClientId: archived.id })).toMatchObject([{ Id: archived.id, EntityStatus: "Archived" }]);
    expect(rows(startV2({ archivedClients: "hidden" }), "clients", { ClientId: archived.id })).toEqual([]);
    expect(rows(startV2({ archivedClients: "listed" }), "clients")).toHaveLength(60);
  });

  test("are filtered by name, account, center, screen pop and custom field", () => {
    const backend = startV2();
    const client = firstOf(
      backend.state.clients,
      ({ dateArchived, customFields }) => dateArchived === null && customFields !== null,
    );
    const ids = (members: object): unknown[] => rows(backend, "clients", members).map(({ Id }) => Id);
    expect(ids({ Name: client.name.slice(1).toUpperCase() })).toContain(client.id);
    expect(ids({ CustomFieldsFilter: { "Account number": client.customFields?.[0]?.value } })).toEqual([client.id]);
    expect(ids({ CenterId: client.centerId, ClientId: "" })).toContain(client.id);
    expect(ids({ ScreenPop: "no such number" })).toEqual([]);
    expect(ids({ ClientId: "0123456789abcdef01234567" })).toEqual([]);
  });

  test("match names in part, or as a whole", () => {
    const { name } = firstOf(startV2().state.clients, ({ dateArchived }) => dateArchived === null);
    const exact = startV2({ nameFilter: "exact" });
    expect(rows(exact, "clients", { Name: name.toUpperCase() })).toHaveLength(1);
    expect(rows(exact, "clients", { Name: name.slice(1) })).toEqual([]);
    expect(rows(startV2({ clientNames: "full" }), "clients/names")[0]).toHaveProperty("EntityStatus");
  });

  test("have a brief list of names", () => {
    const names = rows(startV2(), "clients/names");
    expect(new Set(names.flatMap(Object.keys))).toEqual(new Set(["Id", "Name", "CustomFields", "ThirdPartyAccountId"]));
  });

  test("are created, updated, archived, restored and deleted", () => {
    const backend = startV2();
    const industry = rows(backend, "clients").find(({ IndustryId }) => IndustryId !== undefined)?.["IndustryId"];
    const created = record(backend, "clients/save", {
      Name: "Żółw Ltd",
      Address: { street1: "1 Road", Country: "PL" },
      IndustryId: industry,
      CategoryId: "gold",
      CustomFields: [{ Name: "VAT id", Value: "PL1" }],
    });
    expect(created).toMatchObject({
      Name: "Żółw Ltd",
      CenterName: "Riverside",
      Address: { Street1: "1 Road", Country: "PL" },
      CallAllowanceAmount: 0,
    });
    expect(created).not.toHaveProperty("CategoryIds");
    const id = { ClientId: created["Id"] };
    expect(rows(backend, "clients", { CategoryIds: ["gold"] })).toHaveLength(1);

    const updated = record(backend, "clients/update", {
      ...id,
      Name: "ignored",
      NewName: "Żółw GmbH",
      IndustryId: "",
      Location: "Suite 1",
    });
    expect(updated).toMatchObject({ Name: "Żółw GmbH", Location: "Suite 1", CustomFields: [{ Name: "VAT id", Value: "PL1" }] });
    expect(updated).not.toHaveProperty("IndustryId");

    expect(record(backend, "clients/archive", { ClientName: "żółw gmbh" })).toEqual({});
    expect(rows(backend, "clients", { Name: "Żółw" })).toEqual([]);
    expect(record(backend, "clients/restore", id)).toEqual({});
    expect(rows(backend, "clients", { Name: "Żółw" })).toHaveLength(1);
    expect(record(backend, "clients/delete", id)).toEqual({});
    expect(errorOf(post(backend, "clients/restore", id))).toMatchObject({
      status: 500,
      ErrorCode: "Exception",
      Message: "Client not found",
    });
  });

  test("lists in an update replace the old ones, or extend them", () => {
    const update = (backend: BackendV2): unknown => {
      const { id } = firstOf(backend.state.clients, ({ customFields }) => customFields !== null);
      return record(backend, "clients/update", { ClientId: id, CustomFields: [{ Name: "A", Value: "1" }] })["CustomFields"];
    };
    expect(update(startV2())).toHaveLength(1);
    expect(update(startV2({ lists: "append" }))).toHaveLength(2);
  });
});

describe("charges", () => {
  const backend = startV2();
  const client = firstOf(backend.state.clients, ({ contractId }) => contractId === null);
  const [hour, ...others] = [...backend.state.services.values()];
  const unpriced = others.at(-1);
  const order = { ClientId: client.id, ServiceId: hour?.id, DateOfCharge: "2026-01-31" };

  test("have a cost in floating point; 0 is free, and without a rate it is left out", () => {
    expect(post(backend, "charges/new", { ...order, Quantity: 3 }).body).toContain('"Cost":59.849999999999994,');
    expect(record(backend, "charges/new", { ...order, Quantity: 3, Cost: 0 })).toMatchObject({ Cost: 0 });
    const unknown = { ...order, ServiceId: unpriced?.id, Quantity: 3 };
    expect(record(backend, "charges/new", unknown)).not.toHaveProperty("Cost");
    expect(record(startV2({ withoutRate: "zero" }), "charges/new", unknown)).toMatchObject({ Cost: 0 });
  });

  test("are returned whole, and stored", () => {
    const created = record(backend, "charges/new", { ...order, Quantity: 1, Cost: 1234567.89, Notes: "a, b" });
    expect(created).toMatchObject({
      EntityStatus: "Active",
      ClientName: client.name,
      DateCreated: "2026-06-15 09:30:15",
      Service: hour?.name,
      Description: hour?.name,
      Cost: 1234567.89,
      Notes: "a, b",
      Memorized: false,
    });
    expect(backend.state.charges.get(String(created["Id"]))).toMatchObject({ cost: 1234567.89, createdBy: { name: "API user" } });
  });

  test.each([
    [{ ClientId: "" }, { status: 400, ErrorCode: "ArgumentNullException", Errors: [{ FieldName: "ClientId" }] }],
    [{ ServiceId: null }, { status: 400, ErrorCode: "ArgumentNullException", Errors: [{ FieldName: "ServiceId" }] }],
    [{ DateOfCharge: undefined }, { status: 400, Errors: [{ FieldName: "DateOfCharge" }] }],
    [{ DateOfCharge: "2026-02-30" }, { status: 400, ErrorCode: "FormatException" }],
    [{ ClientId: "nobody" }, { status: 500, ErrorCode: "Exception", Message: "Client not found" }],
    [{ ServiceId: "nothing" }, { status: 500, ErrorCode: "Exception", Message: "Service not found" }],
  ])("%j is refused", (members, expected) => {
    expect(errorOf(post(backend, "charges/new", { ...order, ...members }))).toMatchObject(expected);
  });

  test("are refused as the switches say", () => {
    expect(post(backend, "charges/new", order).status).toBe(200);
    const strict = startV2({ requireQuantity: true, missingMember: "500", unknownId: "404" });
    expect(errorOf(post(strict, "charges/new", order))).toMatchObject({ status: 500, Message: "Quantity is required" });
    expect(errorOf(post(strict, "charges/new", {}))).toMatchObject({ status: 500, ErrorCode: "Exception", Errors: [] });
    expect(errorOf(post(strict, "charges/new", { ...order, Quantity: 1, ClientId: "nobody" }))).toMatchObject({ status: 404 });
  });

  test("need a window that includes its ends; an end without a time is midnight", () => {
    const fresh = startV2();
    expect(errorOf(post(fresh, "charges", { StartDate: "2026-01-01" }))).toMatchObject({
      status: 400,
      Errors: [{ FieldName: "EndDate" }],
    });
    record(fresh, "charges/new", { ...order, DateOfCharge: "1/31/2031 2:05 PM" });
    const count = (target: BackendV2, StartDate: string, EndDate: string): number =>
      rows(target, "charges", { StartDate, EndDate }).length;
    expect(count(fresh, "2031-01-01", "2031-01-31")).toBe(0);
    expect(count(fresh, "2031-01-31 14:05:00", "2031-01-31T14:05:00Z")).toBe(1);
    expect(count(fresh, "1/1/2031", "1/31/2031 23:59")).toBe(1);
    expect(count(fresh, "/Date(1927584000000)/", "2031-02-01")).toBe(1);
    const generous = startV2({ bareEndDate: "wholeDay" });
    record(generous, "charges/new", { ...order, DateOfCharge: "2031-01-31 14:05" });
    expect(count(generous, "2031-01-01", "2031-01-31")).toBe(1);
  });

  test("are ordered by date, then id, and selected by another date", () => {
    const fresh = startV2();
    const dates = rows(fresh, "charges", always).map(({ DateOfCharge, Id }) => `${DateOfCharge} ${Id}`);
    expect(dates).toEqual([...dates].sort());
    record(fresh, "charges/new", { ...order, DateOfCharge: "2010-01-01" });
    const since = { StartDate: "2026-06-15 09:30:00", EndDate: "2026-06-16" };
    expect(rows(fresh, "charges", { ...since, DateSelector: "datelastmodified" })).toHaveLength(1);
    expect(rows(fresh, "charges", { ...since, DateSelector: "Unknown" })).toHaveLength(0);
  });

  test("are listed as the switches say", () => {
    const all = [...backend.state.charges.values()];
    const manual = all.filter(({ source }) => source === "manual");
    expect(rows(startV2({ neitherSwitch: "manual" }), "charges/all", always).length).toBeGreaterThan(0);
    const oneOff = rows(startV2({ memorizedListed: false }), "charges", always);
    expect(oneOff.length).toBeLessThan(manual.length);
    expect(oneOff.some(({ Memorized }) => Memorized === true)).toBe(false);
    const created = rows(startV2({ listOrder: "creation" }), "charges", always).map(({ Id }) => String(Id));
    expect(created).toEqual([...created].sort());
    const odd = startV2({ entityStatus: "Open", chargeDescription: "none", datesOut: "american", unparseableDate: "500" });
    const charge = record(odd, "charges/new", { ...order, DateOfCharge: "2026-01-31 14:05" });
    expect(charge).toMatchObject({ EntityStatus: "Open", DateOfCharge: "1/31/2026 2:05:00 PM" });
    expect(charge).not.toHaveProperty("Description");
    expect(errorOf(post(odd, "charges/new", { ...order, DateOfCharge: "soon" }))).toMatchObject({ status: 500, Errors: [] });
  });

  test("/charges/all takes any verb and both switches, scheduling charges only there", () => {
    const fresh = startV2();
    const all = [...fresh.state.charges.values()];
    const scheduled = all.filter(({ source }) => source === "scheduling").length;
    const query = new URLSearchParams({ ...credentials, ...always, IncludeSchedulingCharges: "true" }).toString();
    expect(JSON.parse(send(fresh, "charges/all", "", query, "GET").body)).toHaveLength(scheduled);
    expect(rows(fresh, "charges/all", always)).toEqual([]);
    expect(rows(fresh, "charges/all", { ...always, IncludeManualCharges: true })).toHaveLength(all.length - scheduled);
    expect(rows(fresh, "charges", always)).toHaveLength(all.length - scheduled);
  });
});

describe("contacts, services, centers", () => {
  const backend = startV2();

  test("contacts of all clients come in one call; they are created, changed and archived", () => {
    expect(rows(backend, "contacts")).toHaveLength(backend.state.contacts.size);
    const client = firstOf(
      backend.state.clients,
      ({ id }) => ![...backend.state.contacts.values()].some(({ clientId }) => clientId === id),
    );
    const created = record(backend, "contacts/new", {
      ClientId: client.id,
      FirstName: "Zoë",
      EmailAddresses: [{ Address: "zoe@example.com" }, "not an object"],
      PhoneNumbers: [{ Number: "+1 555 0100", Mobile: true }],
    });
    expect(created).toMatchObject({
      Name: "Zoë",
      EmailAddresses: [{ Address: "zoe@example.com" }],
      PhoneNumbers: [{ Mobile: true }],
    });
    const id = { ContactId: created["Id"] };
    expect(rows(backend, "contacts", { EmailAddress: "ZOE@example.com" })).toHaveLength(1);
    expect(record(backend, "contacts/update", { ...id, LastName: "Ng" })).toMatchObject({ Name: "Zoë Ng", FirstName: "Zoë" });
    record(backend, "contacts/new", { ClientId: client.id, FirstName: "Al" });
    expect(rows(backend, "contacts/my-contacts", id)).toMatchObject([{ FirstName: "Al" }]);
    expect(record(backend, "contacts/archive", id)).toEqual({});
    expect(rows(backend, "contacts", { ClientId: client.id })).toHaveLength(1);
    expect(record(backend, "contacts/restore", id)).toEqual({});
    expect(record(backend, "contacts/delete", id)).toEqual({});
    expect(rows(backend, "contacts", { ClientId: client.id })).toHaveLength(1);
  });

  test("services keep their odd spaces and have no tax", () => {
    const services = rows(backend, "services");
    expect(services).toHaveLength(12);
    expect(services.map(({ Name }) => Name)).toContain("Mail  Forwarding ");
    expect(services.flatMap(Object.keys)).not.toContain("TaxId");
  });

  test("centers are listed, saved and updated", () => {
    expect(rows(backend, "centers")).toHaveLength(3);
    const { Id } = record(backend, "centers/save", { Name: "Harbour" });
    expect(record(backend, "centers/update", { Id, Name: "ignored", NewName: "Old Harbour" })).toMatchObject({
      Id,
      Name: "Old Harbour",
    });
    expect(rows(backend, "call-allowance/balance").length).toBeGreaterThan(0);
  });
});
