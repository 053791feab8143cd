import { afterEach, describe, expect } from "vitest";
import type { Adapter, WritePlan } from "../../../src/adapter/adapter.ts";
import type { ErrorCode } from "../../../src/model/errors.ts";
import type { ChargeInput, CreditInput, CustomerInput, Ref } from "../../../src/model/model.ts";
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

const creates = { customer: "CUSTOMER_CREATE", charge: "CHARGE_CREATE", credit: "CREDIT_CREATE" } as const;
type Made = keyof typeof creates;

/** The error of a write, which must say correctly whether the backend has acted. */
export function describeFailedWrites({ dialect, state }: Contract): void {
  const all: readonly Made[] = ["customer", "charge", "credit"];
  const makeable = all.filter((made) => dialect.capabilities.includes(creates[made]));
  const nothing = makeable.length === 0 ? "the backend creates nothing" : null;

  /** Creates something with this fault in transit. Returns the outcome, whether it exists, and the calls that reached the backend. */
  async function create(
    made: Made,
    adapter: Adapter,
    faults: (action: string) => readonly Fault[] = () => [],
  ): Promise<{ readonly ending: Partial<Ending>; readonly sent: number }> {
    const { running, references, ownCustomer } = state();
    const tag = uniqueTag();
    const customerId = made === "customer" ? references.customerId : await ownCustomer();
    const input = present(dialect[made]?.inputs({ ...references, customerId }, tag)[0]).input;
    const plan: WritePlan<Ref> =
      made === "customer"
        ? present(adapter.customers.create)(input as CustomerInput)
        : made === "charge"
          ? present(adapter.charges.create)(input as ChargeInput)
          : present(adapter.charges.createCredit)(input as CreditInput);
    running.setFaults(faults(dialect.faultTarget(plan.steps[0]?.action ?? "")));
    const before = running.countCalls();
    const error = await failureOf(() => perform(plan));
    const sent = running.countCalls() - before;
    running.setFaults([]);
    assertErrorKeepsSecrets(error, running.secrets);
    const there =
      made === "customer"
        ? await everything(state().adapter.customers.list, { search: tag })
        : await chargesOf(state().adapter, [customerId]);
    expect(there.length).toBeLessThanOrEqual(1);
    return { ending: { done: there.length === 1, code: error.code, retryable: error.retryable }, sent };
  }

  /** Expects this outcome of each thing that the backend can create. */
  async function expectEndings(expected: Partial<Ending>, ...how: [adapter: Adapter, faults?: (action: string) => Fault[]]) {
    for (const made of makeable) expect((await create(made, ...how)).ending, made).toEqual(expected);
  }

  describe("writes that fail", () => {
    afterEach(() => state().running.setFaults([]));

    for (const ending of [...inAnyCase, ...withTransport]) {
      const { kind, ...expected } = ending;
      const test = unless(nothing ?? (inAnyCase.includes(ending) ? null : dialect.noTransport));
      test(`after ${kind} say ${expected.code}, are sent once, and are ${expected.done ? "" : "not "}done`, async () => {
        const faults = (action: string): Fault[] => [
          { kind, function: action, ...(kind === "rateLimit" && { retryAfterSeconds: 0 }) },
        ];
        await expectEndings(expected, state().running.connect(), faults);
      });
    }

    for (const json of [false, true]) {
      const what = json ? "JSON" : "a page";
      const inFront = unless(nothing ?? dialect.noTransport);
      inFront(`that a firewall in front answers with ${what} say OUTCOME_UNKNOWN, and are done`, async () => {
        const expected = { done: true, code: "OUTCOME_UNKNOWN", retryable: false } as const;
        for (const status of [400, 402, 403, 404, 406, 409, 410, 412, 422, 451]) {
          const faults = (action: string): Fault[] => [{ kind: "blockedAfter", function: action, status, json }];
          await expectEndings(expected, state().running.connect(), faults);
        }
      });

      inFront(`that a server in front does not pass on, and says so with ${what}, are refused`, async () => {
        // The statuses that say that a request was not processed. Here it was: such an answer is believed.
        for (const [status, code] of [
          [401, "UNAUTHENTICATED"],
          [405, "UNSUPPORTED"],
          [426, "UNSUPPORTED"],
        ] as const) {
          const faults = (action: string): Fault[] => [{ kind: "blockedAfter", function: action, status, json }];
          await expectEndings({ done: true, code, retryable: false }, state().running.connect(), faults);
        }
      });
    }

    for (const { kind, ...expected } of inAnyCase) {
      const happened = expected.done ? "changed" : "left alone";
      needing(dialect, "CUSTOMER_UPDATE")(`of a customer that is there say so as well: ${kind}, ${happened}`, async () => {
        const { running, references, adapter, ownCustomer } = state();
        const before = await readCustomer(adapter, await ownCustomer());
        const change = present(dialect.customer?.changes(references, uniqueTag())[0]);
        const plan = present(running.connect().customers.update)(before.id, change);
        running.setFaults([{ kind, function: dialect.faultTarget(plan.steps[0]?.action ?? "") }]);
        const { code, retryable } = await failureOf(() => perform(plan));
        running.setFaults([]);
        const after = await readCustomer(adapter, before.id);
        expect({ done: after.name !== before.name, code, retryable }).toEqual(expected);
      });
    }

    unless(nothing ?? dialect.noTransport)("without an answer in time say OUTCOME_UNKNOWN, and are done", async () => {
      const faults = (action: string): Fault[] => [{ kind: "delay", milliseconds: 60_000, function: action }];
      const expected = { done: true, code: "OUTCOME_UNKNOWN", retryable: false } as const;
      await expectEndings(expected, state().running.connect("impatient"), faults);
    });

    unless(nothing)("with wrong credentials are UNAUTHENTICATED, and not done", async () => {
      const expected = { done: false, code: "UNAUTHENTICATED", retryable: false } as const;
      await expectEndings(expected, state().running.connect("wrongCredentials"));
    });

    unless(nothing)("without a backend are UNAVAILABLE, and may be sent again", async () => {
      const expected = { done: false, code: "UNAVAILABLE", retryable: true };
      for (const made of makeable) {
        expect(await create(made, state().running.connect("unreachable")), made).toEqual({ ending: expected, sent: 0 });
      }
    });

    unless(nothing ?? dialect.noTransport)(
      "with an error that echoes the request tell no secrets, and are not done",
      async () => {
        for (const made of makeable) {
          const { ending } = await create(made, state().running.connect(), (action) => [{ kind: "echo", function: action }]);
          expect(ending.done, made).toBe(false);
        }
      },
    );
  });
}
