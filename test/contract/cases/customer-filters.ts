import { describe, expect, it } from "vitest";
import { BillingError, settle } from "../../../src/model/errors.ts";
import type { Customer } from "../../../src/model/model.ts";
import type { CustomerQuery } from "../../../src/model/queries.ts";
import { containsText, foldText } from "../../../src/model/text.ts";
import { everything, present, scope } from "../calls.ts";
import type { Contract, ContractState } from "../dialect.ts";

/** Every member of CustomerQuery, compared with the unfiltered list. */
export function describeCustomerFilters({ dialect, state }: Contract): void {
  const lacks = dialect.customersLack ?? [];

  describe("filters of customers", () => {
    const ask = async (query: CustomerQuery): Promise<Customer[]> => {
      const { adapter } = state();
      const customers = await everything(adapter.customers.list, query, 7);
      expect(new Set(customers.map(({ id }) => id)).size).toBe(customers.length);
      return withContacts(state(), customers);
    };
    /** Whether the customer has each of these members that customers of the backend have at all. */
    const isKnown = (customer: Customer, ...members: readonly ("email" | "reference")[]): boolean =>
      members.every((member) => lacks.includes(member) || customer[member] !== null);
    const idsOf = (customers: readonly Customer[]): string[] => customers.map(({ id }) => id).toSorted();

    it("search finds a part of the name in any case, and nothing that does not contain it", async () => {
      const [some] = state().customers;
      const search = [...foldText(some?.name ?? "").toUpperCase()].slice(1, 6).join("").trim();
      const hits = await ask({ search });
      expect(idsOf(hits)).toEqual(
        expect.arrayContaining(
          idsOf(state().customers.filter(({ name, organizationName }) => containsText([name, organizationName], search))),
        ),
      );
      for (const { name, organizationName, firstName, lastName, email, reference, raw } of hits) {
        expect(
          containsText([name, organizationName, firstName, lastName, email, reference, JSON.stringify(raw)], search),
          name,
        ).toBe(true);
      }
    });

    it("search that matches nobody finds nobody", async () => {
      expect(await ask({ search: "nobody is called like this" })).toEqual([]);
    });

    it("email finds exactly those with this address, in any case", async () => {
      const all = await withContacts(state(), state().customers);
      const email = all.find((customer) => customer.email !== null)?.email ?? "";
      expect(email === "").toBe(lacks.includes("email"));
      if (email === "") return expect(await ask({ email: "nobody@example.com" })).toEqual([]);
      const expected = all.filter((customer) => foldText(customer.email ?? "") === foldText(email));
      expect(idsOf(await ask({ email: email.toUpperCase() }))).toEqual(idsOf(expected));
    });

    it("reference finds exactly those with this reference", async () => {
      const reference = state().customers.find((customer) => customer.reference !== null)?.reference ?? "";
      expect(reference === "").toBe(lacks.includes("reference"));
      if (reference === "") return expect(await ask({ reference: "nobody's" })).toEqual([]);
      const expected = state().customers.filter((customer) => customer.reference === reference);
      expect(idsOf(await ask({ reference }))).toEqual(idsOf(expected));
    });

    it("white space around a text means nothing, and a blank text is no filter", async () => {
      const some = (await withContacts(state(), state().customers)).find((customer) => isKnown(customer, "reference", "email"));
      const { name: search, reference, email } = present(some);
      for (const [member, text] of Object.entries({ reference, email, search })) {
        if (text === null) continue;
        const typed = idsOf(await ask({ [member]: ` ${text}\t` }));
        expect(typed, member).toContain(some?.id);
        expect(typed, member).toEqual(idsOf(await ask({ [member]: text })));
        expect(idsOf(await ask({ [member]: "  " })), member).toEqual(idsOf(state().customers));
      }
    });

    it("status finds exactly those of this status, or is refused by name", async () => {
      for (const status of ["ACTIVE", "ARCHIVED"] as const) {
        const expected = state().customers.filter((customer) => customer.status === status);
        const hits = await settle(ask({ status }));
        if (!(hits instanceof BillingError)) expect(idsOf(hits), status).toEqual(idsOf(expected));
        else expect([hits.code, hits.field?.at(-1), status]).toEqual(["UNSUPPORTED", "status", "ARCHIVED"]);
      }
    });

    it("filters narrow each other, and null is no filter", async () => {
      const some = state().customers.find((customer) => customer.status === "ACTIVE" && isKnown(customer, "reference"));
      const { id, name, reference } = present(some);
      const both = { reference, search: name, status: "ACTIVE", email: null } as const;
      expect(idsOf(await ask(both))).toContain(id);
      expect(await ask({ ...both, search: "nobody is called like this" })).toEqual([]);
      expect(idsOf(await ask({ search: null, email: null, reference: null, status: null }))).toEqual(idsOf(state().customers));
    });
  });
}

/** The customers with their contact data, wherever the backend keeps it. */
async function withContacts({ adapter }: ContractState, customers: readonly Customer[]): Promise<Customer[]> {
  const { getContacts } = adapter.customers;
  if (getContacts === undefined) return [...customers];
  const contacts = await getContacts(
    customers.map(({ id }) => id),
    scope,
  );
  return customers.map((customer, index) => {
    const contact = contacts[index];
    if (contact instanceof BillingError) throw contact;
    return { ...customer, ...contact };
  });
}
