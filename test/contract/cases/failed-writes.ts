import { afterEach, describe, expect, it } from "vitest";
import type { Adapter } from "../../../src/adapter/adapter.ts";
import type { ErrorCode } from "../../../src/model/errors.ts";
import type { Fault } from "../../../src/sandbox/simulated.ts";
import { chargesOf, everything, failureOf, perform, present, readCustomer, uniqueTag } from "../calls.ts";
import { type Contract, needing, unless } from "../dialect.ts";
import { assertErrorKeepsSecrets } from "../well-formed.ts";

/** The outcome of a write, by what happens to its request: whether it was done, and what the adapter must report. */
interface Ending {
  readonly kind: Fault["kind"];
  readonly done: boolean;
  readonly code: ErrorCode;
  readonly retryable: boolean;
}

const inAnyCase: readonly Ending[] = [
  { kind: "dropBefore", done: false, code: "OUTCOME_UNKNOWN", retryable: false },
  { kind: "dropAfter", done: true, code: "OUTCOME_UNKNOWN", retryable: false },
];

const withTransport: readonly Ending[] = [
  { kind: "html502", done: false, code: "OUTCOME_UNKNOWN", retryable: false },
  { kind: "html502After", done: true, code: "OUTCOME_UNKNOWN", retryable: false },
  { kind: "truncate", done: true, code: "OUTCOME_UNKNOWN", retryable: false },
  { kind: "emptyEnvelope", done: true, code: "OUTCOME_UNKNOWN", retryable: false },
  { kind: "rateLimit", done: false, code: "RATE_LIMITED", retryable: true },
];

