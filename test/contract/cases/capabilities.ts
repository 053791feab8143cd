import { describe, expect, it } from "vitest";
import { capabilitiesOf } from "../../../src/adapter/verbs.ts";
import { scope } from "../calls.ts";
import type { Contract } from "../dialect.ts";

/** An adapter has exactly the verbs of its capabilities. */
export function describeCapabilities({ dialect, state }: Contract): void {
  describe("capabilities", () => {
    it("are those of the dialect, each once", () => {
      const { adapter } = state();
      expect(capabilitiesOf(adapter).toSorted()).toEqual(dialect.capabilities.toSorted());
    });

    it("come with the kind and the currency of the connection", () => {
      const { adapter } = state();
      expect([adapter.kind, adapter.currency]).toEqual([dialect.kind, dialect.currency]);
    });

    it("connecting makes no call, and a probe tests the connection", async () => {
      const { running } = state();
      const before = running.countCalls();
      const adapter = running.connect();
      expect(running.countCalls()).toBe(before);
      await adapter.probe(scope);
      expect(running.countCalls()).toBeGreaterThan(before);
    });
  });
}
