import type { Clock } from "../../../src/journal/leases.ts";
import type { Operation } from "../../../src/journal/model.ts";
import type { MutationOutcome } from "../../../src/journal/runner.ts";
import { encodeId } from "../../../src/model/id.ts";
import { callOf } from "../fake-backend.ts";
import { createMemoryStore } from "../memory-store.ts";
import { createBackend, operationOf as idOf, type Wish } from "./backend.ts";
import { createGateway, type Gateway, timing, withMethods } from "./gateway.ts";
import { brokenAtRest, brokenByChange, type Evidence, sentUnrecorded, stepIdOf, tooMuch } from "./invariants.ts";
import type { Mutant } from "./mutants.ts";
import { type Actor, actor, createTimeline, type Happening } from "./timeline.ts";
import type { Move, Trouble, WorldPlan } from "./worlds.ts";

/** The possible next events. The first one is what happens without interference. */
export interface Option {
  readonly label: () => string;
  /** Its cost: turns of others that are taken first, and faults. */
  readonly turns: number;
  readonly faults: number;
  readonly run: () => void | Promise<void>;
}

/** Chooses the next event. To ask for all options takes time. */
export type Choose = (all: () => readonly Option[]) => number;

export interface Schedule {
  /** The broken promise; null = none. */
  readonly violation: string | null;
  /** What happened, in order. */
  readonly trace: readonly string[];
  /** The states that its operations had in the journal. */
  readonly covered: ReadonlySet<string>;
}

const start = Date.parse("2026-11-21T10:00:00.000Z");
const mostSteps = 3_000;
/** How often time may pass by itself before whatever is frozen or delayed continues. */
const mostPassing = 16;
/** How many polls in a row happen on time; later ones wait for another event. */
const mostPolls = 3;
const repeats = 4;
const aMomentMs = 1_000;

