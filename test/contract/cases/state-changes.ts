import { describe, expect } from "vitest";
import type { Adapter, Intent, WritePlan, WriteStep } from "../../../src/adapter/adapter.ts";
import { BillingError } from "../../../src/model/errors.ts";
import type { Capability, Ref } from "../../../src/model/model.ts";
import type { Warning } from "../../../src/model/warnings.ts";
import { oneIn } from "../../support/sample.ts";
import { alter, alterations, type Kind, pathsOf, recordsIn } from "../altering.ts";
import { notedIntent, perform, present, scope, sendProven, uniqueTag } from "../calls.ts";
import { type Contract, type ContractState, type Dialect, needing, unless } from "../dialect.ts";
import { longNumber } from "../sandbox-running.ts";

/**
 * A record that was archived, restored, voided, deleted or executed is in that state afterwards, or the adapter reports that it
 * is not. The backend under test accepts such a call, answers as it did for another object, and does nothing.
 */

interface StateChange {
  readonly needs: readonly Capability[];
  readonly entity: "customer" | "charge" | "tax";
  readonly plan: (adapter: Adapter, id: string) => WritePlan<Ref>;
  /** Prepares the object. */
  readonly before?: (adapter: Adapter, id: string) => WritePlan<Ref>;
}

const changes: Readonly<Record<string, StateChange>> = {
  "an archived customer": {
    needs: ["CUSTOMER_CREATE", "CUSTOMER_ARCHIVE"],
    entity: "customer",
    plan: ({ customers }, id) => present(customers.archive)(id),
  },
  "a restored customer": {
    needs: ["CUSTOMER_CREATE", "CUSTOMER_ARCHIVE", "CUSTOMER_RESTORE"],
    entity: "customer",
    plan: ({ customers }, id) => present(customers.restore)(id),
    before: ({ customers }, id) => present(customers.archive)(id),
  },
  "a voided charge": {
    needs: ["CHARGE_CREATE", "CHARGE_VOID"],
    entity: "charge",
    plan: ({ charges }, id) => present(charges.void)(id),
  },
  "an executed charge": {
    needs: ["CHARGE_CREATE", "CHARGE_EXECUTE"],
    entity: "charge",
    plan: ({ charges }, id) => present(charges.execute)(id),
  },
  "an archived tax": {
    needs: ["TAX_CREATE", "TAX_ARCHIVE"],
    entity: "tax",
    plan: ({ taxes }, id) => present(taxes?.archive)(id),
  },
};

/** Members that show the state: of no member of an input, or of the one that a tax has. */
const stateFields = ["", "active"];

export function describeStateChanges({ dialect, state }: Contract): void {
  describe.each(Object.entries(changes))("the comparison after %s", (title, change) => {
    const test = needing(dialect, ...change.needs);

    test("warns of nothing if the change happened", async () => {
      const begun = await begin(change, dialect, state());
      expect(await send(begun)).toEqual([]);
    });

    if (dialect.noTransport !== null) return;

    test("says that the backend has accepted the call and done nothing", async () => {
      const { running } = state();
      const answers = new Map<string, unknown>();
      const first = await begin(change, dialect, state());
      const isCalled = isOf(dialect, first);
      running.alterAnswers((name, body) => {
        if (isCalled(name)) answers.set(name, structuredClone(body));
      });
      try {
        await send(first);
      } finally {
        running.alterAnswers(null);
      }
      expect(answers.size).toBe(first.plan.steps.length);
      const second = await begin(change, dialect, state());
      const told = await pretending(state(), answers, first.recordId, second);
      // Nothing in the answer shows that it is about this object.
      if (told instanceof BillingError) return expect(told.code).toBe("OUTCOME_UNKNOWN");
      // What such a step is warned of makes its outcome unknown, except for money, which may show later.
      expect(second.plan.steps.map(({ isState, executes }) => isState ?? executes)).not.toContain(undefined);
      expect(told.map(({ code, field }) => `${code} ${field?.join(".") ?? ""}`)).toEqual([
        expect.stringMatching(/^(NOT_STORED|STORED_DIFFERENTLY) (active)?$/),
      ]);
      expect(told[0]?.message).toMatch(/^(\w+: )?.*contract/);
    });

    test("is about the state only, whatever else the backend shows", async () => {
      const { running } = state();
      const problems: string[] = [];
      const paths = await pathsAfter(change, dialect, state());
      const cases = paths.flatMap((path) => (Object.keys(alterations) as Kind[]).map((kind) => ({ path, kind })));
      for (const { path, kind } of oneIn(4, cases, `${dialect.kind} ${title}`)) {
        const begun = await begin(change, dialect, state());
        let isSent = false;
        running.alterAnswers((name, body) => {
          isSent ||= isOf(dialect, begun)(name);
          if (!isSent) return;
          for (const { id, record } of recordsIn(body)) {
            if (id === begun.recordId) alter(record, path.split("."), alterations[kind]);
          }
        });
        try {
          const told = await send(begun);
          const fields = told.map(({ field }) => field?.join(".") ?? "").filter((field) => !stateFields.includes(field));
          if (fields.length > 0) problems.push(`${path} ${kind}: ${fields.join()}`);
        } catch (error) {
          if (!(error instanceof BillingError)) throw error;
        } finally {
          running.alterAnswers(null);
          running.removeByHand(present(dialect.looking[change.entity] ?? undefined).kind, begun.recordId);
        }
      }
      expect(problems).toEqual([]);
    }, 120_000);
  });

  unless(dialect.noTransport)("states are named by the model's words", () => {
    expect(Object.keys(changes)).toHaveLength(5);
  });
}

