import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHostedSuiteV2 } from "../../src/sandbox/hostedsuite/index.ts";
import { type RunningBackend, serveSimulated } from "../../src/sandbox/server.ts";
import type { SandboxAnswer } from "../../src/sandbox/simulated.ts";
import { createWorld } from "../../src/sandbox/world.ts";
import { credentials, errorOf, firstOf, post, record, rows, send, startV2, world } from "./hostedsuite.ts";

const always = { StartDate: "2000-01-01", EndDate: "2100-01-01" };

describe("seed", () => {
  test("is deterministic", () => {
    expect([...startV2().state.charges.values()]).toEqual([...startV2().state.charges.values()]);
  });

  test("has growing ids of 24 hexadecimal characters", () => {
    const ids = [...startV2().state.charges.keys()];
    expect(ids.every((id) => /^[0-9a-f]{24}$/.test(id))).toBe(true);
    expect([...ids].sort()).toEqual(ids);
  });

  test("has every kind of difficult charge, none after the world's date", () => {
    const charges = [...startV2().state.charges.values()];
    const costs = new Set(charges.map(({ cost }) => cost));
    for (const cost of [59.849999999999994, 0.1, 19.99, 1234567.89, 0, null, -25.5]) expect(costs).toContain(cost);
    expect(charges.some(({ quantity }) => quantity === 0)).toBe(true);
    expect(charges.some(({ memorized }) => memorized)).toBe(true);
    expect(charges.some(({ source }) => source === "scheduling")).toBe(true);
    expect(Math.max(...charges.map(({ dateOfCharge }) => dateOfCharge))).toBeLessThanOrEqual(world.now.getTime());
  });

  test("has clients without contacts, with one, with several, and archived ones", () => {
    const { clients, contacts } = startV2().state;
    const counts = new Set(
      [...clients.keys()].map((id) => [...contacts.values()].filter(({ clientId }) => clientId === id).length),
    );
    expect([...counts].sort()).toEqual([0, 1, 2, 3]);
    expect([...clients.values()].some(({ dateArchived }) => dateArchived !== null)).toBe(true);
  });

  test("can have ten thousand clients", () => {
    expect(createHostedSuiteV2(createWorld({ customers: 10_000 })).state.clients.size).toBe(10_000);
  });
});

describe("transport", () => {
  const backend = startV2();

  test.each([
    ["clients/names", "POST", 200],
    ["Clients/Names/", "POST", 200],
    ["clients.json", "POST", 200],
    ["json/reply/ListClientNamesRequest", "POST", 200],
    ["clients", "GET", 404],
    ["charges/update", "POST", 404],
    ["taxes", "POST", 404],
    ["json/reply/ListClientsRequest[]", "POST", 404],
    ["%E0%A4%A", "POST", 404],
  ])("%s by %s answers %i", (path, method, status) => {
    expect(send(backend, path, JSON.stringify(credentials), "", method).status).toBe(status);
  });

  test("an unknown route is text, and a wrong verb may be 405", () => {
    expect(send(backend, "auth/info", "", "", "GET")).toMatchObject({
      headers: { "content-type": "text/plain" },
      function: "unknown",
    });
    expect(send(startV2({ wrongVerb: 405 }), "clients", "{}", "", "GET").status).toBe(405);
  });

  test("names the function without processing", () => {
    const request = { method: "POST", path: "/api/json/reply/NewChargeRequest", query: "", headers: {}, body: "" };
    expect(backend.functionOf?.(request)).toBe("charges/new");
    expect(backend.answer(request).function).toBe("charges/new");
  });

  test("malformed JSON and arrays are serialization errors", () => {
    for (const body of ['{"ClientId":', "[]", '"text"']) {
      expect(errorOf(send(backend, "clients", body))).toMatchObject({ status: 400, ErrorCode: "SerializationException" });
    }
  });

  test("binds names in any case, quoted numbers and nulls, ignores the rest", () => {
    const client = firstOf(backend.state.clients);
    const service = firstOf(backend.state.services);
    const charge = record(backend, "charges/new", {
      clientid: client.id,
      SERVICEID: service.id,
      dateOfCharge: "2026-01-31",
      Quantity: "2",
      Cost: null,
      Memorized: "True",
      Client_Id: "ignored",
      Notes: 17,
    });
    expect(charge).toMatchObject({ Quantity: 2, Cost: 39.9, Memorized: true, Notes: "17", DateOfCharge: "2026-01-31 00:00:00" });
    expect(
      record(backend, "charges/new", { ClientId: client.id, ServiceId: service.id, DateOfCharge: "2026-01-31", Quantity: "abc" }),
    ).toMatchObject({ Quantity: 0 });
  });

  test("leaves nulls out and writes 0 and false", () => {
    const [charge] = rows(backend, "charges", always);
    expect(Object.values(charge ?? {})).not.toContain(null);
    expect(charge).toHaveProperty("Memorized");
  });

  test("writes JSV when asked to", () => {
    const answer = send(backend, "authenticate", JSON.stringify(credentials), "format=jsv");
    expect(answer.headers).toMatchObject({ "content-type": "text/jsv; charset=utf-8" });
    expect(answer.body).toMatch(
      /^\{Authenticated:True,UserType:Administrator,Name:API user,CompanyName:acme,UserId:[0-9a-f]{24}\}$/,
    );
  });
});

