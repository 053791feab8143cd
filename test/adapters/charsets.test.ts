import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Adapter } from "../../src/adapter/adapter.ts";
import { type BackendSettings, openBackend } from "../../src/adapters/index.ts";
import type { BackendConnection } from "../../src/connections/http.ts";
import { BillingError, settle } from "../../src/model/errors.ts";
import { encodeJson, lettersOf } from "../connections/encodings.ts";
import { chargesOf, everything } from "../contract/calls.ts";
import { type Installation, type Served, serve } from "../doctor/patients.ts";
import { depth, oneIn, seed } from "../support/sample.ts";

/** Whatever charset a backend writes in, an adapter reads all of it correctly, or fails. */

type Kind = Installation["kind"];
const kinds: readonly Kind[] = ["enswitch", "hostedsuite-v2", "hostedsuite-v3", "v01"];

/** One charset of each way to encode letters; charset.test.ts has them all. */
const charsets = ["utf-8", "iso-8859-2", "windows-1252", "koi8-r", "shift_jis", "gbk", "utf-16le", "utf-16be"];

interface Writing {
  readonly charset: string;
  /** The charset that the header names. */
  readonly type: string;
  /** The first non-ASCII letter becomes an invalid byte. */
  readonly isBroken: boolean;
}

const plainly: Writing = { charset: "utf-8", type: "application/json", isBroken: false };

interface Bench {
  readonly served: Served;
  readonly connect: (settings?: object) => Adapter;
  readonly write: (how: Writing) => void;
  readonly close: () => Promise<void>;
}