/** The error of a write, which must say correctly whether the backend has acted. */
export function describeFailedWrites({ dialect, state }: Contract): void {
  /** Creates a customer with this fault in transit. Returns the outcome and whether the customer exists. */
  async function createCustomer(
    adapter: Adapter,
    faults: (action: string) => readonly Fault[],
  ): Promise<{ ending: Partial<Ending>; sent: number }> {
    const { running, references } = state();
    const tag = uniqueTag();
    const input = dialect.customer.inputs(references, tag)[0]?.input ?? {};
    const plan = present(adapter.customers.create)(input);
    running.setFaults(faults(dialect.faultTarget(plan.steps[0]?.action ?? "")));
    const before = running.countCalls();
    const error = await failureOf(() => perform(plan));
    const sent = running.countCalls() - before;
    running.setFaults([]);
    assertErrorKeepsSecrets(error, running.secrets);
    const customers = await everything(state().adapter.customers.list, { search: tag });
    expect(customers.length).toBeLessThanOrEqual(1);
    return { ending: { done: customers.length === 1, code: error.code, retryable: error.retryable }, sent };
  }

  /** Creates a charge or credit with this fault in transit. Returns the outcome and whether it exists. */
  async function createCharge(
    adapter: Adapter,
    faults: (action: string) => readonly Fault[],
    made: "charge" | "credit" = "charge",
  ): Promise<Partial<Ending>> {
    const { running, references } = state();
    const owner = await perform(
      present(state().adapter.customers.create)(dialect.customer.inputs(references, uniqueTag())[0]?.input ?? {}),
    );
    const whose = { ...references, customerId: owner.id };
    const plan =
      made === "charge"
        ? present(adapter.charges.create)(dialect.charge.inputs(whose, uniqueTag())[0]?.input ?? {})
        : present(adapter.charges.createCredit)(present(dialect.credit?.inputs(whose, uniqueTag())[0]).input);
    running.setFaults(faults(dialect.faultTarget(plan.steps[0]?.action ?? "")));
    const error = await failureOf(() => perform(plan));
    running.setFaults([]);
    assertErrorKeepsSecrets(error, running.secrets);
    const charges = await chargesOf(state().adapter, [owner.id]);
    return { done: charges.length === 1, code: error.code, retryable: error.retryable };
  }

  describe("writes that fail", () => {
    afterEach(() => state().running.setFaults([]));

    for (const ending of [...inAnyCase, ...withTransport]) {
      const { kind, ...expected } = ending;
      const test = inAnyCase.includes(ending)
        ? needing(dialect, "CUSTOMER_CREATE", "CHARGE_CREATE")
        : unless(dialect.noTransport);
      test(`after ${kind} say ${expected.code}, are sent once, and are ${expected.done ? "" : "not "}done`, async () => {
        const adapter = state().running.connect();
        const faults = (action: string): Fault[] => [
          { kind, function: action, ...(kind === "rateLimit" && { retryAfterSeconds: 0 }) },
        ];
        expect((await createCustomer(adapter, faults)).ending).toEqual(expected);
        expect(await createCharge(adapter, faults)).toEqual(expected);
        if (dialect.credit) expect(await createCharge(adapter, faults, "credit")).toEqual(expected);
      });
    }

    for (const json of [false, true]) {
      const what = json ? "JSON" : "a page";
      unless(dialect.noTransport)(`that a firewall in front answers with ${what} say OUTCOME_UNKNOWN, and are done`, async () => {
        const adapter = state().running.connect();
        const expected = { done: true, code: "OUTCOME_UNKNOWN", retryable: false };
        for (const status of [400, 402, 403, 404, 406, 409, 410, 412, 422, 451]) {
          const faults = (action: string): Fault[] => [{ kind: "blockedAfter", function: action, status, json }];
          expect([status, await createCharge(adapter, faults)]).toEqual([status, expected]);
          if (dialect.credit) expect([status, await createCharge(adapter, faults, "credit")]).toEqual([status, expected]);
        }
        const faults = (action: string): Fault[] => [{ kind: "blockedAfter", function: action, json }];
        expect((await createCustomer(adapter, faults)).ending).toEqual(expected);
      });

      unless(dialect.noTransport)(`that a server in front does not pass on say so: ${what}`, async () => {
        // The statuses that say that a request was not processed. Here it was: such an answer is believed.
        for (const [status, code] of [
          [401, "UNAUTHENTICATED"],
          [405, "UNSUPPORTED"],
          [426, "UNSUPPORTED"],
        ] as const) {
          const faults = (action: string): Fault[] => [{ kind: "blockedAfter", function: action, status, json }];
          expect(await createCharge(state().running.connect(), faults)).toMatchObject({ code, retryable: false });
        }
      });
    }

    for (const { kind, ...expected } of inAnyCase) {
      const happened = expected.done ? "changed" : "left alone";
      needing(
        dialect,
        "CUSTOMER_CREATE",
        "CUSTOMER_UPDATE",
      )(`of a customer that is there say so as well: ${kind}, ${happened}`, async () => {
        const { running, references, adapter } = state();
        const before = await perform(
          present(adapter.customers.create)(dialect.customer.inputs(references, uniqueTag())[0]?.input ?? {}),
        );
        const plan = present(running.connect().customers.update)(
          before.id,
          dialect.customer.changes(references, uniqueTag())[0] ?? {},
        );
        running.setFaults([{ kind, function: dialect.faultTarget(plan.steps[0]?.action ?? "") }]);
        const { code, retryable } = await failureOf(() => perform(plan));
        running.setFaults([]);
        const after = await readCustomer(adapter, before.id);
        expect({ done: after.name !== before.name, code, retryable }).toEqual(expected);
      });
    }

    unless(dialect.noTransport)("without an answer in time say OUTCOME_UNKNOWN, and are done", async () => {
      const adapter = state().running.connect("impatient");
      const faults = (action: string): Fault[] => [{ kind: "delay", milliseconds: 60_000, function: action }];
      const expected = { done: true, code: "OUTCOME_UNKNOWN", retryable: false };
      expect((await createCustomer(adapter, faults)).ending).toEqual(expected);
      expect(await createCharge(adapter, faults)).toEqual(expected);
      if (dialect.credit) expect(await createCharge(adapter, faults, "credit")).toEqual(expected);
    });

    it("with wrong credentials are UNAUTHENTICATED, and not done", async () => {
      const adapter = state().running.connect("wrongCredentials");
      const expected = { done: false, code: "UNAUTHENTICATED", retryable: false };
      expect((await createCustomer(adapter, () => [])).ending).toEqual(expected);
      expect(await createCharge(adapter, () => [])).toEqual(expected);
      if (dialect.credit) expect(await createCharge(adapter, () => [], "credit")).toEqual(expected);
    });

    it("without a backend are UNAVAILABLE, and may be sent again", async () => {
      const adapter = state().running.connect("unreachable");
      const expected = { done: false, code: "UNAVAILABLE", retryable: true };
      const { ending, sent } = await createCustomer(adapter, () => []);
      expect([ending, sent]).toEqual([expected, 0]);
      expect(await createCharge(adapter, () => [])).toEqual(expected);
      if (dialect.credit) expect(await createCharge(adapter, () => [], "credit")).toEqual(expected);
    });

    unless(dialect.noTransport)("with an error that echoes the request tell no secrets, and are not done", async () => {
      const { ending } = await createCustomer(state().running.connect(), (action) => [{ kind: "echo", function: action }]);
      expect(ending.done).toBe(false);
    });
  });
}
