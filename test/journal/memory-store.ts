import { type AlikeCharge, AlikeError, type AlikeQuery } from "../../src/journal/alike.ts";
import {
  type Hold,
  maySee,
  type Operation,
  type OperationFilter,
  type OperationPosition,
  operationStatuses,
  type Step,
} from "../../src/journal/model.ts";
import type { OperationKey } from "../../src/journal/queries.ts";
import { OwnershipLostError, type RecordConditions, StepClaimedError } from "../../src/journal/recorder.ts";
import type { OperationStatistics } from "../../src/journal/statistics.ts";
import type { OperationChanges, Store } from "../../src/journal/store.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Warning } from "../../src/model/warnings.ts";
import { reporting } from "../../src/store/engine.ts";

const mostOrphans = 100;
const silentForgottenMs = 24 * 3_600_000;

export interface MemoryStoreOptions {
  /** The store's clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** False: statements of a holder take effect whoever holds the operation. Tests must notice. */
  readonly isFenced?: boolean;
  /** Called with an operation before and after each statement that changes it, in the same turn; null = it did not exist. */
  readonly onChange?: (before: Operation | null, after: Operation) => void;
}

export interface MemoryStore extends Store {
  /** Every operation as it is, in the order of recording: for assertions. */
  readonly operations: () => readonly Operation[];
  /** When an owner's lease lapses; undefined = it has none. */
  readonly leaseOf: (owner: string) => number | undefined;
}

