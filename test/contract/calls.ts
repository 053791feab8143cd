import { expect } from "vitest";
import type {
  Adapter,
  CallScope,
  Intent,
  List,
  Loaded,
  Shown,
  WritePlan,
  WriteStep,
  Written,
} from "../../src/adapter/adapter.ts";
import { chargesBehind } from "../../src/adapter/charge-order.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Charge, Customer } from "../../src/model/model.ts";
import type { ChargeQuery } from "../../src/model/queries.ts";

/** How the cases use an adapter: as the layers above it do. */

export const scope: CallScope = {};

let lastTag = 0;

/** Text that occurs nowhere else in the backend. */
export function uniqueTag(): string {
  lastTag += 1;
  return `contract${process.pid}x${lastTag}`;
}

/** Sends all steps of a plan, as journal/runner.ts does, and returns the object as it is stored. */
export async function perform<T>(plan: WritePlan<T>): Promise<T> {
  let id: string | null = null;
  let value: T | undefined;
  for (const step of plan.steps) {
    const written: Written<T> = await sendProven(step, id, await notedIntent(step, id));
    id = written.id;
    value = written.value;
  }
  expect(id, "the steps told no id").not.toBeNull();
  return value ?? plan.read(id ?? "", scope);
}

/** Sends a step and proves its answer, as journal/sending.ts does. */
export async function sendProven<T>(step: WriteStep<T>, id: string | null, intent: Intent): Promise<Written<T>> {
  const written = await step.send(id, intent, scope);
  if (id !== null || written.id === null || written.alike) return written;
  const answered = written.value as Shown | undefined;
  const proven = await step.prove?.(written.id, answered, intent, scope);
  return proven && answered === undefined ? { ...written, id: proven.id, value: proven } : written;
}

/** A new intent of a step, with its note. */
export async function notedIntent(step: WriteStep<unknown>, id: string | null): Promise<Intent> {
  const intent = { stepId: crypto.randomUUID(), createdAt: new Date().toISOString(), note: null };
  const note = step.noteAtOnce?.(intent) ?? (await step.note?.(id, intent, scope)) ?? null;
  // The store keeps no more characters of it.
  expect(Buffer.byteLength(note ?? "")).toBeLessThanOrEqual(64 * 1024);
  return { ...intent, note };
}

/** The BillingError that something fails with; anything else fails the test. */
export async function failureOf(action: () => unknown): Promise<BillingError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof BillingError) return error;
    throw error;
  }
  throw new Error("expected a failure, but it succeeded");
}

/** All values of a list, fetched in pages of `first`. */
export async function everything<T, Query>(list: List<T, Query>, query: Query, first = 1000): Promise<T[]> {
  const values: T[] = [];
  let after: string | null = null;
  for (;;) {
    const page = await list(query, { first, after }, scope);
    expect(page.items.length).toBeLessThanOrEqual(first);
    values.push(...page.items.map(({ value }) => value));
    if (!page.hasNextPage) return values;
    // A page that promises more and brings nothing would be repeated without end.
    expect(page.items.length).toBeGreaterThan(0);
    after = page.items.at(-1)?.position ?? null;
  }
}

/** All charges of some customers, in the canonical order. */
export async function chargesOf(
  adapter: Adapter,
  customerIds: readonly string[],
  query: ChargeQuery = {},
): Promise<readonly Charge[]> {
  const sets = await adapter.charges.listByCustomers(customerIds, query, { first: 100_000, after: null }, scope);
  const charges = sets.flatMap((set) => {
    if (set instanceof BillingError) throw set;
    expect(set.complete).toBe(true);
    return set.charges;
  });
  return chargesBehind(charges, null);
}

/** The value of a batch of one; fails if it does not exist. */
export async function found<T>(batch: Promise<readonly Loaded<T>[]>): Promise<T> {
  const value = await maybeFound(batch);
  if (value === null) throw new Error("expected it to exist");
  return value;
}

export async function maybeFound<T>(batch: Promise<readonly Loaded<T>[]>): Promise<T | null> {
  const [value, ...others] = await batch;
  expect(others).toEqual([]);
  if (value instanceof BillingError) throw value;
  return value ?? null;
}

/** A customer with its contact data, wherever the backend keeps it. */
export async function readCustomer(adapter: Adapter, id: string): Promise<Customer> {
  const customer = await found(adapter.customers.getMany([id], scope));
  const contact = adapter.customers.getContacts ? await maybeFound(adapter.customers.getContacts([id], scope)) : null;
  return contact ? { ...customer, ...contact } : customer;
}

/** A verb that the capabilities promise. */
export function present<Verb>(verb: Verb | undefined): Verb {
  if (verb === undefined) throw new Error("the capability is listed, but the verb is missing");
  return verb;
}
