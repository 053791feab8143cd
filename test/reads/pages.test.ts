import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Adapter, List } from "../../src/adapter/adapter.ts";
import { createBackends } from "../../src/adapter/backends.ts";
import { pageOfAll } from "../../src/adapter/kit/paging.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Customer } from "../../src/model/model.ts";
import type { CustomerQuery } from "../../src/model/queries.ts";
import { createReads } from "../../src/reads/reads.ts";

/** Pages of customers over three backends with two customers each, while some of the backends fail. */
const allKeys = ["pbx", "suite", "recurring"];

async function ask(
  after: string | null,
  failing: readonly string[] = [],
  { keys = allKeys, first = 2, open = [] as readonly string[] } = {},
) {
  const asked: string[] = [];
  const backends = createBackends(
    keys.map((key) => {
      const list: List<Customer, CustomerQuery> = async (_query, page) => {
        asked.push(key);
        if (failing.includes(key)) throw new BillingError("TIMEOUT", `${key} did not answer in time.`, { backend: key });
        const customers = ["1", "2"].map((id) => ({ type: "Customer", backend: key, id }) as Customer);
        return pageOfAll(customers, ({ id }) => id, page);
      };
      const adapter = { key, customers: { list } } as unknown as Adapter;
      return { key, label: key, adapter, health: () => ({ circuit: open.includes(key) ? "OPEN" : "CLOSED" }) as never };
    }),
  );
  const page = await createReads(backends, {}, 100).customers(null, {}, { first, after });
  const missing = page.unavailable.map(({ backend, error: { code, retryable } }) => [backend, code, retryable]);
  const ids = page.edges.map(({ node }) => `${node.backend}:${node.id}`);
  return { ids, missing, asked, end: page.edges.at(-1)?.cursor ?? after, hasNextPage: page.hasNextPage };
}

describe("a backend that failed when it was its turn", () => {
  it("is named on that page and all later ones, and not asked again", async () => {
    const first = await ask(null, ["pbx"]);
    expect(first).toMatchObject({ ids: ["suite:1", "suite:2"], missing: [["pbx", "TIMEOUT", true]], hasNextPage: true });
    const second = await ask(first.end);
    expect(second).toMatchObject({ ids: ["recurring:1", "recurring:2"], missing: [["pbx", "TIMEOUT", true]] });
    expect(second.asked).not.toContain("pbx");
    expect((await ask(second.end)).missing).toEqual([["pbx", "TIMEOUT", true]]);
  });

  it("is named beside those that failed before it", async () => {
    const first = await ask(null, ["pbx"], { first: 1 });
    const second = await ask(first.end, ["suite"], { first: 1 });
    expect(second).toMatchObject({ ids: ["recurring:1"] });
    const third = await ask(second.end);
    expect(third.missing.map(([key]) => key)).toEqual(["pbx", "suite"]);
  });

  it("is asked again while no row of a later backend was given", async () => {
    const first = await ask(null, ["suite", "recurring"], { first: 3 });
    expect(first).toMatchObject({ ids: ["pbx:1", "pbx:2"], hasNextPage: false });
    expect(first.missing).toHaveLength(2);
    expect(await ask(first.end)).toMatchObject({ ids: ["suite:1", "suite:2"], missing: [] });
  });

  it("is not named to callers who may not see it", async () => {
    const first = await ask(null, ["pbx"]);
    const keys = ["suite", "recurring"];
    expect(await ask(first.end, [], { keys })).toMatchObject({ ids: ["recurring:1", "recurring:2"], missing: [] });
  });
});

describe("a backend whose circuit is open", () => {
  it("is named before its turn, without being asked", async () => {
    const first = await ask(null, [], { open: ["recurring"] });
    expect(first).toMatchObject({ ids: ["pbx:1", "pbx:2"], missing: [["recurring", "UNAVAILABLE", true]], hasNextPage: true });
    expect(first.asked).toEqual(["pbx"]);
    const amid = await ask(null, [], { first: 1, open: ["pbx", "suite"] });
    expect(amid).toMatchObject({ ids: ["pbx:1"], missing: [["suite", "UNAVAILABLE", true]], hasNextPage: true });
  });

  it("is asked when its turn comes, and no longer named when it answers", async () => {
    const first = await ask(null, [], { open: ["suite"] });
    expect(first.missing.map(([key]) => key)).toEqual(["suite"]);
    expect(await ask(first.end)).toMatchObject({ ids: ["suite:1", "suite:2"], missing: [] });
  });
});

describe("cursors", () => {
  const cursorOf = (parts: unknown): string => {
    const json = JSON.stringify(parts);
    return Buffer.from(`${crc32(json).toString(36)}${json}`).toString("base64url");
  };

  it("of earlier versions are still accepted, and are used while no backend fails", async () => {
    const old = cursorOf(["customers", "suite", "1"]);
    expect(await ask(old)).toMatchObject({ ids: ["suite:2", "recurring:1"], missing: [] });
    expect((await ask(null, [], { first: 3 })).end).toBe(old);
  });

  it.each([
    [["customers", "suite"]],
    [["taxes", "suite", "1"]],
    [["customers", "suite", "1", "pbx"]],
    [["customers", "suite", "1", ["pbx"]]],
    [["customers", "suite", "1", ["", "TIMEOUT"]]],
    [["customers", "suite", "1", ["pbx", "BROKEN"]]],
    [["customers", "suite", "1", ["pbx", "TIMEOUT", "1"]]],
    [["customers", "office", "1"]],
  ])("that nobody gave are refused: %j", async (parts) => {
    await expect(ask(cursorOf(parts))).rejects.toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
  });
});