/** A store in memory. Each method does all its work synchronously, before its promise settles, so its statements are atomic. */
export function createMemoryStore({ now, isFenced = true, onChange }: MemoryStoreOptions): MemoryStore {
  const operations = new Map<string, Operation>();
  const owners = new Map<string, { seenAt: number; leaseUntil: number }>();
  const listeners = new Set<{ readonly listener: (id: string) => void }>();
  let isOpen = true;

  const instant = (): string => new Date(now()).toISOString();
  const all = (): Operation[] => [...operations.values()];

  /** Like a database's driver: a closed store rejects. */
  function method<Arguments extends readonly unknown[], Result>(body: (...parameters: Arguments) => Result) {
    return reporting(async (...parameters: Arguments): Promise<Awaited<Result>> => {
      if (!isOpen) throw new Error("The store is closed.");
      return await body(...parameters);
    });
  }

  function put(after: Operation): void {
    const before = operations.get(after.id) ?? null;
    operations.set(after.id, after);
    onChange?.(before, after);
    for (const { listener } of listeners) listener(after.id);
  }

  function held({ id, owner, epoch }: Hold): Operation {
    const operation = operations.get(id);
    if (!operation || (isFenced && (operation.epoch !== epoch || operation.owner !== owner))) throw new OwnershipLostError();
    return operation;
  }

  function isLapsed({ owner }: Operation): boolean {
    return owner === null || !((owners.get(owner)?.leaseUntil ?? Number.NEGATIVE_INFINITY) > now());
  }

  function refuseTakenClaim(operation: Operation, { backend, claim, position }: Step): void {
    if (claim === null) return;
    const isOther = (id: string, other: Step): boolean =>
      other.backend === backend && other.claim === claim && (id !== operation.id || other.position !== position);
    if (!all().some(({ id, steps }) => steps.some((other) => isOther(id, other)))) return;
    throw new StepClaimedError({ backend, claim }, null);
  }

  /** Like alikeCharges in journal/alike.ts, but without voided charges. */
  function alike({ likenesses, since, besides, besidesRun }: AlikeQuery): readonly AlikeCharge[] {
    return all()
      .filter((each) => each.createdAt >= since && each.status !== "ROLLED_BACK" && !each.validateOnly)
      .filter((each) => !(besides && hasKey(each, besides)))
      .filter(({ once }) => besidesRun === undefined || once?.runId !== besidesRun)
      .flatMap(({ id, actor, createdAt, steps }) =>
        steps
          .filter(({ status, compensates }) => status !== "FAILED" && status !== "VALIDATED" && !compensates)
          .filter(({ likeness }) => likeness !== null && likenesses.includes(likeness))
          .filter(({ position, target }) => steps.find((step) => step.target === target)?.position === position)
          .map(({ likeness, nodeId, backend }) => {
            return { likeness: likeness ?? "", operationId: id, nodeId, actor, backend, recordedAt: createdAt };
          }),
      );
  }

  function claimWhere(id: string, owner: string, isFree: (operation: Operation) => boolean): Operation | null {
    const operation = operations.get(id);
    if (!operation || !isFree(operation)) return null;
    const claimed = { ...operation, owner, epoch: operation.epoch + 1, updatedAt: instant() };
    put(claimed);
    return claimed;
  }

  return {
    get engine(): never {
      throw new Error("A store in memory has no database.");
    },
    operations: all,
    leaseOf: (owner) => owners.get(owner)?.leaseUntil,
    insert: method((operation: Operation, { unlessAlike }: RecordConditions = {}) => {
      if (unlessAlike && alike(unlessAlike).length > 0) throw new AlikeError();
      if (all().some((other) => hasKey(other, operation) || hasOnce(other, operation))) return null;
      if (new Set(operation.steps.map(({ position }) => position)).size < operation.steps.length) {
        throw new Error("Two steps have one position.");
      }
      for (const step of operation.steps) refuseTakenClaim(operation, step);
      const recorded = { ...operation, updatedAt: instant() };
      put(recorded);
      return recorded;
    }),
    byKey: method((key: OperationKey) => all().find((operation) => hasKey(operation, key)) ?? null),
    byId: method((id: string) => operations.get(id) ?? null),
    byIds: method((ids: readonly string[]) => all().filter(({ id }) => ids.includes(id))),
    ofOnce: method((keys: readonly string[]) => all().filter(({ once }) => once !== null && keys.includes(once.key))),
    alike: method(alike),
    hasAlike: method((query: AlikeQuery) => alike(query).length > 0),
    list: method((filter: OperationFilter, first: number, after: OperationPosition | null) =>
      all()
        .filter((operation) => matches(operation, filter) && (after === null || newestFirst(after, operation) < 0))
        .sort(newestFirst)
        .slice(0, first),
    ),
    trail: async function* ({ since, until }) {
      const isIn = ({ createdAt }: Operation): boolean => createdAt >= since && (until === null || createdAt < until);
      yield* all().filter(isIn).sort(newestFirst).reverse();
    },
    blocking: method((objectId: string) => {
      const blocks = (step: Step): boolean =>
        step.objectId === objectId && (step.status === "UNKNOWN" || step.status === "SENDING");
      return all()
        .filter(({ steps }) => steps.some(blocks))
        .sort(newestFirst)
        .reverse();
    }),
    claimed: method((backend: string, claims: readonly string[]) => {
      const taken = all().flatMap(({ steps }) => steps.filter((step) => step.backend === backend).map(({ claim }) => claim));
      return new Set(claims).intersection(new Set(taken)) as ReadonlySet<string>;
    }),
    warnClaimants: method(
      (besides: string, { backend, claims }: { backend: string; claims: readonly string[] }, warning: Warning) =>
        all().flatMap((operation) => {
          const lacks = (step: Step): boolean =>
            step.backend === backend &&
            step.claim !== null &&
            claims.includes(step.claim) &&
            step.warnings.every(({ code }) => code !== warning.code);
          if (operation.id === besides || !operation.steps.some(lacks)) return [];
          const steps = operation.steps.map((step) => (lacks(step) ? { ...step, warnings: [...step.warnings, warning] } : step));
          const warned = { ...operation, steps, updatedAt: instant() };
          put(warned);
          return [warned];
        }),
    ),
    hasRival: method((operationId: string, step: Step) =>
      all().some(({ id, owner, steps }) => id !== operationId && owner !== null && steps.some((other) => isRival(other, step))),
    ),
    isBeingChanged: method((operationId: string, objectId: string) =>
      all().some(
        ({ id, steps }) => id !== operationId && steps.some((step) => step.objectId === objectId && step.status === "SENDING"),
      ),
    ),
    saveStep: method((hold: Hold, step: Step, changes: OperationChanges = {}) => {
      const operation = held(hold);
      refuseTakenClaim(operation, step);
      const earlier = operation.steps.find(({ position }) => position === step.position);
      const saved = earlier ? { ...step, ...plannedOf(earlier) } : step;
      const others = operation.steps.filter(({ position }) => position !== step.position);
      put({ ...operation, ...given(changes), steps: inOrder([...others, saved]), updatedAt: instant() });
    }),
    addSteps: method((hold: Hold, steps: readonly Step[]) => {
      const operation = held(hold);
      const taken = new Set(operation.steps.map(({ position }) => position));
      if (steps.some(({ position }) => taken.has(position))) throw new Error("Two steps have one position.");
      put({ ...operation, steps: inOrder([...operation.steps, ...steps]), updatedAt: instant() });
    }),
    save: method((hold: Hold, changes: OperationChanges) => {
      put({ ...held(hold), ...given(changes), updatedAt: instant() });
    }),
    claim: method((id: string, owner: string) => claimWhere(id, owner, isLapsed)),
    reclaim: method((hold: Hold, owner: string) =>
      claimWhere(hold.id, owner, (operation) => operation.owner === hold.owner && operation.epoch === hold.epoch),
    ),
    heartbeat: method((owner: string, leaseMs: number) => {
      owners.set(owner, { seenAt: now(), leaseUntil: now() + leaseMs });
    }),
    retire: method((owner: string) => {
      owners.delete(owner);
    }),
    heldBy: method((owner: string) =>
      all()
        .filter((operation) => operation.owner === owner)
        .slice(0, mostOrphans),
    ),
    orphans: method(() =>
      all()
        .filter((operation) => operation.owner !== null && isLapsed(operation))
        .slice(0, mostOrphans),
    ),
    due: method((limit: number) =>
      all()
        .filter(
          ({ status, owner, nextLookAt }) =>
            status === "UNKNOWN" && owner === null && nextLookAt !== null && nextLookAt <= instant(),
        )
        .sort((left, right) => order(left.nextLookAt ?? "", right.nextLookAt ?? "") || order(left.id, right.id))
        .slice(0, limit),
    ),
    prune: method((completedBefore: string) => {
      for (const [owner, { seenAt }] of owners) if (seenAt < now() - silentForgottenMs) owners.delete(owner);
      const finished = all().filter(
        ({ status, owner, completedAt }) =>
          owner === null && status !== "PENDING" && status !== "UNKNOWN" && completedAt !== null && completedAt < completedBefore,
      );
      for (const { id } of finished) operations.delete(id);
      return finished.length;
    }),
    time: method(() => now()),
    watch: method((listener: (id: string) => void) => {
      const entry = { listener };
      listeners.add(entry);
      return async () => {
        listeners.delete(entry);
      };
    }),
    statistics: method((): OperationStatistics => {
      const byStatus = Object.fromEntries(
        operationStatuses.map((status) => [status, all().filter((operation) => operation.status === status).length]),
      ) as OperationStatistics["byStatus"];
      const open = all().filter(({ status }) => status === "UNKNOWN");
      return {
        byStatus,
        unknownSince: open
          .sort(newestFirst)
          .reverse()
          .map(({ createdAt }) => createdAt),
      };
    }),
    ping: method(() => undefined),
    close: async () => {
      isOpen = false;
    },
  };
}

