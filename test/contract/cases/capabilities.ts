import { describe, expect, it } from "vitest";
import type { Adapter } from "../../../src/adapter/adapter.ts";
import type { Capability } from "../../../src/model/model.ts";
import { scope } from "../calls.ts";
import type { Contract } from "../dialect.ts";

/** What is present exactly when a capability is listed; CUSTOMER_READ and CHARGE_READ have verbs that are always there. */
const verbs: Readonly<Partial<Record<Capability, (adapter: Adapter) => unknown>>> = {
  CUSTOMER_CREATE: ({ customers }) => customers.create,
  CUSTOMER_UPDATE: ({ customers }) => customers.update,
  CUSTOMER_ARCHIVE: ({ customers }) => customers.archive,
  CUSTOMER_RESTORE: ({ customers }) => customers.restore,
  CHARGE_CREATE: ({ charges }) => charges.create,
  CHARGE_UPDATE: ({ charges }) => charges.update,
  CHARGE_VOID: ({ charges }) => charges.void,
  CHARGE_EXECUTE: ({ charges }) => charges.execute,
  TAX_READ: ({ taxes }) => taxes,
  TAX_CREATE: ({ taxes }) => taxes?.create,
  TAX_UPDATE: ({ taxes }) => taxes?.update,
  TAX_ARCHIVE: ({ taxes }) => taxes?.archive,
  TAX_LIABILITY: ({ taxes }) => taxes?.setLiability,
  SERVICE_READ: ({ services }) => services,
  PLAN_READ: ({ plans }) => plans,
};

/** What the adapter says it can do is what it has verbs for. */
export function describeCapabilities({ dialect, state }: Contract): void {
  describe("capabilities", () => {
    it("are those of the dialect, each once", () => {
      const { adapter } = state();
      expect(adapter.capabilities.toSorted()).toEqual(dialect.capabilities.toSorted());
      expect(adapter.capabilities).toEqual(expect.arrayContaining(["CUSTOMER_READ", "CHARGE_READ"]));
    });

    it.each(Object.entries(verbs))("%s is listed exactly when the verb is there", (capability, verbOf) => {
      const { adapter } = state();
      expect((adapter.capabilities as readonly string[]).includes(capability)).toBe(verbOf(adapter) !== undefined);
    });

    it("come with the kind and the currency of the connection", () => {
      const { adapter } = state();
      expect([adapter.kind, adapter.currency]).toEqual([dialect.kind, dialect.currency]);
    });

    it("connecting calls nothing, and a probe proves the connection", async () => {
      const { running } = state();
      const before = running.countCalls();
      const adapter = running.connect();
      expect(running.countCalls()).toBe(before);
      await adapter.probe(scope);
      expect(running.countCalls()).toBeGreaterThan(before);
    });
  });
}
