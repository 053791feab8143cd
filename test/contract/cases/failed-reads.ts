import { afterEach, describe, expect, it } from "vitest";
import type { Adapter, CallRecord, CallScope } from "../../../src/adapter/adapter.ts";
import { BillingError, settle } from "../../../src/model/errors.ts";
import { failureOf, scope } from "../calls.ts";
import { type Contract, unless } from "../dialect.ts";
import { assertErrorKeepsSecrets } from "../well-formed.ts";

/** The errors of reads, by what goes wrong in transit; faults are those of sandbox/simulated.ts. */
export function describeFailedReads({ dialect, state }: Contract): void {
  const withTransport = unless(dialect.noTransport);

  /** One read of each group, so that each group handles each failure. A batch may fail as a whole or key by key. */
  function reads({ customers, charges, taxes, plans, services, probe }: Adapter): ((given: CallScope) => Promise<unknown>)[] {
    const { references } = state();
    const chargeId = state().charges[0]?.id ?? "";
    const page = { first: 5, after: null };
    return [
      probe,
      (given) => customers.list({}, page, given),
      (given) => only(customers.getMany([references.customerId], given)),
      (given) => only(charges.getMany([chargeId], given)),
      (given) => only(charges.listByCustomers([references.customerId], {}, page, given)),
      ...(taxes ? [(given: CallScope) => taxes.list({}, page, given)] : []),
      ...(plans ? [(given: CallScope) => plans.list({}, page, given)] : []),
      ...(services ? [(given: CallScope) => services.list({}, page, given)] : []),
    ];
  }

  describe("reads that fail", () => {
    afterEach(() => state().running.setFaults([]));

    async function expectFailures(adapter: Adapter, code: string, retryable: boolean, given: CallScope = scope): Promise<void> {
      for (const [index, read] of reads(adapter).entries()) {
        const error = await failureOf(() => read(given));
        expect([error.code, error.retryable, error.backend], `read ${index}`).toEqual([code, retryable, adapter.key]);
        assertErrorKeepsSecrets(error, state().running.secrets);
      }
    }

    it("with wrong credentials are UNAUTHENTICATED", () =>
      expectFailures(state().running.connect("wrongCredentials"), "UNAUTHENTICATED", false));

    it("without a backend are UNAVAILABLE", () => expectFailures(state().running.connect("unreachable"), "UNAVAILABLE", true));

    it("when the client has gone away end at once, and do not count as the backend's failure", async () => {
      const signal = AbortSignal.abort();
      const before = state().running.countCalls();
      await expectFailures(state().running.connect(), "CONFLICT", true, { signal });
      expect(state().running.countCalls()).toBe(before);
    });

    it("when the operation may make no more calls send nothing", async () => {
      const refusal = new BillingError("INVALID_INPUT", "too many calls");
      const admit = (): void => {
        throw refusal;
      };
      const { running } = state();
      const before = running.countCalls();
      for (const read of reads(running.connect())) {
        expect((await failureOf(() => read({ admit }))).message).toBe(refusal.message);
      }
      expect(running.countCalls()).toBe(before);
    });

    withTransport("with half an answer are BAD_RESPONSE", async () => {
      const { running } = state();
      running.setFaults([{ kind: "truncate" }]);
      await expectFailures(running.connect(), "BAD_RESPONSE", true);
    });

    withTransport("without an answer are UNAVAILABLE", async () => {
      const { running } = state();
      running.setFaults([{ kind: "dropBefore" }]);
      await expectFailures(running.connect(), "UNAVAILABLE", true);
    });

    withTransport("without an answer in time are TIMEOUT", async () => {
      const { running } = state();
      running.setFaults([{ kind: "delay", milliseconds: 60_000 }]);
      await expectFailures(running.connect("impatient"), "TIMEOUT", true);
    });

    withTransport("with an error that echoes the request tell no secrets", async () => {
      const { running } = state();
      running.setFaults([{ kind: "echo" }]);
      for (const read of reads(running.connect())) {
        const error = await failureOf(() => read(scope));
        assertErrorKeepsSecrets(error, running.secrets);
      }
    });

    withTransport("once, for a reason that may pass, are tried again", async () => {
      const { running } = state();
      for (const kind of ["html502", "dropBefore", "truncate"] as const) {
        for (const [index, read] of reads(running.connect()).entries()) {
          running.setFaults([{ kind, times: 1 }]);
          const records: CallRecord[] = [];
          await read({ record: (call) => records.push(call) });
          expect(Math.max(...records.map(({ attempts }) => attempts)), `${kind}, read ${index}`).toBe(2);
        }
      }
    });

    withTransport("for some keys of a batch never look as if there were nothing", async () => {
      const { running, customers, charges } = state();
      const adapter = running.connect();
      const customerIds = customers.slice(0, 8).map(({ id }) => id);
      const chargeIds = charges.slice(0, 8).map(({ id }) => id);
      running.setFaults([{ kind: "dropBefore", probability: 0.5 }]);
      const batches: readonly (readonly unknown[])[] = [
        await valuesOf(adapter.customers.getMany(customerIds, scope)),
        await valuesOf(adapter.charges.getMany(chargeIds, scope)),
        await valuesOf(adapter.charges.listByCustomers(customerIds, {}, { first: 1000, after: null }, scope)),
      ];
      running.setFaults([]);
      const whole: readonly (readonly unknown[])[] = [
        customers.slice(0, 8),
        charges.slice(0, 8),
        await adapter.charges.listByCustomers(customerIds, {}, { first: 1000, after: null }, scope),
      ];
      for (const [number, batch] of batches.entries()) {
        for (const [index, value] of batch.entries()) {
          if (value instanceof BillingError) expect(value.code).toBe("UNAVAILABLE");
          else expect(value).toEqual(whole[number]?.[index]);
        }
      }
    });

    withTransport("because of too many calls wait as long as asked, and are tried again", async () => {
      const { running } = state();
      running.setFaults([{ kind: "rateLimit", times: 1, retryAfterSeconds: 0 }]);
      await running.connect().probe(scope);
      running.setFaults([{ kind: "rateLimit", retryAfterSeconds: 3600 }]);
      const error = await failureOf(() => running.connect().probe(scope));
      expect([error.code, error.retryable, error.retryAfterMs]).toEqual(["RATE_LIMITED", true, 3_600_000]);
    });

    it("or succeed report every call, without ids and credentials", async () => {
      const { running, references } = state();
      const adapter = running.connect();
      for (const read of reads(adapter)) {
        const records: CallRecord[] = [];
        await read({ record: (call) => records.push(call) });
        expect(records.length).toBeGreaterThan(0);
        for (const call of records) {
          expect([call.backend, call.outcome, call.attempts]).toEqual([adapter.key, "ok", 1]);
          expect(call.milliseconds).toBeGreaterThanOrEqual(0);
          for (const text of [...running.secrets, references.customerId.padStart(6, "/")])
            expect(call.function).not.toContain(text);
        }
      }
    });
  });
}

/** The value of a batch of one. The failure of its key is thrown like a failure of the batch. */
async function only(batch: Promise<readonly unknown[]>): Promise<unknown> {
  const [value] = await batch;
  if (value instanceof BillingError) throw value;
  expect(value).not.toBeNull();
  return value;
}

/** A batch's values; none if it failed as a whole. */
async function valuesOf(batch: Promise<readonly unknown[]>): Promise<readonly unknown[]> {
  const values = await settle(batch);
  return values instanceof BillingError ? [values] : values;
}
