import { isDeepStrictEqual } from "node:util";
import { describe, expect } from "vitest";
import type { Adapter, Incomplete } from "../../../src/adapter/adapter.ts";
import { BillingError } from "../../../src/model/errors.ts";
import type { Capability, Entity, Raw } from "../../../src/model/model.ts";
import { oneIn } from "../../support/sample.ts";
import { alter, pathsOf, recordsIn } from "../altering.ts";
import { scope } from "../calls.ts";
import { type Contract, type ContractState, needing, unless } from "../dialect.ts";

/**
 * Nothing that a backend shows may be left out or read as absent silently. Each member of one record per answer is altered in
 * turn. Then the read fails, reports missing rows, or the record names the members that are not understood.
 */
export function describeSilence({ dialect, state }: Contract): void {
  const ofTransport = unless(dialect.noTransport);
  if (dialect.noTransport !== null) {
    ofTransport("nothing is read as nothing without a word", () => {});
    return;
  }
  describe.each(Object.entries(reads))("an answer with a strange record: %s", (name, { capability, read }) => {
    needing(dialect, capability)(
      "reports it, whichever member it is",
      async () => {
        const { running, customers } = state();
        const adapter = running.connect();
        const owners = customers.map(({ id }) => id);
        let paths: readonly string[] = [];
        running.alterAnswers((_function, body) => {
          paths = [...new Set([...paths, ...recordsIn(body).flatMap(({ record }) => [...pathsOf(record)])])];
        });
        const problems: string[] = [];
        try {
          const before = await read(adapter, owners, state());
          expect(before.records.length).toBeGreaterThan(1);
          expect(before.records.filter(({ notUnderstood }) => notUnderstood)).toEqual([]);
          expect(before.incomplete).toEqual([]);
          const cases = [...paths, idName(paths)].flatMap((path) =>
            Object.entries(alterations).map(([kind, altered]) => ({ path, kind, altered })),
          );
          for (const { path, kind, altered } of oneIn(4, cases, `${dialect.kind} ${name}`)) {
            let isAltered = false;
            running.alterAnswers((_function, body) => {
              for (const { record } of isAltered ? [] : recordsIn(body)) {
                if (isAltered) break;
                alter(record, path.split("."), (value) => {
                  const next = altered(value);
                  isAltered ||= !isDeepStrictEqual(next, value);
                  return next;
                });
              }
            });
            const after = await read(adapter, owners, state());
            const problem = isAltered ? silenceIn(before, after) : null;
            if (problem !== null) problems.push(`${path} ${kind}: ${problem}`);
          }
        } finally {
          running.alterAnswers(null);
        }
        expect(problems).toEqual([]);
      },
      120_000,
    );
  });
}

/** The result of a read. A failure of a part is as good as a failure of all. */
interface Read {
  readonly records: readonly Entity[];
  readonly incomplete: readonly string[];
  readonly failures: readonly BillingError[];
}

interface ReadCase {
  readonly capability: Capability;
  readonly read: (adapter: Adapter, customers: readonly string[], state: ContractState) => Promise<Read>;
}

const page = { first: 1000, after: null };

const reads: Readonly<Record<string, ReadCase>> = {
  customers: { capability: "CUSTOMER_READ", read: ({ customers }) => ofPage(customers.list({}, page, scope)) },
  "customers by id": {
    capability: "CUSTOMER_READ",
    read: ({ customers }, ids) => ofSeveral(customers.getMany(ids.slice(0, 3), scope)),
  },
  charges: {
    capability: "CHARGE_READ",
    read: ({ charges }, ids) => ofSets(charges.listByCustomers(ids, {}, page, scope)),
  },
  "charges from a day on": {
    capability: "CHARGE_READ",
    read: ({ charges }, ids) => ofSets(charges.listByCustomers(ids, { from: "2001-01-01" }, page, scope)),
  },
  "charges by id": {
    capability: "CHARGE_READ",
    read: ({ charges }, _ids, state) =>
      ofSeveral(
        charges.getMany(
          state.charges.slice(0, 3).map(({ id }) => id),
          scope,
        ),
      ),
  },
  taxes: { capability: "TAX_READ", read: ({ taxes }) => ofPage(taxes?.list({}, page, scope)) },
  plans: { capability: "PLAN_READ", read: ({ plans }) => ofPage(plans?.list({}, page, scope)) },
  services: { capability: "SERVICE_READ", read: ({ services }) => ofPage(services?.list({}, page, scope)) },
};