describe("credentials", () => {
  const wrong = { Password: "wrong" };

  test("wrong ones are refused with a 500 SecurityException, a 401, or Authenticated:false", () => {
    expect(errorOf(post(startV2(), "clients", wrong))).toMatchObject({ status: 500, ErrorCode: "SecurityException" });
    expect(errorOf(post(startV2({ badCredentials: "401" }), "clients", wrong))).toMatchObject({
      status: 401,
      ErrorCode: "Unauthorized",
    });
    const polite = startV2({ authenticateRefusal: "authenticatedFalse" });
    expect(post(polite, "authenticate", wrong)).toMatchObject({ status: 200, body: '{"Authenticated":false}' });
    expect(post(polite, "clients", wrong).status).toBe(500);
  });

  test("allow a reader to list but not to write", () => {
    const reader = { UserName: "reader", Password: "sandbox-reader" };
    expect(post(startV2(), "clients", reader).status).toBe(200);
    expect(errorOf(post(startV2(), "clients/save", { ...reader, Name: "New" }))).toMatchObject({
      status: 403,
      ErrorCode: "Forbidden",
    });
  });
});

describe("batch route", () => {
  test("runs one after another until the first failure, whose envelope is the answer", () => {
    const backend = startV2({ batch: true });
    const { id } = firstOf(backend.state.clients);
    const batch = (elements: object[]): SandboxAnswer =>
      send(backend, "json/reply/UpdateClientRequest%5B%5D", JSON.stringify(elements));
    const update = { ...credentials, ClientId: id, Location: "Suite 9" };
    expect(JSON.parse(batch([update, update]).body)).toMatchObject([{ Id: id }, { Id: id }]);
    const failed = batch([{ ...update, Location: "Suite 10" }, { ...update, ClientId: "nobody" }, update]);
    expect(failed.headers).toMatchObject({ "x-autobatch-completed": "1" });
    expect(errorOf(failed)).toMatchObject({ status: 500, Message: "Client not found", Meta: { AutoBatchIndex: "1" } });
    expect(backend.state.clients.get(id)).toMatchObject({ location: "Suite 10" });
  });
});

describe("over HTTP", () => {
  let running: RunningBackend;
  beforeAll(async () => {
    running = await serveSimulated(startV2(), { port: 0 });
  });
  afterAll(() => running.close());

  test("answers a plain client", async () => {
    const response = await fetch(`${running.url}clients/names`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(credentials),
    });
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(await response.json()).not.toHaveLength(0);
    expect(running.calls).toEqual([{ function: "clients/names", method: "POST", status: 200 }]);
  });

  test("echoes credentials in the vendor's envelope when told to", async () => {
    running.setFaults([{ kind: "echo", times: 1 }]);
    const response = await fetch(`${running.url}clients`, { method: "POST", body: JSON.stringify(credentials) });
    expect(await response.json()).toMatchObject({ ResponseStatus: { StackTrace: expect.stringContaining("sandbox-suite") } });
  });
});
