import { describe, expect, it } from "vitest";
import type { Page } from "../../src/adapter/adapter.ts";
import type { Backends } from "../../src/adapter/backends.ts";
import { createOmittedRows } from "../../src/adapter/kit/rows.ts";
import type { Customer } from "../../src/model/model.ts";
import type { CustomerQuery } from "../../src/model/queries.ts";
import { createCustomerFinder } from "../../src/runs/customers.ts";
import type { GivenRow } from "../../src/runs/model.ts";

/** A backend with customers that have these references, and one more that its lists cannot show, unless `hidden` is null. */
function finderOf(references: readonly string[], hidden: string | null, members: Readonly<Record<string, string>> = {}) {
  const list = async ({ reference }: CustomerQuery): Promise<Page<Customer>> => {
    const omitted = createOmittedRows("pbx", "customers");
    if (hidden !== null && (reference == null || reference === hidden)) omitted.add("id");
    const items = references
      .filter((each) => reference == null || each === reference)
      .map((each, index) => ({ value: customer(`${index + 1}`, each), position: `${index + 1}` }));
    return { items, hasNextPage: false, ...omitted.report() };
  };
  const backend = { key: "pbx", label: "Telephony", adapter: { customers: { list } } };
  const backends = { get: (key: string) => (key === "pbx" ? backend : null), all: [backend] } as unknown as Backends;
  const customerOfAccount = async () => "none";
  return createCustomerFinder({ backends, references: members, customerOfAccount, scope: {} });
}

const customer = (id: string, reference: string) =>
  ({ type: "Customer", backend: "pbx", id, name: reference, reference, currency: "EUR", status: "ACTIVE" }) as Customer;

const row = (customerReference: string): GivenRow => ({
  key: null,
  charge: { backend: "pbx", name: "Copies", amount: "1" },
  customerReference,
  allowDuplicate: false,
  problems: [],
});

describe("a customer by its reference", () => {
  /** Few references are looked up one by one; for many, all customers are read. */
  it.each([1, 40])("is found, with %i references in the file, if no other can be meant", async (count) => {
    const finder = finderOf(["A-1", "A-2"], "A-2");
    await finder.expect(Array.from({ length: count }, (_, index) => row(`A-${index + 1}`)));
    expect(await finder.find(row("A-1"))).toMatchObject({ id: expect.any(String), name: "A-1" });
  });

  it.each([1, 40])(
    "is not looked for where no customer has the member, with %i references: the configuration is wrong",
    async (count) => {
      const finder = finderOf(["A-1", "A-2"], null, { pbx: "raw.CustomerNo" });
      await finder.expect(Array.from({ length: count }, (_, index) => row(`A-${index + 1}`)));
      expect(await finder.find(row("A-1"))).toMatchObject({
        field: ["customerReference"],
        message: expect.stringMatching(/no customer of Telephony has the member raw\.CustomerNo: see runs\.references/),
      });
    },
  );

  it("is not found if another customer, which may have the same reference, cannot be shown", async () => {
    const finder = finderOf(["A-1", "A-2"], "A-2");
    await finder.expect([row("A-2")]);
    expect(await finder.find(row("A-2"))).toMatchObject({ code: "BAD_RESPONSE", field: ["customerReference"] });
  });

  it.each([1, 40])("is not reported as missing, with %i references, if the list is incomplete", async (count) => {
    const finder = finderOf(["A-1"], "B-1");
    await finder.expect(Array.from({ length: count }, () => row("B-1")).map((each, index) => (index ? row(`C-${index}`) : each)));
    const found = await finder.find(row("B-1"));
    expect(found).toMatchObject({ code: "BAD_RESPONSE", field: ["customerReference"] });
    expect("message" in found && found.message).not.toMatch(/has no customer/);
  });
});