function hasOnce({ once }: Operation, other: Operation): boolean {
  return once !== null && once.key === other.once?.key && once.number === other.once.number;
}

function hasKey(operation: Operation, { actor, mutation, idempotencyKey, validateOnly }: OperationKey): boolean {
  return (
    operation.idempotencyKey === idempotencyKey &&
    operation.mutation === mutation &&
    operation.actor === actor &&
    operation.validateOnly === validateOnly
  );
}

function matches(
  operation: Operation,
  { status, mutation, backend, validateOnly, from, to, visibleTo }: OperationFilter,
): boolean {
  return (
    (status == null || status.includes(operation.status)) &&
    (mutation == null || operation.mutation === mutation) &&
    (validateOnly == null || operation.validateOnly === validateOnly) &&
    (backend == null || operation.steps.some((step) => step.backend === backend)) &&
    (from == null || operation.createdAt >= from) &&
    (to == null || operation.createdAt <= to) &&
    (visibleTo === undefined || maySee(visibleTo, operation))
  );
}

function isRival(other: Step, { backend, action, objectId, belongsTo }: Step): boolean {
  return (
    other.status === "SENDING" &&
    other.backend === backend &&
    other.action === action &&
    other.objectId === objectId &&
    other.belongsTo === belongsTo
  );
}

/** Columns that never change after the insert: see changingColumns in rows.ts. */
function plannedOf({ position, target, backend, action, compensates, belongsTo }: Step) {
  return { position, target, backend, action, compensates, belongsTo };
}

/** Absent members are left as they are. */
function given(changes: OperationChanges): OperationChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

function inOrder(steps: readonly Step[]): Step[] {
  return steps.toSorted((left, right) => left.position - right.position);
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function newestFirst(left: OperationPosition, right: OperationPosition): number {
  return order(right.createdAt, left.createdAt) || order(right.id, left.id);
}

/** Rejects like a store that cannot be reached. */
export function unreachable(): BillingError {
  return new BillingError("UNAVAILABLE", "The gateway's own store of operations is not available.");
}
