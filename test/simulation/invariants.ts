import type { Operation, Step } from "../../src/journal/model.ts";
import { inputHash } from "../../src/journal/planned-operation.ts";
import type { Effect, PlannedCall } from "./mutations.ts";
import { keyOfNode, type Records, type SandboxRecord } from "./records.ts";

/** What must be true of journal and backends once nothing happens any more. */

export interface Evidence {
  readonly calls: readonly PlannedCall[];
  readonly operations: readonly Operation[];
  readonly before: Records;
  readonly after: Records;
  /** Enswitch: whether a tax applies to a customer or charge (global ids). */
  readonly isLiable: (taxId: string, subjectId: string) => boolean;
}

/** One target of an operation, with its call's intent. */
export interface Work {
  readonly operation: Operation;
  readonly effect: Effect;
  /** Its own steps, and its compensations. */
  readonly steps: readonly Step[];
  readonly undoing: readonly Step[];
}

/** Broken promises in words; empty = all is well. */
export function violations(evidence: Evidence): string[] {
  const works = evidence.operations.flatMap((operation) => worksOf(operation, evidence.calls));
  return [
    ...evidence.operations.flatMap(atRest),
    ...evidence.operations.flatMap(takenBack),
    ...knownRecords(evidence, works),
    ...creations(evidence, works),
    ...executions(evidence, works),
    ...changes(evidence, works),
    ...removals(evidence, works),
    ...reversals(evidence, works),
    ...liabilities(evidence, works),
  ];
}

/** The call that an operation recorded: several calls may have used its key. */
export function callOf({ idempotencyKey, inputHash: hash }: Operation, calls: readonly PlannedCall[]): PlannedCall | undefined {
  return calls.find(({ key, input }) => {
    const { idempotencyKey: _, ...rest } = input;
    return key === idempotencyKey && inputHash(rest) === hash;
  });
}

function worksOf(operation: Operation, calls: readonly PlannedCall[]): Work[] {
  const call = callOf(operation, calls);
  if (!call) throw new Error(`operation ${operation.id} is of no call`);
  return call.effects.map((effect, index) => {
    const steps = operation.steps.filter(({ target }) => target === index);
    return {
      operation,
      effect,
      steps: steps.filter(({ compensates }) => !compensates),
      undoing: steps.filter(({ compensates }) => compensates),
    };
  });
}

/** An UNKNOWN step must give a reason: it has candidates, or says what keeps the gateway from looking. */
export function isExplained({ candidates, errors }: Step): boolean {
  return candidates.length > 0 || errors.some(({ message }) => /cannot reconcile this step/.test(message));
}

function atRest({ id, status, owner, steps }: Operation): string[] {
  const unfinished = status === "PENDING" || steps.some((step) => step.status === "SENDING");
  const unexplained = steps.filter((step) => step.status === "UNKNOWN" && !isExplained(step));
  return [
    // An UNKNOWN operation may have an owner: the reconciler keeps looking at those that need a person.
    ...(unfinished || (owner !== null && status !== "UNKNOWN") ? [`operation ${id} is still ${status}, owner ${owner}`] : []),
    ...unexplained.map(({ position }) => `step ${position} of operation ${id} is UNKNOWN, and nothing says why`),
  ];
}

/** All or nothing: if a target failed, all that had succeeded was compensated, or its backend refused that. */
function takenBack({ id, onFailure, status, steps }: Operation): string[] {
  if (onFailure === "KEEP" || status === "UNKNOWN" || steps.every((step) => step.status === "SUCCEEDED")) return [];
  const targets = [...Map.groupBy(steps, ({ target }) => target).values()];
  const left = targets.filter(
    (own) => own.some((step) => step.status === "SUCCEEDED") && !own.some(({ compensates }) => compensates),
  );
  return left.map(([step]) => `target ${step?.target} of operation ${id} was to be taken back, as another one failed`);
}