/** Runs one schedule from its beginning until nothing happens any more and every caller has repeated its call. */
export async function runSchedule(plan: WorldPlan, choose: Choose, mutant: Mutant = {}): Promise<Schedule> {
  const timeline = createTimeline(start);
  const { now } = timeline;
  const network = actor("the network");
  const client = actor("a client");
  const trace: string[] = [];
  const covered = new Set<string>();
  let violation: string | null = null;
  let current: Actor = client;
  let isFinal = false;
  let passings = 0;
  let polls = 0;
  let effects = 0;

  const found = (what: string | null): void => {
    if (what !== null) violation ??= what;
  };

  // The store, with the true leases beside it: the store of a mutant uses other clocks.
  let storeClock: Clock | null = null;
  const leases = new Map<string, number>();
  const recordedAt = new Map<string, number>();
  const memory = createMemoryStore({
    now: () => {
      const time = storeClock?.wall() ?? now();
      storeClock = null;
      return time;
    },
    isFenced: mutant.isFenced ?? true,
    onChange: (before, after) => {
      if (!before) recordedAt.set(after.id, now());
      covered.add(after.status);
      found(brokenByChange(evidence, before, after));
      if (before && after.epoch !== before.epoch) found(takenFromLiving(before, after));
    },
  });
  const store = withMethods(memory, {
    heartbeat: (owner, leaseMs) => {
      leases.set(owner, now() + leaseMs);
      return memory.heartbeat(owner, leaseMs);
    },
    retire: (owner) => {
      leases.delete(owner);
      return memory.retire(owner);
    },
  });

  /** Only an operation with a lapsed lease is taken over; a process may take over from itself. */
  function takenFromLiving(before: Operation, after: Operation): string | null {
    const { owner } = before;
    if (owner === null || processOf(owner) === processOf(after.owner ?? "")) return null;
    const left = (leases.get(owner) ?? 0) - now();
    return left > 0 ? `${after.owner} took it from ${owner}, whose lease lasts for another ${left} ms` : null;
  }

  const backend = createBackend({
    timeline,
    network,
    offsetMs: 0,
    longestCallMs: timing.longestCallMs,
    latenessMs: 0,
    stores: (text) => text,
    readsNotes: false,
    answersWithObject: true,
    ...plan.backend,
    recordedAt: (id) => recordedAt.get(id) ?? now(),
    onHandedOver: (_gateway, { stepId }) => {
      found(sentUnrecorded(evidence, stepId));
      left.add(`${stepId} ${attemptsOf(stepId)}`);
    },
    checksPermits: mutant.checksPermits ?? true,
    tellsCandidates: mutant.tellsCandidates ?? true,
  });
  /** Attempts whose request has left. */
  const left = new Set<string>();
  const attemptsOf = (stepId: string): number | undefined => {
    const operation = memory.operations().find(({ id }) => id === idOf(stepId));
    return operation?.steps.find((step) => stepIdOf(operation, step) === stepId)?.attempts;
  };
  const hasLeft = (stepId: string, attempt: number): boolean => left.has(`${stepId} ${attempt}`);
  const evidence: Evidence = { plan, backend, operations: memory.operations, hasLeft };
  for (const text of plan.old ?? []) backend.makeByHand("c1", text);
  backend.changeByHand("o1", "as it was");
  timeline.moveTo(start + 60_000);

  const gateways: Gateway[] = [];
  let ids = 0;
  function startGateway(name: string): Gateway {
    const gateway = createGateway({
      name,
      wallMs: plan.clocksMs?.[gateways.length] ?? 0,
      timeline,
      network,
      store,
      newId: () => {
        ids += 1;
        return `operation-${ids.toString(16).padStart(4, "0")}`;
      },
      plan: (self, { input }) =>
        (input as { readonly wishes: readonly Wish[] }).wishes.map((wish) => backend.targetOf(self, wish)),
      altered: (given, clock) => ({
        store:
          mutant.store?.(given, {
            clock,
            readClock: (other) => {
              storeClock = other;
            },
          }) ?? given,
        presenceClock: mutant.presenceClock?.(clock) ?? clock,
      }),
    });
    gateways.push(gateway);
    return gateway;
  }
  for (const name of ["A", "B", "C"].slice(0, plan.gateways)) startGateway(name);

  const living = (): Gateway[] => gateways.filter((gateway) => !gateway.actor.isDead);
  const awake = (): Gateway[] => living().filter((gateway) => !gateway.actor.isFrozen);
  const operationOf = (key: string): Operation | undefined =>
    memory.operations().find(({ idempotencyKey }) => idempotencyKey === key);

  /** Calls without an answer so far. */
  const unanswered = new Map<string, Gateway>();
  let calls = 0;
  function heard(id: string, { operation }: MutationOutcome): void {
    unanswered.delete(id);
    trace.push(`      ${id} is answered ${operation.status}`);
    const stored = memory.operations().find((each) => each.id === operation.id);
    if (operation.status === "SUCCEEDED" && stored?.status !== "SUCCEEDED")
      found(`a caller hears SUCCEEDED of what is ${stored?.status}`);
  }

  function call(key: string, gateway: Gateway): void {
    const planned = plan.calls.find((each) => each.key === key);
    if (!planned) throw new Error(`There is no call ${key}.`);
    calls += 1;
    const id = `call ${calls} (${key} at ${gateway.actor.name})`;
    unanswered.set(id, gateway);
    const { wishes, onFailure = "KEEP" } = planned;
    const targets = wishes.map((wish) => backend.targetOf(gateway.actor, wish));
    const duplicates = plan.refusesAlike && ({ handling: "refuse", since: new Date(start).toISOString() } as const);
    gateway.runner.run(callOf(targets, { idempotencyKey: key, input: { wishes }, onFailure, duplicates }), {}).then(
      (outcome) => heard(id, outcome),
      (error: unknown) => {
        unanswered.delete(id);
        trace.push(`      ${id} rejects: ${error instanceof Error ? error.message : error}`);
      },
    );
  }

  /** What a person sees, and decides about the first step with an unknown outcome. */
  function resolve(key: string, gateway: Gateway): void {
    const operation = operationOf(key);
    const step = operation?.steps.find(({ status }) => status === "UNKNOWN");
    if (!operation || !step) return;
    const id = stepIdOf(operation, step);
    const made = backend.records.find((record) => record.by === id && record.visibleFrom <= now());
    const isChanged = step.objectId !== null && backend.objects.get("o1")?.some(({ by }) => by === id);
    const happened = made !== undefined || isChanged === true;
    const nodeId = made && step.objectId === null ? encodeId({ type: "Charge", backend: "pbx", id: made.id }) : null;
    const decision = { operationId: operation.id, step: step.position, happened, nodeId, reason: "I looked.", actor: "ada" };
    gateway.runner.resolve(decision, {}).catch(() => undefined);
  }

  function move({ does, key, at }: Move): void {
    const gateway = gateways[at];
    if (!gateway || gateway.actor.isDead) return;
    if (does === "call") call(key, gateway);
    if (does === "resolve") resolve(key, gateway);
    if (does !== "look") return;
    const operation = operationOf(key);
    if (operation) gateway.runner.reconcile(operation.id, {}, "person").catch(() => undefined);
  }

  const everythingShows = (): boolean => backend.records.every(({ visibleFrom }) => visibleFrom <= now());
  for (const [index, each] of plan.script.entries()) {
    const isFirst = plan.script.findIndex(({ key }) => key === each.key) === index;
    timeline.add({
      actor: client,
      label: `${each.does} ${each.key} at ${gateways[each.at]?.actor.name}`,
      run: () => move(each),
      isPossible: () => {
        if (gateways[each.at]?.actor.isFrozen) return false;
        if (each.does !== "call") return operationOf(each.key)?.status === "UNKNOWN";
        if (isFirst || !plan.isVeryLate) return true;
        // A client with a call in flight waits for its answer; one that has its answer knows the backend's list.
        return operationOf(each.key)?.owner === null && everythingShows();
      },
    });
  }

  // ---------------------------------------------------------------- what can come next

  const isReady = (happening: Happening): boolean =>
    !happening.isHeld && !happening.actor.isFrozen && happening.notBefore <= now() && happening.isPossible();

  function order({ actor: of }: Happening): number {
    if (of === client) return 9;
    if (of === current) return 0;
    return of === network ? 1 : 2;
  }

  const readyNow = (): Happening[] => timeline.pending().filter(isReady);

  /** The next event without interference: whoever is acting continues, and time passes only when nobody can act. */
  function usual(): Option | undefined {
    const ready = readyNow();
    let first = ready[0];
    for (const each of ready) if (first && order(each) < order(first)) first = each;
    return first ? take(first, 0) : optionsOf([])[0];
  }

  const all = (): Option[] => optionsOf(readyNow().toSorted((left, right) => order(left) - order(right)));

  function optionsOf(ready: readonly Happening[]): Option[] {
    const options: Option[] = ready.map((happening, index) => take(happening, index));
    const isIdle = ready.length === 0;
    const next = nextTime();
    const passing =
      next === null ? [] : [{ label: () => "time passes", turns: isIdle ? 0 : 1, faults: 0, run: () => pass(next) }];
    if (isIdle && passings < mostPassing) options.push(...passing);
    const frozen = gateways.filter(({ actor: { isFrozen, isDead } }) => isFrozen && !isDead);
    const goingOn = [
      ...frozen.map((gateway) =>
        option(
          () => `${gateway.actor.name} goes on`,
          options.length,
          0,
          () => thaw(gateway),
        ),
      ),
      ...timeline
        .pending()
        .filter(({ isHeld }) => isHeld)
        .map((happening) =>
          option(
            () => `${describe(happening)} is held up no longer`,
            options.length,
            0,
            () => release(happening),
          ),
        ),
    ];
    options.push(...goingOn);
    if (!isIdle) options.push(...passing);
    const [first] = ready;
    if (first) options.push(...faultsOf(first), ...ready.slice(1).flatMap((happening) => failing(happening, 1)));
    if (isIdle && options.length > 0) options.push(...awake().flatMap(faultsOfMachine));
    return options.length === 0 ? options : options.concat(peoplesDoing());
  }

  function option(label: Option["label"], before: number, faults: number, run: Option["run"]): Option {
    return { label, turns: before === 0 ? 0 : 1, faults, run };
  }

  const describe = ({ actor: { name }, label }: Happening): string => `${name}: ${label}`;

  function take(happening: Happening, index: number): Option {
    return option(
      () => describe(happening),
      index,
      0,
      () => begin(happening, happening.run),
    );
  }

  function begin(happening: Happening, run: () => void): void {
    timeline.take(happening);
    if (happening.actor !== network && happening.actor !== client) current = happening.actor;
    run();
  }

  const mayFail = (trouble: Trouble): boolean => plan.troubles.includes(trouble);

  function failing(happening: Happening, turns: number): Option[] {
    if (!mayFail("lose")) return [];
    return happening.faults.map(({ name, run }) => ({
      label: () => `${describe(happening)}, but ${name}`,
      turns,
      faults: 1,
      run: () => begin(happening, run),
    }));
  }

  const fault = (label: string, run: () => void): Option => ({ label: () => label, turns: 0, faults: 1, run });

  /** The faults of the event that would happen now. The same fault earlier would have the same effect. */
  function faultsOf(happening: Happening): Option[] {
    const options = failing(happening, 0);
    if (happening.mayWait && mayFail("hold")) {
      const hold = (): void => {
        happening.isHeld = true;
      };
      options.push(fault(`${describe(happening)} is held up`, hold));
    }
    return options.concat(gateways.filter((each) => each.actor === happening.actor).flatMap(faultsOfMachine));
  }

  function faultsOfMachine(gateway: Gateway): Option[] {
    const options: Option[] = [];
    const { name } = gateway.actor;
    if (mayFail("freeze")) options.push(fault(`${name} freezes`, () => freeze(gateway, false)));
    if (mayFail("suspend")) options.push(fault(`${name}'s host is suspended`, () => freeze(gateway, true)));
    if (mayFail("crash")) options.push(fault(`${name} dies`, () => crash(gateway)));
    if (mayFail("set clock")) {
      for (const ms of [3_600_000, -3_600_000]) {
        options.push(fault(`${name}'s clock is set by ${ms} ms`, () => gateway.setClock(ms)));
      }
    }
    if (mayFail("unheard") && !gateway.isUnheard) {
      const silence = (): void => {
        gateway.isUnheard = true;
      };
      options.push(fault(`${name}'s heartbeats do not reach the store`, silence));
    }
    return options;
  }

  function peoplesDoing(): Option[] {
    const options: Option[] = [];
    if (mayFail("alter")) {
      for (const made of backend.records.filter(({ by, text }) => by !== null && text !== "corrected")) {
        const correct = (): void => {
          made.text = "corrected";
        };
        options.push(fault(`a person corrects charge ${made.id}`, correct));
      }
      if (plan.calls.some(({ wishes }) => wishes.some(({ kind }) => kind === "change"))) {
        options.push(fault("a person changes the object", () => backend.changeByHand("o1", "by a person")));
      }
    }
    if (mayFail("by hand")) options.push(fault("a person makes a charge", () => backend.makeByHand("c1", "by hand")));
    return options;
  }

  // ---------------------------------------------------------------- machines

  const frozenAt = new Map<Gateway, { readonly at: number; readonly isSuspended: boolean }>();

  function freeze(gateway: Gateway, isSuspended: boolean): void {
    gateway.actor.isFrozen = true;
    frozenAt.set(gateway, { at: now(), isSuspended });
  }

  function thaw(gateway: Gateway): void {
    const { at, isSuspended } = frozenAt.get(gateway) ?? { at: now(), isSuspended: false };
    gateway.actor.isFrozen = false;
    if (isSuspended) gateway.suspend(now() - at);
    // A timer that became due meanwhile fires now, before or after other waiting events.
    if (gateway.beatsAt() <= now()) timeline.add({ actor: gateway.actor, label: "heartbeat", run: gateway.beat });
  }

  function crash(gateway: Gateway): void {
    gateway.actor.isDead = true;
    for (const [id, by] of unanswered) if (by === gateway) unanswered.delete(id);
  }

  function release(happening: Happening): void {
    happening.isHeld = false;
  }

  // ---------------------------------------------------------------- time

  /** When the next event happens by itself or may happen; null = never. If callers only poll, the time of the next poll. */
  function nextTime(): number | null {
    const times: number[] = [];
    for (const { limit } of timeline.pending()) if (limit) times.push(limit.at);
    const beating = new Set(awake().flatMap((gateway) => (gateway.isUnheard ? [] : [gateway.actor.name])));
    for (const { owner, status, nextLookAt, steps } of memory.operations()) {
      if (owner !== null) {
        const until = memory.leaseOf(owner) ?? 0;
        times.push(until <= now() || beating.has(processOf(owner)) ? now() + timing.heartbeatMs : until);
      } else if (status === "UNKNOWN" && nextLookAt !== null) {
        const settled = Math.max(...steps.map(({ settlesAt }) => (settlesAt === null ? 0 : Date.parse(settlesAt))));
        if (now() < settled + 2 * timing.pausesMs[0]) times.push(Math.max(Date.parse(nextLookAt), now() + aMomentMs));
      }
    }
    if (plan.isVeryLate) times.push(...backend.records.map(({ visibleFrom }) => visibleFrom));
    const later = times.filter((time) => time > now());
    const polled = timeline.pending().filter(({ isPoll, actor: of, notBefore }) => isPoll && !of.isFrozen && notBefore > now());
    const poll = polled.length === 0 ? null : Math.min(...polled.map(({ notBefore }) => notBefore));
    const next = later.length === 0 ? null : Math.min(...later);
    if (poll === null || (next !== null && next <= poll)) return next;
    if (isFinal || polls < mostPolls) return poll;
    return next ?? Math.max(poll, now() + aMomentMs);
  }

  /** Until that time, heartbeats happen, and so does whatever has a deadline. */
  async function pass(time: number): Promise<void> {
    const isForPoll = timeline.pending().some(({ isPoll, notBefore }) => isPoll && notBefore === time);
    polls = isForPoll ? polls + 1 : 0;
    if (!isForPoll) passings += 1;
    for (;;) {
      const stops = [
        ...awake().map((gateway) => gateway.beatsAt()),
        ...timeline.pending().flatMap(({ limit }) => limit?.at ?? []),
      ];
      timeline.moveTo(Math.max(now(), Math.min(time, ...stops)));
      for (const happening of timeline.pending()) {
        if (!happening.limit || happening.limit.at > now()) continue;
        timeline.take(happening);
        happening.limit.run();
      }
      for (const gateway of awake()) if (gateway.beatsAt() <= now()) gateway.beat();
      await turn();
      if (now() >= time) break;
    }
    const operations = memory.operations();
    const isDue = ({ status, owner, nextLookAt }: Operation): boolean =>
      status === "UNKNOWN" && owner === null && nextLookAt !== null && Date.parse(nextLookAt) <= now();
    for (const gateway of awake()) {
      const isLeft = ({ owner }: Operation): boolean =>
        owner !== null && (processOf(owner) === gateway.actor.name || (memory.leaseOf(owner) ?? 0) <= now());
      if (operations.some(isLeft)) gateway.takeOver();
      if (operations.some(isDue)) gateway.look();
    }
  }

  // ---------------------------------------------------------------- the schedule

  async function goOn(): Promise<void> {
    for (let steps = 0; violation === null; steps += 1) {
      if (steps > mostSteps) return found("it does not come to rest");
      const index = isFinal ? 0 : choose(all);
      const chosen = index === 0 ? usual() : all()[index];
      if (!chosen) return;
      trace.push(`${String(now() - start - 60_000).padStart(6)} ${chosen.label()}`);
      await chosen.run();
      await turn();
      if (backend.effects() === effects) continue;
      effects = backend.effects();
      found(tooMuch(evidence));
    }
  }

  await goOn();
  isFinal = true;
  for (const gateway of gateways) {
    gateway.isUnheard = false;
    if (awake().includes(gateway)) gateway.beat();
  }
  await turn();
  if (living().length === 0) startGateway("D");
  for (let round = 0; round < repeats && violation === null; round += 1) {
    passings = 0;
    if (plan.isVeryLate) for (const { visibleFrom } of backend.records) timeline.moveTo(Math.max(now(), visibleFrom));
    await goOn();
    const open = plan.calls.filter(({ key }) => operationOf(key)?.status !== "SUCCEEDED");
    if (open.length === 0) break;
    const [gateway] = living();
    for (const { key } of open) if (gateway) call(key, gateway);
    await turn();
  }
  passings = 0;
  await goOn();
  if (violation === null) found(brokenAtRest(evidence));
  if (violation === null && unanswered.size > 0) found(`no answer: ${[...unanswered.keys()].join(", ")}`);
  for (const operation of memory.operations()) {
    const steps = operation.steps.map(({ action, status, errors }) => `${action} ${status} ${errors[0]?.message ?? ""}`);
    trace.push(`${operation.idempotencyKey} is ${operation.status} of ${operation.owner}: ${steps.join("; ")}`);
  }
  return { violation, trace, covered };
}

/** A process that was away has another name, but is the same process. */
function processOf(owner: string): string {
  return owner.replaceAll("'", "");
}

/** By then, everything that does not wait for the timeline has run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
