import type { Finding, WritePlan, WriteStep } from "../../src/adapter/adapter.ts";
import { createPresence, type Presence, processClock } from "../../src/journal/leases.ts";
import type { Operation } from "../../src/journal/model.ts";
import type { MutationCall } from "../../src/journal/planned-operation.ts";
import type { Store } from "../../src/journal/store.ts";
import type { Target, WrittenEntity } from "../../src/journal/target.ts";
import type { Journal } from "../../src/journal/work.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Charge } from "../../src/model/model.ts";

/** What happens to a step of the fake backend when it is sent. */
export type Ending = "done" | "lostAfter" | "lostBefore" | "refused" | "neverLeft";

interface Line {
  readonly key: string;
  readonly endings?: readonly Ending[];
  readonly undo?: Ending | "impossible";
}

/**
 * A backend in memory. It stores what was created by the key that the test gave, and can lose answers. Each line is a target
 * whose step creates one thing. Each send takes the next of the line's endings; the last one repeats.
 *
 * @param idPrefix begins its ids: two backends on one store must not have the same ids
 */
export function createFakeBackend(idPrefix = "") {
  const things = new Map<string, { id: string; name: string }[]>();
  const sent: string[] = [];
  const sends = new Map<string, number>();
  let nextId = 1;
  let down = false;

  const unknown = (): BillingError => new BillingError("OUTCOME_UNKNOWN", "It may or may not have happened.");
  const endingOf = ({ key, endings = ["done"] }: Line): Ending => {
    const count = sends.get(key) ?? 0;
    sends.set(key, count + 1);
    return endings[Math.min(count, endings.length - 1)] as Ending;
  };

  function step(line: Line, action: string): WriteStep<WrittenEntity> {
    return {
      action,
      send: async (_id, _intent, { permit }) => {
        sent.push(`${action} ${line.key}`);
        const ending = endingOf(line);
        if (ending !== "neverLeft" && permit?.take() === false) throw new BillingError("UNAVAILABLE", "Nothing was sent.");
        if (ending === "refused") throw new BillingError("FORBIDDEN", "The role does not allow this.", { backendCode: "402" });
        if (ending === "neverLeft") throw new BillingError("UNAVAILABLE", "pbx cannot be reached. Nothing was sent.");
        if (ending === "lostBefore") throw unknown();
        const id = `${idPrefix}${nextId++}`;
        things.set(line.key, [...(things.get(line.key) ?? []), { id, name: action }]);
        if (ending === "lostAfter") throw unknown();
        return { id };
      },
      find: async (): Promise<Finding> => {
        if (down) throw new BillingError("UNAVAILABLE", "pbx cannot be reached.");
        const traces = (things.get(line.key) ?? []).map(({ id, name }) => ({
          id,
          claim: id,
          differs: name === action ? [] : ["name"],
        }));
        return {
          ours: traces.filter(({ differs }) => differs.length === 0),
          candidates: traces.filter(({ differs }) => differs.length > 0),
        };
      },
    };
  }

  function undoPlan(line: Line, id: string): WritePlan<WrittenEntity> {
    const remove: WriteStep<WrittenEntity> = {
      action: "void",
      send: async () => {
        sent.push(`void ${line.key}`);
        if (line.undo === "refused") throw new BillingError("CONFLICT", "It cannot be taken back any more.");
        things.set(
          line.key,
          (things.get(line.key) ?? []).filter((each) => each.id !== id),
        );
        if (line.undo === "lostAfter") throw unknown();
        return { id };
      },
      find: async () => ({
        ours: (things.get(line.key) ?? []).some((each) => each.id === id) ? [] : [{ id, claim: null }],
        candidates: [],
      }),
    };
    return { steps: [remove], read };
  }

  const read = async (id: string): Promise<WrittenEntity> =>
    ({ type: "Charge", backend: "pbx", id, name: "read back" }) as Charge;

  const target = (line: Line): Target => {
    const undo = line.undo === "impossible" ? {} : { undo: (id: string) => undoPlan(line, id) };
    const plan = { steps: [step(line, "charges/create")], read, ...undo };
    return { backend: "pbx", type: "Charge", objectId: null, plan, fieldPlace: ["input", "charge"] };
  };

  return {
    things,
    sent,
    setDown: (value: boolean) => {
      down = value;
    },
    target,
    /** A change of an existing object. */
    change: (line: Line, objectId: string): Target => ({ ...target(line), objectId }),
    all: (): string[] => [...things].flatMap(([key, each]) => each.map(({ id }) => `${key}:${id}`)),
  };
}

/** A journal that plans the given lines, whatever the mutation's input is. */
export function journalOver(
  store: Store,
  plan: (operation: Operation) => readonly Target[],
  { owner = "this-process", leaseMs = 60_000, ...changes }: Partial<Journal> & { owner?: string; leaseMs?: number } = {},
): Journal {
  return {
    store,
    plan,
    systemOf: () => "here",
    admit: async () => undefined,
    presence: presenceOf(store, { owner, leaseMs }),
    clock: processClock,
    settleMs: 0,
    permitMs: 30_000,
    longestCallMs: 0,
    pausesMs: [10],
    report: () => undefined,
    ...changes,
  };
}

export function presenceOf(store: Store, { owner = "this-process", leaseMs = 60_000 }): Presence {
  const times = { leaseMs, heartbeatMs: leaseMs / 4, clock: processClock };
  return createPresence({ store, ...times, report: () => undefined, name: () => owner });
}

export function callOf(targets: readonly Target[], changes: Partial<MutationCall> = {}): MutationCall {
  return {
    mutation: "createCharges",
    actor: null,
    users: {},
    idempotencyKey: null,
    input: { amount: "1" },
    validateOnly: false,
    onFailure: "KEEP",
    targets,
    repeats: () => false,
    maySee: () => true,
    ...changes,
  };
}
