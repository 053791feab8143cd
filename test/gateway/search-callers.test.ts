import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { untilFilled } from "../directory/filled.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";
import { everything, type Found, forge, idsOf, placeIn, search } from "./searching.ts";

/** Search for callers who may see a part of the records only, and who may forge cursors. */

describe("callers who may not see everything", () => {
  const callers = [callerOf("root", ["read"]), callerOf("narrow", ["read"], ["suite"]), callerOf("reseller", ["read"], ["pbx"])];
  let sandboxed: TestGateway;
  let gateway: CallingGateway;
  beforeAll(async () => {
    sandboxed = await startTestGateway({ sandbox: { customers: 40 } });
    gateway = await startCallingGateway(sandboxed.sandbox, {
      callers,
      users: { reseller: { pbx: "reselling" } },
      backends: { pbx: { users: { reselling: { username: "reseller", password: "sandbox-reseller" } } } },
      directory: { refreshMinutes: 60 },
    });
    gateway.composition.directory.start({ lookEveryMs: 50 });
    await untilFilled(gateway.composition.directory);
  });
  afterAll(async () => {
    await gateway?.composition.close();
    await sandboxed?.close();
  });

  const ids = async (caller: string, variables: Record<string, unknown>): Promise<string[]> =>
    idsOf(await everything(async (asked) => (await gateway.data(caller, search, asked)).search, { first: 100, ...variables }));

  it("find records of the backends that they may see, and no others", async () => {
    const { search: found } = await gateway.data("narrow", search, { text: "an", first: 100 });
    expect(new Set((found as Found).sources.map(({ backend }) => backend.key))).toEqual(new Set(["suite"]));
    const { errors } = await gateway.send("narrow", search, { text: "an", backends: ["pbx"] });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["backends", "0"] });
  });

  it("cannot see more with another caller's cursor", async () => {
    const { search: found } = await gateway.data("root", search, { text: "an", first: 3 });
    const { errors } = await gateway.send("narrow", search, { text: "an", after: (found as Found).pageInfo.endCursor });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
  });

  it("find as another user of a backend the records that this user sees", async () => {
    const question = { text: "example", types: ["CUSTOMER"], backends: ["pbx"] };
    const [all, some] = await Promise.all([ids("root", question), ids("reseller", question)]);
    expect(some.length).toBeLessThan(all.length);
    expect(new Set(all)).toEqual(new Set(all).union(new Set(some)));
  });

  it("get nothing from the directory for a backend where they are another user", async () => {
    const question = { text: "in", types: ["CHARGE", "CUSTOMER", "TAX"], backends: ["pbx"] };
    const { search: found }: { search: Found } = await gateway.data("reseller", search, { ...question, first: 1 });
    expect(found.sources.map(({ source, records }) => [source, records])).toEqual(Array(3).fill(["LIVE", null]));
    expect(found.unavailable.map(({ backend, code }) => [backend.key, code])).toEqual([["pbx", "UNSUPPORTED"]]);
    const page = await gateway.data("reseller", search, { ...question, types: ["CHARGE"] });
    expect(page.search).toMatchObject({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });

  it("cannot get it with a forged cursor either", async () => {
    const question = { text: "example", types: ["CUSTOMER"], backends: ["pbx"], first: 1 };
    const { search: found } = await gateway.data("reseller", search, question);
    const made = (found as Found).edges[0]?.cursor ?? "";
    const sources = [{ type: "Customer", backend: "pbx" }];
    const after = forge(made, { streams: [{ kind: "INDEX", sources, position: null }], shown: [] });
    const { errors } = await gateway.send("reseller", search, { ...question, after });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
  });

  it("get no more with a cursor that asks for more than the gateway's own cursors can", async () => {
    const { search: found }: { search: Found } = await gateway.data("root", search, { text: "an", first: 1 });
    const made = found.edges[0]?.cursor ?? "";
    const { streams, shown } = placeIn(made);
    const [live] = streams.filter(({ kind }) => kind === "LIVE");
    const index = streams.find(({ kind }) => kind === "INDEX");
    const forged = [
      { streams: [...streams, ...streams], shown },
      { streams: [live, { ...live, position: "2" }], shown },
      { streams: [{ ...index, kind: "LIVE" }], shown },
      { streams: index?.sources.map((source) => ({ ...index, sources: [source] })), shown },
      { streams, shown: Array.from({ length: 201 }, (_, number) => `Customer:pbx:${number}`) },
      { streams, shown: ["Customer:pbx:1", "Customer:pbx:1"] },
    ];
    const same = forge(made, { streams, shown });
    expect((await gateway.send("root", search, { text: "an", after: same })).errors).toBeUndefined();
    for (const place of forged) {
      const { errors } = await gateway.send("root", search, { text: "an", after: forge(made, place) });
      expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
    }
  });
});