/** The sandbox's backend behind a proxy that re-encodes its answers. */
async function setUp(kind: Kind): Promise<Bench> {
  const served = await serve({ kind });
  const { origin } = served.running;
  let how = plainly;
  const front = createServer(async ({ method = "GET", url = "/", headers }, response) => {
    const body = await buffer(response.req);
    const { host: _host, connection: _connection, "content-length": _length, ...kept } = headers;
    const init = { method, headers: kept as Record<string, string>, ...(body.length > 0 && { body }) };
    const answer = await fetch(`${origin}${url}`, init);
    const json = await answer.text();
    const written = json === "" || answer.status === 204 ? Buffer.alloc(0) : encodeJson(json, how.charset);
    response.writeHead(answer.status, answer.status === 204 ? {} : { "content-type": how.type });
    response.end(how.isBroken && /[^\p{ASCII}]/u.test(json) ? broken(json) : written);
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  const url = served.settings.url.replace(origin, `http://127.0.0.1:${(front.address() as AddressInfo).port}`);
  const connections: BackendConnection[] = [];
  return {
    served,
    connect: (settings = {}) => {
      const configured = { ...served.settings, url, circuit: { failures: 1000, openMs: 1 }, ...settings } as BackendSettings;
      const { adapter, connection } = openBackend("it", configured, () => {});
      connections.push(connection);
      return adapter;
    },
    write: (next) => {
      how = next;
    },
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await served.running.close();
    },
  };
}

function broken(json: string): Buffer {
  const at = json.search(/[^\p{ASCII}]/u);
  return Buffer.concat([Buffer.from(json.slice(0, at)), Buffer.of(0xfc), Buffer.from(json.slice(at))]);
}

/** All lists, and each customer by its id. */
async function readAll(adapter: Adapter): Promise<object> {
  const customers = await everything(adapter.customers.list, {});
  const ids = customers.map(({ id }) => id).slice(0, 8);
  const charges = await chargesOf(adapter, ids);
  const [taxes, services, plans] = await Promise.all([
    adapter.taxes ? everything(adapter.taxes.list, {}) : [],
    adapter.services ? everything(adapter.services.list, {}) : [],
    adapter.plans ? everything(adapter.plans.list, {}) : [],
  ]);
  return { customers, byId: await adapter.customers.getMany(ids, {}), charges, taxes, services, plans };
}

describe.each(kinds)("%s", (kind) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await setUp(kind);
  });
  afterAll(() => bench?.close());

  const nameColumn = { enswitch: "name", "hostedsuite-v2": "name", "hostedsuite-v3": "name", v01: "organizationName" }[kind];
  const table = kind.startsWith("hostedsuite") ? "clients" : "customers";

  it("reads the same in every charset, whether declared or configured", async () => {
    const declared = bench.connect();
    for (const charset of oneIn(3, charsets, `charsets of ${kind}`)) {
      bench.served.running.editByHand(table, bench.served.customer, { [nameColumn]: `Firm ${lettersOf(charset, 60)}` });
      bench.write(plainly);
      const expected = await readAll(bench.connect());
      expect(JSON.stringify(expected)).toContain(lettersOf(charset, 60).slice(0, 10));
      bench.write({ charset, type: `application/json; charset=${charset}`, isBroken: false });
      expect(await readAll(declared)).toEqual(expected);
      bench.write({ charset, type: "application/json", isBroken: false });
      expect(await readAll(bench.connect({ charset }))).toEqual(expected);
    }
  });

  it("reads any text, or fails: no letter is lost on the way", async () => {
    const adapter = bench.connect();
    const letters = fc.string({ unit: fc.constantFrom(..."aäßé€Ł漢\u{1f600} "), minLength: 1, maxLength: 20 });
    const declarations = fc.constantFrom("", ...charsets, "us-ascii", "x-nobodys").map((name) => name && `; charset=${name}`);
    await fc.assert(
      fc.asyncProperty(letters, fc.constantFrom(...charsets), declarations, async (text, charset, declared) => {
        bench.served.running.editByHand(table, bench.served.customer, { [nameColumn]: `Firm ${text}.` });
        bench.write({ charset, type: `application/json${declared}`, isBroken: false });
        const read = await settle(adapter.customers.getMany([bench.served.customer], {}));
        expect(JSON.stringify(read instanceof BillingError ? read.code : read)).not.toContain("\ufffd");
      }),
      { numRuns: 30 * depth, seed },
    );
  });

  it("returns nothing from an answer with an invalid byte, and a write's outcome stays unknown", async () => {
    bench.served.running.editByHand(table, bench.served.customer, { [nameColumn]: "Müßig" });
    const adapter = bench.connect({ retries: 0 });
    // A session begins with an answer in ASCII only.
    bench.write(plainly);
    await adapter.probe({});
    bench.write({ ...plainly, isBroken: true });
    const list = await settle(adapter.customers.list({}, { first: 1000, after: null }, {}));
    expect(list).toMatchObject({ code: "BAD_RESPONSE" });
    const plan = adapter.customers.update?.(bench.served.customer, { name: "Müßig & Co" });
    const step = plan?.steps[0];
    if (!step) throw new Error("this backend changes no names");
    const intent = { stepId: "0198f2d4-0000-7000-8000-000000000000-1", createdAt: new Date().toISOString() };
    bench.write(plainly);
    const note = (await step.note?.(null, { ...intent, note: "" }, {})) ?? "";
    bench.write({ ...plainly, isBroken: true });
    const written = await settle(step.send(bench.served.customer, { ...intent, note }, {}));
    // Enswitch and HostedSuite v2 do not show the record that they have changed.
    if (written instanceof BillingError) expect(written).toMatchObject({ code: "OUTCOME_UNKNOWN", retryable: false });
    else expect(JSON.stringify(written)).not.toMatch(/\ufffd/);
  });

  it("accepts no text that has lost letters anywhere", async () => {
    const adapter = bench.connect();
    const change = (name: string) => () => adapter.customers.update?.(bench.served.customer, { name });
    for (const name of ["M\ufffdßig", "half \ud83d", "\udc00"]) {
      expect(change(name)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: ["name"] }));
    }
    expect(change("Müßig \u{1f600}")).not.toThrow();
  });
});