/** Every new record belongs to exactly one target, or is a candidate of an UNKNOWN one. */
function knownRecords({ before, after }: Evidence, works: readonly Work[]): string[] {
  const created = works.filter(({ effect, steps }) => effect.kind === "create" && steps[0]?.status === "SUCCEEDED");
  const owners = Map.groupBy(
    created.flatMap(({ steps }) => steps[0]?.nodeId ?? []),
    keyOfNode,
  );
  const open = works.flatMap(({ steps }) => steps.filter(({ status }) => status === "UNKNOWN"));
  const candidates = new Set(open.flatMap((step) => step.candidates).map(({ nodeId }) => keyOfNode(nodeId)));
  const fresh = [...after.values()].filter(({ key, type }) => !before.has(key) && owned.has(type));
  return fresh.flatMap(({ key, text }) => {
    const count = owners.get(key)?.length ?? 0;
    if (count === 1 || (count === 0 && candidates.has(key))) return [];
    return [`${key} belongs to ${count} steps of the journal: ${text}`];
  });
}
const owned: ReadonlySet<string> = new Set(["Customer", "Charge", "Tax"]);

/** Created records are exactly as many as the steps say. */
function creations({ after }: Evidence, works: readonly Work[]): string[] {
  const creating = works.flatMap((work) => (work.effect.kind === "create" ? [{ ...work, effect: work.effect }] : []));
  const alike = Map.groupBy(creating, ({ effect: { type, backend, tag } }) => `${type} ${backend} ${tag}`);
  return [...alike].flatMap(([name, group]) => {
    const { type, backend, tag } = group[0]?.effect ?? {};
    const tagged = [...after.values()].filter((each) => each.backend === backend && each.text.includes(tag ?? ""));
    const live = tagged.filter((each) => each.type === type && each.live);
    const outcomes = group.map(({ steps, undoing }) =>
      outcomeOf(steps[0], [...undoing.slice(0, 1), ...removing(steps[0], works)]),
    );
    const least = outcomes.filter((outcome) => outcome === "there").length;
    const most = least + outcomes.filter((outcome) => outcome === "unknown").length;
    const people = tagged.filter(({ type: each }) => each === "Contact").length;
    const introduced = group
      .filter(({ steps }) => steps[1]?.action === "POST /contacts/new")
      .map(({ steps }) => steps[1]?.status);
    const leastPeople = introduced.filter((status) => status === "SUCCEEDED").length;
    const mostPeople = leastPeople + introduced.filter((status) => status === "UNKNOWN").length;
    return [
      ...beyond(`${name}: live records`, live.length, least, most),
      ...(type === "Customer" && backend === "suite" ? beyond(`${name}: contacts`, people, leastPeople, mostPeople) : []),
      ...group.flatMap(({ steps, undoing }) =>
        missing(steps[0], [...undoing.slice(0, 1), ...removing(steps[0], works)], after, tag ?? ""),
      ),
    ];
  });
}

function outcomeOf(creating: Step | undefined, removing: readonly Step[]): "there" | "absent" | "unknown" {
  if (creating?.status !== "UNKNOWN" && creating?.status !== "SUCCEEDED") return "absent";
  if (removing.some(({ status }) => status === "SUCCEEDED")) return "absent";
  return [creating, ...removing].some(({ status }) => status === "UNKNOWN") ? "unknown" : "there";
}

/** The steps of other operations that void or archive what a step has created. */
function removing(creating: Step | undefined, works: readonly Work[]): Step[] {
  return works.flatMap(({ effect, steps }) =>
    effect.kind === "remove" && effect.objectId === creating?.nodeId ? steps.slice(0, 1) : [],
  );
}

/** A step that SUCCEEDED names a record with its own tag. If it was compensated, the record is no longer live. */
function missing(creating: Step | undefined, removing: readonly Step[], after: Records, tag: string): string[] {
  if (creating?.status !== "SUCCEEDED" || creating.nodeId === null) return [];
  const record = after.get(keyOfNode(creating.nodeId));
  const removed = removing.find(({ status }) => status === "SUCCEEDED" || status === "UNKNOWN");
  if (removed) return removed.status === "SUCCEEDED" && record?.live ? [`${record.key} was taken back, and is there`] : [];
  return record?.text.includes(tag) ? [] : [`${tag} is reported as ${keyOfNode(creating.nodeId)}, which is not it`];
}

