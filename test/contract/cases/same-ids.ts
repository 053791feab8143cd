import { describe, expect } from "vitest";
import type { Adapter, Incomplete } from "../../../src/adapter/adapter.ts";
import { BillingError } from "../../../src/model/errors.ts";
import type { Capability, Entity } from "../../../src/model/model.ts";
import { isRecord, type Json } from "../altering.ts";
import { present, scope } from "../calls.ts";
import { type Contract, type ContractState, unless } from "../dialect.ts";

interface Listed extends Incomplete {
  readonly values: readonly Entity[];
}

interface Group {
  readonly name: string;
  readonly capability: Capability;
  readonly list: (state: ContractState) => Promise<Listed>;
  readonly verbs: (adapter: Adapter) => Pick<Adapter["customers"], "getMany"> | undefined;
}

const page = { first: 50, after: null };
const whole = ({ items, incomplete }: Incomplete & { items: readonly { value: Entity }[] }): Listed => ({
  values: items.map(({ value }) => value),
  ...(incomplete && { incomplete }),
});

const groups: readonly Group[] = [
  {
    name: "customers",
    capability: "CUSTOMER_READ",
    list: async ({ adapter }) => whole(await adapter.customers.list({}, page, scope)),
    verbs: ({ customers }) => customers,
  },
  {
    name: "taxes",
    capability: "TAX_READ",
    list: async ({ adapter }) => whole(await present(adapter.taxes).list({}, page, scope)),
    verbs: ({ taxes }) => taxes as never,
  },
  {
    name: "plans",
    capability: "PLAN_READ",
    list: async ({ adapter }) => whole(await present(adapter.plans).list({}, page, scope)),
    verbs: ({ plans }) => plans as never,
  },
  {
    name: "services",
    capability: "SERVICE_READ",
    list: async ({ adapter }) => whole(await present(adapter.services).list({}, page, scope)),
    verbs: ({ services }) => services as never,
  },
  {
    name: "charges",
    capability: "CHARGE_READ",
    list: async ({ adapter, charges }) => {
      const owners = Map.groupBy(charges, ({ customer }) => customer?.id ?? "");
      const [[owner] = [""]] = [...owners].toSorted(([, left], [, right]) => right.length - left.length);
      const [set] = await adapter.charges.listByCustomers([owner], {}, { first: 50, after: null }, scope);
      if (set === undefined || set instanceof BillingError) throw set;
      return { values: set.charges, ...(set.incomplete && { incomplete: set.incomplete }) };
    },
    verbs: ({ charges }) => charges as never,
  },
];

/** Two records of one id that say different things: nobody can tell which of them is right. */
export function describeSameIds({ dialect, state }: Contract): void {
  describe("two records with the same id", () => {
    for (const { name, capability, list, verbs } of groups) {
      const reason = dialect.capabilities.includes(capability) ? dialect.noTransport : `the backend has no ${capability}`;
      const test = unless(reason);

      test(`of ${name} are one if they say the same, and reported if they do not`, async () => {
        const { running, adapter } = state();
        const usual = await list(state());
        expect(usual.incomplete).toBeUndefined();
        expect(usual.values.length).toBeGreaterThan(1);
        const connected = { ...state(), adapter: running.connect() };
        try {
          running.alterAnswers((_function, body) => twinsIn(body, (record) => structuredClone(record)));
          const same = await list(connected);
          expect(same.incomplete).toBeUndefined();
          expect(new Set(same.values.map(({ id }) => id)).size).toBe(same.values.length);
          const names = new Set(usual.values.map(({ name: each }) => each));
          running.alterAnswers((_function, body) => twinsIn(body, (record) => altered(record, names)));
          const other = await list(connected);
          expect(other.incomplete).toMatchObject({
            code: "BAD_RESPONSE",
            message: expect.stringContaining("have the id of another one"),
          });
          const ids = other.values.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          const found = await present(verbs(running.connect())).getMany(ids, scope);
          running.alterAnswers(null);
          const proper = await present(verbs(adapter)).getMany(ids, scope);
          for (const [index, each] of found.entries()) {
            if (each instanceof BillingError) expect(each.code).toBe("BAD_RESPONSE");
            // The one in whose place the twin stands is not there.
            else if (each !== null) expect(each.name).toBe((proper[index] as Entity | null)?.name);
          }
        } finally {
          running.alterAnswers(null);
        }
      });
    }
  });
}

/** Puts a twin of the first record of each list in the place of the second one, so that counts stay right. */
function twinsIn(value: unknown, twin: (record: Json) => Json): void {
  if (Array.isArray(value) && value.length > 1 && isRecord(value[0]) && ("id" in value[0] || "Id" in value[0])) {
    value[1] = twin(value[0]);
    return;
  }
  if (isRecord(value) || Array.isArray(value)) for (const member of Object.values(value)) twinsIn(member, twin);
}

/** Another text where it has one that is no date, id or type: its name, or a member that is called like a text. */
function altered(record: Json, names: ReadonlySet<unknown>): Json {
  const isText = ([key, value]: readonly [string, unknown]): boolean =>
    names.has(value) || (textMember.test(key) && typeof value === "string");
  const [name = ""] = Object.entries(record).find(isText) ?? [];
  return { ...structuredClone(record), [name]: "Says something else" };
}

const textMember = /^(?:name|description|notes?|organizationName|firstName|companyName|service)$/i;
