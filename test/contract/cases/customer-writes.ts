import { describe, expect, it } from "vitest";
import type { Customer } from "../../../src/model/model.ts";
import { everything, failureOf, perform, present, readCustomer, scope, uniqueTag } from "../calls.ts";
import { type Contract, needing } from "../dialect.ts";
import { customerAsked, customerShown, untouched } from "../expected.ts";
import { assertWellFormed } from "../well-formed.ts";

/** Round trips of customers: what is read equals what was sent, and nothing else has changed. */
export function describeCustomerWrites({ dialect, state }: Contract): void {
  if (dialect.customer === null) {
    describe("writing customers", () => it("is not possible", ({ skip }) => skip("the backend writes no customers")));
    return;
  }
  const { inputs, changes, unreadable, follows } = dialect.customer;

  /** A customer that only the running case knows. */
  async function newCustomer(tag = uniqueTag()): Promise<Customer> {
    const [plainest] = inputs(state().references, tag);
    if (plainest === undefined) throw new Error("the dialect gives no input");
    return perform(present(state().adapter.customers.create)(plainest.input));
  }

  describe("writing customers", () => {
    needing(dialect, "CUSTOMER_CREATE")("creates the requested customer, which can be read, listed and searched", async () => {
      const { adapter, references, running } = state();
      for (const { title, input } of inputs(references, uniqueTag())) {
        const created = await perform(present(adapter.customers.create)(input));
        assertWellFormed(created, adapter, running.secrets);
        const read = await readCustomer(running.connect(), created.id);
        const asked = customerAsked(input, unreadable);
        expect(customerShown(read), title).toMatchObject(asked);
        expect(read.status, title).toBe("ACTIVE");
        const { email, phone } = created;
        expect({ ...read, email, phone }, title).toEqual(created);
        const listed = await everything(adapter.customers.list, { search: read.name });
        expect(
          listed.map(({ id }) => id),
          title,
        ).toContain(created.id);
      }
    });

    needing(dialect, "CUSTOMER_UPDATE")("changes the named members and nothing else", async () => {
      const { adapter, references, ownCustomer } = state();
      const id = await ownCustomer();
      for (const change of changes(references, uniqueTag())) {
        const label = JSON.stringify(change);
        const before = await readCustomer(adapter, id);
        const written = await perform(present(adapter.customers.update)(id, change));
        expect(written.id, label).toBe(id);
        const after = await readCustomer(adapter, id);
        expect(customerShown(after), label).toMatchObject(customerAsked(change, unreadable));
        expect(untouched(after, Object.keys(change), follows), label).toEqual(untouched(before, Object.keys(change), follows));
        assertWellFormed(after, adapter);
        // Also of an address, only the given parts change.
        const parts = Object.keys(change.address ?? {});
        if (change.address) expect(untouchedParts(after, parts), label).toEqual(untouchedParts(before, parts));
      }
    });

    needing(dialect, "CUSTOMER_ARCHIVE")("archives, and the customer can still be read", async () => {
      const { adapter } = state();
      const { id } = await newCustomer();
      await perform(present(adapter.customers.archive)(id));
      expect((await readCustomer(adapter, id)).status).toBe("ARCHIVED");
      const active = await everything(adapter.customers.list, { status: "ACTIVE" });
      expect(active.map((customer) => customer.id)).not.toContain(id);
    });

    needing(
      dialect,
      "CUSTOMER_ARCHIVE",
      "CUSTOMER_RESTORE",
    )("restores an archived customer as it was", async () => {
      const { adapter } = state();
      const before = await newCustomer();
      await perform(present(adapter.customers.archive)(before.id));
      await perform(present(adapter.customers.restore)(before.id));
      const after = await readCustomer(adapter, before.id);
      expect(after.status).toBe("ACTIVE");
      expect(customerShown(after)).toEqual(customerShown({ ...before, email: after.email, phone: after.phone }));
    });

    needing(dialect, "CUSTOMER_UPDATE")("an unknown customer is NOT_FOUND when changed", async () => {
      const { adapter, references } = state();
      const [change] = changes(references, uniqueTag());
      const error = await failureOf(() => perform(present(adapter.customers.update)(dialect.unknownIds.customer, change ?? {})));
      expect(error.code).toBe("NOT_FOUND");
    });

    needing(dialect, "CUSTOMER_ARCHIVE")("an unknown customer is NOT_FOUND when archived", async () => {
      const { adapter } = state();
      const error = await failureOf(() => perform(present(adapter.customers.archive)(dialect.unknownIds.customer)));
      expect(error.code).toBe("NOT_FOUND");
    });

    needing(dialect, "CUSTOMER_CREATE")("a new customer has no charges", async () => {
      const { adapter } = state();
      const { id } = await newCustomer();
      expect(await adapter.charges.listByCustomers([id], {}, { first: 10, after: null }, scope)).toEqual([
        { charges: [], complete: true },
      ]);
    });
  });
}

function untouchedParts(customer: Customer, changed: readonly string[]): Record<string, unknown> {
  const address = customer.address ?? { lines: [], city: null, state: null, postalCode: null, country: null };
  return Object.fromEntries(Object.entries(address).filter(([part]) => !changed.includes(part)));
}