/** Enswitch: a charge was executed as often as steps say. */
function executions({ before, after }: Evidence, works: readonly Work[]): string[] {
  const executing = works.flatMap(({ effect, steps }) => {
    if (effect.kind === "execute") return steps.map((step) => ({ name: nameOf(effect.objectId, after), step }));
    if (effect.kind !== "create" || !effect.executes) return [];
    return steps.filter(({ action }) => action === "charges/charge").map((step) => ({ name: effect.tag, step }));
  });
  return [...Map.groupBy(executing, ({ name }) => name)].flatMap(([name, steps]) => {
    const fresh = [...after.values()].filter(({ key, type }) => type === "Transaction" && !before.has(key));
    const taken = fresh.filter(({ text }) => text.includes(`"${name}"`)).length;
    const least = steps.filter(({ step }) => step.status === "SUCCEEDED").length;
    return beyond(`${name}: transactions`, taken, least, least + steps.filter(({ step }) => step.status === "UNKNOWN").length);
  });
}

/** The tag in the name of a simulation's charge. */
function nameOf(chargeId: string, records: Records): string {
  return /sim\w+?z/.exec(records.get(keyOfNode(chargeId))?.text ?? "")?.[0] ?? "";
}

/** An object has the values of one of the SUCCEEDED changes, and of no FAILED one. */
function changes({ after }: Evidence, works: readonly Work[]): string[] {
  const changing = works.flatMap((work) => (work.effect.kind === "change" ? [{ ...work, effect: work.effect }] : []));
  return [...Map.groupBy(changing, ({ effect }) => effect.objectId)].flatMap(([objectId, group]) => {
    const record = after.get(keyOfNode(objectId));
    const shown = group.filter(({ effect }) => record !== undefined && shows(record, effect.marker));
    const lying = shown.filter(({ steps }) => steps.every(({ status }) => status === "FAILED" || status === "PENDING"));
    const succeeded = group.some(({ steps }) => steps.every(({ status }) => status === "SUCCEEDED"));
    return [
      ...lying.map(({ operation }) => `operation ${operation.id} FAILED, and ${record?.key} is as it was to make it`),
      ...(succeeded && shown.length === 0 ? [`${record?.key} was changed, it is said, and does not show it`] : []),
    ];
  });
}

function shows({ text, rate }: SandboxRecord, marker: string | number): boolean {
  return typeof marker === "number" ? rate !== undefined && Math.abs(rate - marker) < 1e-6 : text.includes(marker);
}

/** Void, archive and restore: done exactly where the journal says so. */
function removals({ after }: Evidence, works: readonly Work[]): string[] {
  return works.flatMap(({ operation, effect, steps: [step] }) => {
    if ((effect.kind !== "remove" && effect.kind !== "restore") || !step || step.status === "UNKNOWN") return [];
    const key = keyOfNode(effect.objectId);
    const live = after.get(key)?.live ?? false;
    const done = effect.kind === "restore" ? live : !live;
    if (done === (step.status === "SUCCEEDED")) return [];
    return [`${operation.mutation} of ${key} is ${step.status}, and it is ${live ? "live" : "not live"}`];
  });
}

/** v01: an entry is reversed as often as steps say. */
function reversals({ before, after }: Evidence, works: readonly Work[]): string[] {
  const fresh = [...after.values()].filter(({ key, type }) => type === "Reversal" && !before.has(key)).length;
  const reversing = works.flatMap(({ steps, undoing }) =>
    [...steps, ...undoing].filter(({ action }) => /~reverse$/.test(action)),
  );
  const least = reversing.filter(({ status }) => status === "SUCCEEDED").length;
  return beyond("reversals", fresh, least, least + reversing.filter(({ status }) => status === "UNKNOWN").length);
}

function liabilities({ isLiable }: Evidence, works: readonly Work[]): string[] {
  return works.flatMap(({ operation, effect, steps }) => {
    const done = steps.every(({ status }) => status === "SUCCEEDED");
    const [first] = steps;
    if (effect.kind === "create" && done && first?.nodeId) {
      const charge = first.nodeId;
      const applies = effect.taxIds.every((taxId) => isLiable(taxId, charge));
      return applies ? [] : [`a tax does not apply to ${keyOfNode(charge)} of operation ${operation.id}`];
    }
    if (effect.kind !== "liability" || first?.status === "UNKNOWN") return [];
    const liable = isLiable(effect.taxId, effect.customerId);
    return liable !== done ? [] : [`operation ${operation.id} is ${first?.status}, liable: ${liable}`];
  });
}

function beyond(what: string, count: number, least: number, most: number): string[] {
  return count >= least && count <= most ? [] : [`${what}: ${count}, by the journal ${least} to ${most}`];
}