const strangeText = "neither here nor there";

const alterations: Readonly<Record<string, (value: unknown) => unknown>> = {
  "of another type": () => ({ unexpected: [1] }),
  // Another text is as good in a free text.
  "no such value": (value) => (isFreeText(value) || (typeof value === "object" && value !== null) ? value : strangeText),
};

function isFreeText(value: unknown): boolean {
  return value === null || (typeof value === "string" && !/^[\d.:TZ/ -]+$|^[A-Z]{1,3}$|^[A-Z][a-z]+$/.test(value));
}

const idName = (paths: readonly string[]): string => (paths.some((path) => /^[A-Z]/.test(path)) ? "Id" : "id");

async function ofPage(reading: Promise<Incomplete & { readonly items: readonly { readonly value: Entity }[] }> | undefined) {
  return settled(async () => {
    const { items, incomplete } = (await reading) ?? { items: [] };
    return { records: items.map(({ value }) => value), incomplete: incomplete ? [incomplete.message] : [], failures: [] };
  });
}

async function ofSeveral(reading: Promise<readonly (Entity | BillingError | null)[]>): Promise<Read> {
  return settled(async () => {
    const given = await reading;
    return {
      records: given.flatMap((each) => (each === null || each instanceof BillingError ? [] : each)),
      incomplete: [],
      failures: given.filter((each) => each instanceof BillingError),
    };
  });
}

async function ofSets(
  reading: Promise<readonly ((Incomplete & { readonly charges: readonly Entity[] }) | BillingError)[]>,
): Promise<Read> {
  return settled(async () => {
    const sets = await reading;
    const given = sets.flatMap((set) => (set instanceof BillingError ? [] : set));
    return {
      records: given.flatMap(({ charges }) => charges),
      incomplete: given.flatMap(({ incomplete }) => incomplete?.message ?? []),
      failures: sets.filter((set) => set instanceof BillingError),
    };
  });
}

async function settled(read: () => Promise<Read>): Promise<Read> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof BillingError) return { records: [], incomplete: [], failures: [error] };
    throw error;
  }
}

/** The part that is left out silently; null: nothing is. */
function silenceIn(before: Read, after: Read): string | null {
  if (after.failures.length > 0) return after.failures.every(({ code }) => code === "BAD_RESPONSE") ? null : "fails otherwise";
  if (after.incomplete.length > 0) return null;
  const strange = after.records.filter(({ notUnderstood }) => notUnderstood);
  if (after.records.length < before.records.length && !isElsewhere(after)) return "a record is missing";
  if (strange.length > 0) return null;
  const was = new Map(before.records.map((record) => [record.id, record]));
  for (const record of after.records) {
    const old = was.get(record.id);
    // With another id.
    if (!old) continue;
    const changed = Object.keys({ ...old, ...record }).filter(
      (name) => name !== "raw" && !isDeepStrictEqual(old[name as "id"], record[name as "id"]),
    );
    const isShown = JSON.stringify(changed.map((name) => record[name as "id"])).includes(strangeText);
    if (changed.length > 0 && !isShown) return `${changed.join(", ")} changed`;
  }
  return null;
}

/** The record names an owner or an id that it did not have, so it counts as another record. */
function isElsewhere({ records }: Read): boolean {
  return records.some((record) => JSON.stringify((record as { readonly raw?: Raw }).raw ?? record).includes(strangeText));
}
