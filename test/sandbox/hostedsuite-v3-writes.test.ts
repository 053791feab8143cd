import { describe, expect, test } from "vitest";
import { call, errorOf, get, list, startV3, write } from "./hostedsuite.ts";

describe("writes", () => {
  const backend = startV3();
  const [client] = [...backend.state.clients.values()].filter(({ contractId }) => contractId === null);
  const [volumeClient] = [...backend.state.clients.values()].filter(({ contractId }) => contractId !== null);
  const [hour, office] = [...backend.state.services.values()];
  const order = { dateOfCharge: "2026-01-31", serviceId: hour?.id, clientId: client?.id, quantity: 3 };

  test("a charge is calculated, read, patched, archived and restored", () => {
    const created = write(backend, "POST", "charges", { ...order, notes: "n" });
    expect(created).toMatchObject({
      dateOfCharge: "2026-01-31T00:00:00.0000000",
      cost: 59.849999999999994,
      dateCreated: "2026-06-15T09:30:15.0000000",
    });
    const path = `charges/${created["id"]}`;
    expect(get(backend, path)).toEqual(created);
    expect(write(backend, "PATCH", path, { cost: 12.35, notes: null, quantity: 1 })).toMatchObject({
      cost: 12.35,
      notes: "n",
      quantity: 1,
    });
    expect(write(backend, "PATCH", path, { notes: "" })).toMatchObject({ notes: "" });
    expect(call(backend, "DELETE", path)).toMatchObject({ status: 204, body: "", function: "DELETE /charges/{id}" });
    expect(list(backend, "charges", `ids=${created["id"]}`)).toEqual([]);
    expect(get(backend, path)).toMatchObject({ dateArchived: "2026-06-15T09:30:15.0000000", archivedByName: "API user" });
    expect(write(backend, "PATCH", path, { __Restore: true })).not.toHaveProperty("dateArchived");
    expect(call(startV3({ deleteAnswer: 200 }), "DELETE", `charges/${[...backend.state.charges.keys()][0]}`)).toMatchObject({
      status: 200,
      body: "",
    });
  });

  test("a client's list has its charges of now, whatever was made, moved, changed and removed since it was last read", () => {
    const here = `clientId=${client?.id}&archived=true&countPerPage=1000`;
    const there = `clientId=${volumeClient?.id}&archived=true&countPerPage=1000`;
    const listed = (query: string) => list(backend, "charges", query).map(({ id, notes }) => `${id} ${notes}`);
    const [hereBefore, thereBefore] = [listed(here), listed(there)];
    const [kept, moved, removed] = ["kept", "moved", "removed"].map(
      (notes) => write(backend, "POST", "charges", { ...order, notes })["id"],
    );
    expect(listed(here)).toEqual([...hereBefore, `${kept} kept`, `${moved} moved`, `${removed} removed`]);
    write(backend, "PATCH", `charges/${moved}`, { clientId: volumeClient?.id });
    expect(listed(here)).toEqual([...hereBefore, `${kept} kept`, `${removed} removed`]);
    expect(listed(there)).toEqual([...thereBefore, `${moved} moved`]);
    backend.byHand?.["charges"]?.remove(String(removed));
    backend.byHand?.["charges"]?.edit(String(kept), { notes: "edited" });
    expect(listed(here)).toEqual([...hereBefore, `${kept} edited`]);
    write(backend, "PATCH", `charges/${moved}`, { clientId: client?.id });
    expect(listed(here)).toEqual([...hereBefore, `${kept} edited`, `${moved} moved`]);
    expect(listed(there)).toEqual(thereBefore);
  });

  test.each([
    [{ quantity: 0 }, { status: 500, message: "Quantity is required" }],
    [{ quantity: -1 }, { status: 500, message: "Quantity is required" }],
    [{ quantity: undefined }, { status: 500, message: "Quantity is required" }],
    [{ clientId: "" }, { status: 400, errorCode: "ArgumentNullException", errors: [{ fieldName: "clientId" }] }],
    [{ dateOfCharge: null }, { status: 400, errors: [{ fieldName: "dateOfCharge" }] }],
    [{ dateOfCharge: "soon" }, { status: 400, errorCode: "FormatException" }],
    [{ serviceId: "nothing" }, { status: 404, message: "Service not found" }],
    [{ contactId: "nobody" }, { status: 404, message: "Contact not found" }],
  ])("POST /charges with %j is refused", (members, expected) => {
    expect(errorOf(call(backend, "POST", "charges", { body: { ...order, ...members } }))).toMatchObject(expected);
  });

  test("levels and inherited rates of a contract apply", () => {
    const cost = (members: object): unknown =>
      write(backend, "POST", "charges", { ...order, clientId: volumeClient?.id, ...members })["cost"];
    expect(cost({ quantity: 2 })).toBe(39.9);
    expect(cost({ quantity: 10 })).toBe(179.5);
    expect(cost({ quantity: 500 })).toBe(1499.5);
    expect(cost({ quantity: 2, serviceId: office?.id })).toBe(249 * 2 + 49.9);
    const contract = write(backend, "POST", "contracts", {
      name: "Own",
      rates: [{ serviceId: hour?.id, unitCost: 10, setupFee: 10, setupFeeType: "Percentage" }],
    });
    write(backend, "PATCH", `clients/${volumeClient?.id}`, { contractId: contract["id"] });
    expect(cost({ quantity: 2 })).toBe(22);
  });

  test("a client is created, patched, moved and detached from its contract", () => {
    expect(errorOf(call(backend, "POST", "clients", { body: {} }))).toMatchObject({
      status: 400,
      errors: [{ fieldName: "name" }],
    });
    const [contract] = backend.state.contracts.keys();
    const [, center] = backend.state.centers.keys();
    const created = write(backend, "POST", "clients", {
      name: "Ångström AB",
      contractId: contract,
      billingEmailAddresses: [{ name: "A", address: "a@example.com" }, { name: "no address" }],
      thirdPartyInfo: { thirdPartyAccountId: "X-1" },
      billingAddress: { street1: "Gatan 1", country: "SE" },
    });
    expect(created).toMatchObject({
      centerName: "Riverside",
      contractName: "Standard",
      billingEmailAddresses: [{ address: "a@example.com", type: "To" }],
    });
    const path = `clients/${created["id"]}`;
    const patched = write(backend, "PATCH", path, { contractId: "", name: null, thirdPartyInfo: { thirdPartyAccountId: "X-2" } });
    expect(patched).toMatchObject({ name: "Ångström AB", thirdPartyInfo: { thirdPartyAccountId: "X-2" } });
    expect(patched).not.toHaveProperty("contractId");
    expect(write(backend, "POST", `${path}/assign-to-center`, { centerId: center })).toMatchObject({ centerId: center });
    expect(list(backend, "clients", "query=x-2")).toMatchObject([{ id: created["id"] }]);
  });

  test("taxes are written, and services refer to them", () => {
    const tax = write(backend, "POST", "taxes", { name: "GST", type: "Percentage", rate: 7.5 });
    expect(write(backend, "PATCH", `taxes/${tax["id"]}`, { type: "Flat", rate: 2 })).toMatchObject({
      name: "GST",
      type: "Flat",
      rate: 2,
    });
    const service = write(backend, "POST", "services", { name: "Locker", taxId: tax["id"] });
    expect(service).toMatchObject({ taxName: "GST" });
    expect(write(backend, "PATCH", `services/${service["id"]}`, { taxId: "" })).not.toHaveProperty("taxId");
    expect(call(backend, "DELETE", `taxes/${tax["id"]}`).status).toBe(204);
    expect(list(backend, "taxes", "name=GST")).toEqual([]);
  });

  test("unknown ids are not found", () => {
    for (const method of ["GET", "PATCH", "DELETE"]) {
      expect(errorOf(call(backend, method, "taxes/nothing"))).toMatchObject({ status: 404, message: "Tax not found" });
    }
    expect(errorOf(call(startV3({ unknownId: "500" }), "GET", "charges/x"))).toMatchObject({
      status: 500,
      message: "Charge not found",
    });
  });
});