interface Begun {
  readonly plan: WritePlan<Ref>;
  readonly id: string;
  readonly recordId: string;
}

async function begin(change: StateChange, dialect: Dialect, { running, references }: ContractState): Promise<Begun> {
  const adapter = running.connect();
  const { entity } = change;
  const inputs = present(dialect[entity] ?? undefined)
    .inputs(references, uniqueTag())
    .map(({ input }): object => input);
  // A charge without an amount moves no money.
  const input = inputs.find((each) => entity !== "charge" || ("amount" in each && !("executeNow" in each))) ?? inputs[0];
  const verb = { customer: adapter.customers, charge: adapter.charges, tax: adapter.taxes }[entity]?.create;
  const { id } = await perform(present(verb as ((input: unknown) => WritePlan<Ref>) | undefined)(input));
  if (change.before) await perform(change.before(adapter, id));
  return { plan: change.plan(adapter, id), id, recordId: present(dialect.looking[entity] ?? undefined).recordId(id) };
}

/** Sends a plan and compares, as the journal does. */
async function send(
  { plan, id }: Begun,
  meanwhile: (act: () => Promise<void>) => Promise<void> = (act) => act(),
): Promise<Warning[]> {
  let value: (Ref & { readonly raw?: object }) | undefined;
  const sent: { readonly step: WriteStep<Ref>; readonly intent: Intent }[] = [];
  for (const step of plan.steps) {
    const intent = await notedIntent(step, id);
    await meanwhile(async () => {
      const written = await sendProven(step, id, intent);
      value = written.value as typeof value;
    });
    sent.push({ step, intent });
  }
  const shown = value ?? (await plan.read(id, scope));
  const warnings: Warning[] = [];
  for (const { step, intent } of sent)
    warnings.push(...((await (step.compareApart?.(id, intent, scope) ?? step.compare?.(shown as never, intent, scope))) ?? []));
  return warnings;
}

/** Whether the plan makes this call. */
const isOf =
  (dialect: Dialect, { plan }: Begun) =>
  (name: string): boolean =>
    plan.steps.some(({ action }) => name.includes(dialect.faultTarget(action)));

/**
 * Sends the plan while the backend answers as it did for another object. If that answer had a record, this object's unchanged
 * record replaces it.
 */
async function pretending(
  { running }: ContractState,
  answers: ReadonlyMap<string, unknown>,
  recordId: string,
  begun: Begun,
): Promise<readonly Warning[] | BillingError> {
  let current: object = {};
  running.alterAnswers((_name, body) => {
    for (const { id, record } of recordsIn(body)) if (id === begun.recordId) current = structuredClone(record);
  });
  const bodyOf = (answer: unknown): string => {
    if (answer === undefined) return "";
    const own = structuredClone(answer);
    for (const { id, record } of recordsIn(own)) {
      if (id !== recordId) continue;
      for (const name of Object.keys(record)) delete record[name];
      Object.assign(record, current);
    }
    return JSON.stringify(own).replaceAll(`"${longNumber}`, '"');
  };
  try {
    return await send(begun, async (act) => {
      running.pretend(new Map([...answers].map(([name, answer]) => [name, bodyOf(answer)])));
      try {
        await act();
      } finally {
        running.pretend(null);
      }
    });
  } catch (error) {
    if (error instanceof BillingError) return error;
    throw error;
  } finally {
    running.alterAnswers(null);
  }
}

/** The record's members that show the change. */
async function pathsAfter(change: StateChange, dialect: Dialect, state: ContractState): Promise<readonly string[]> {
  const paths = new Set<string>();
  const begun = await begin(change, dialect, state);
  state.running.alterAnswers((_name, body) => {
    for (const { id, record } of recordsIn(body)) if (id === begun.recordId) for (const path of pathsOf(record)) paths.add(path);
  });
  try {
    await send(begun);
  } finally {
    state.running.alterAnswers(null);
  }
  return [...paths];
}
