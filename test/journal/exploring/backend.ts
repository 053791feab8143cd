import type { Candidate, Finding, Intent, Permit, Trace, WritePlan, WriteStep, Written } from "../../../src/adapter/adapter.ts";
import type { Comparable, Target, WrittenEntity } from "../../../src/journal/target.ts";
import { BillingError, notFound } from "../../../src/model/errors.ts";
import { encodeId } from "../../../src/model/id.ts";
import type { Charge } from "../../../src/model/model.ts";
import type { Actor, Timeline, Variant } from "./timeline.ts";

/** One target of a call: what the caller wants done. */
export type Wish =
  | { readonly kind: "create"; readonly customer: string; readonly text: string; readonly isRefused?: true }
  /** Created, and then activated by a second step. */
  | { readonly kind: "create and switch on"; readonly customer: string; readonly text: string }
  | { readonly kind: "change"; readonly object: string; readonly text: string };

export interface Made {
  readonly id: string;
  readonly customer: string;
  /** Of the object's state. */
  text: string;
  isOn: boolean;
  isVoided: boolean;
  /** By the backend's clock. */
  readonly madeAt: number;
  /** Lists show it from this true time on. */
  readonly visibleFrom: number;
  /** The step that made it; null = a person. */
  readonly by: string | null;
}

/** States of an object that is changed; the last one is its current state. */
export interface Version {
  readonly number: number;
  readonly text: string;
  readonly visibleFrom: number;
  readonly by: string | null;
}

export interface BackendOptions {
  readonly timeline: Timeline;
  readonly network: Actor;
  /** How far its clock is ahead of the true time. The adapter knows the offset exactly: each answer has a Date header. */
  readonly offsetMs: number;
  /** Latest time at which a request that was sent is answered. */
  readonly longestCallMs: number;
  /** How long an effect stays invisible. */
  readonly latenessMs: number;
  /** The part of a text that it stores. */
  readonly stores: (text: string) => string;
  /** True: steps note something that has to be read first. */
  readonly readsNotes: boolean;
  /** True: the answer to a create has the object, which saves a read. */
  readonly answersWithObject: boolean;
  /** When the operation of a step was recorded, as its adapter learns from `Intent.createdAt`. */
  readonly recordedAt: (operationId: string) => number;
  /** Called when a request leaves, in the same turn. */
  readonly onHandedOver: (gateway: Actor, intent: Intent) => void;
  /** False: requests leave without a valid permit. Tests must notice. */
  readonly checksPermits: boolean;
  /** False: records that only could be ours are not reported. Tests must notice. */
  readonly tellsCandidates: boolean;
}

const key = "pbx";
export const noAnswer = "No understandable answer came.";

/**
 * A backend with charges and objects that can be changed. It counts the real effects by step, whatever the journal believes. A
 * request that was sent arrives at any time until its limit; its effect may become visible later.
 */
export function createBackend(options: BackendOptions) {
  const { timeline, network, recordedAt, latenessMs } = options;
  const records: Made[] = [];
  const objects = new Map<string, Version[]>();
  /** Requests of each step that are in flight. */
  const onTheWay = new Map<string, number>();
  let lastId = 0;
  let effects = 0;

  const showsAt = (): number => timeline.now() + latenessMs;
  const isVisible = ({ visibleFrom }: { readonly visibleFrom: number }): boolean => visibleFrom <= timeline.now();
  const lost = (): BillingError => new BillingError("OUTCOME_UNKNOWN", noAnswer, { backend: key });

  function make(customer: string, text: string, by: string | null, visibleFrom = showsAt()): Made {
    lastId += 1;
    const madeAt = timeline.now() + options.offsetMs;
    const made: Made = { id: String(lastId), customer, text, isOn: false, isVoided: false, madeAt, visibleFrom, by };
    records.push(made);
    effects += 1;
    return made;
  }

  function change(id: string, text: string, by: string | null): void {
    const versions = objects.get(id) ?? [];
    objects.set(id, versions);
    effects += 1;
    versions.push({ number: versions.length, text, visibleFrom: by === null ? 0 : showsAt(), by });
  }

  const visibleVersion = (id: string): Version => {
    const version = objects.get(id)?.findLast(isVisible);
    if (!version) throw notFound(key, "The object");
    return version;
  };

  /** A read. It answers with the state at the time of the request. */
  function read<T>(gateway: Actor, label: string, body: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const settleLater = (settle: () => void) =>
        timeline.add({ actor: gateway, label: `hears of ${label}`, run: settle, mayWait: true });
      timeline.add({
        actor: gateway,
        label: `reads ${label}`,
        mayWait: true,
        run: () => {
          try {
            const result = body();
            settleLater(() => resolve(result));
          } catch (error) {
            settleLater(() => reject(error));
          }
        },
        faults: [
          {
            name: "the backend does not answer",
            run: () => reject(new BillingError("UNAVAILABLE", "pbx cannot be reached.", { backend: key })),
          },
        ],
      });
    });
  }

  /** A write, from the gateway's queue to its answer. */
  function write<T>(
    gateway: Actor,
    action: string,
    intent: Intent,
    permit: Permit | undefined,
    isRefused: boolean,
    apply: () => Written<T>,
  ): Promise<Written<T>> {
    return new Promise((resolve, reject) => {
      const answer = (what: string, settle: () => void) =>
        timeline.add({ actor: gateway, label: `hears ${what} of ${action}`, run: settle, mayWait: true });
      const neverLeft = (): void => reject(new BillingError("UNAVAILABLE", "Nothing was sent.", { backend: key }));
      const onWay = (by: number): void => {
        onTheWay.set(intent.stepId, (onTheWay.get(intent.stepId) ?? 0) + by);
      };

      function send(): void {
        onWay(1);
        const at = timeline.now() + options.longestCallMs;
        const ending = (name: string, end: () => void): Variant => ({
          name,
          run: () => {
            onWay(-1);
            end();
          },
        });
        const refuse = (): void => {
          const refusal = isRefused
            ? new BillingError("FORBIDDEN", "The role does not allow this.", { backend: key })
            : new BillingError("RATE_LIMITED", "Too many requests.", { backend: key });
          answer("the refusal", () => reject(refusal));
        };
        const done = ending("", () => {
          if (isRefused) return refuse();
          const written = apply();
          answer("the answer", () => resolve(written));
        });
        const doneUnheard = ending("its answer is lost", () => {
          if (!isRefused) apply();
          answer("nothing", () => reject(lost()));
        });
        const goesOn = (): void => {
          const alone = ending("", () => void (isRefused || apply()));
          const limit = { at, run: alone.run };
          timeline.add({ actor: network, label: `${action} arrives unheard`, run: alone.run, limit, isHeld: true });
        };
        timeline.add({
          actor: network,
          label: `${action} arrives`,
          run: done.run,
          mayWait: true,
          limit: { at, run: doneUnheard.run },
          faults: [
            doneUnheard,
            ending("it never arrives", () => answer("nothing", () => reject(lost()))),
            ending("429", refuse),
            {
              name: "the connection is lost while it is on its way",
              run: () => {
                goesOn();
                answer("nothing", () => reject(lost()));
              },
            },
          ],
        });
      }

      timeline.add({
        actor: gateway,
        label: `hands over ${action}`,
        mayWait: true,
        run: () => {
          if (permit?.take() === false && options.checksPermits) return neverLeft();
          options.onHandedOver(gateway, intent);
          send();
        },
        faults: [{ name: "no connection", run: neverLeft }],
      });
    });
  }

  const entity = (id: string): WrittenEntity => ({ type: "Charge", backend: key, id, name: "a charge" }) as Charge;
  const told = (finding: Finding): Finding => (options.tellsCandidates ? finding : { ...finding, candidates: [] });

  function createPlan(gateway: Actor, wish: Exclude<Wish, { kind: "change" }>): WritePlan<WrittenEntity> {
    const { customer, text } = wish;
    const create: WriteStep<WrittenEntity> = {
      action: "charges/create",
      ...(options.readsNotes && { note: () => read(gateway, "what to note", () => `highest id ${lastId}`) }),
      send: (_id, intent, { permit }) =>
        write(gateway, "charges/create", intent, permit, "isRefused" in wish, () => {
          const { id } = make(customer, options.stores(text), intent.stepId);
          return options.answersWithObject ? { id, value: entity(id) } : { id };
        }),
      find: (_id, { stepId }) =>
        read(gateway, "whether it was created", () => {
          const since = recordedAt(operationOf(stepId)) + options.offsetMs;
          const young = records.filter(
            (each) => each.customer === customer && each.madeAt >= since && isVisible(each) && !each.isVoided,
          );
          const traces = young.map((each): Candidate => {
            return { id: each.id, claim: each.id, differs: each.text === text ? [] : ["text"] };
          });
          return told({
            ours: traces.filter(({ differs }) => differs.length === 0),
            candidates: traces.filter(({ differs }) => differs.length > 0),
          });
        }),
    };
    const switchOn: WriteStep<WrittenEntity> = {
      action: "charges/switch-on",
      send: (id, intent, { permit }) =>
        write(gateway, "charges/switch-on", intent, permit, false, () => {
          const made = recordOf(id);
          made.isOn = true;
          return { id: made.id, value: entity(made.id) };
        }),
      find: (id) =>
        read(gateway, "whether it is on", () => {
          const made = recordOf(id);
          return { ours: made.isOn ? [{ id: made.id, claim: null }] : [], candidates: [] };
        }),
    };
    return {
      steps: wish.kind === "create" ? [create] : [create, switchOn],
      read: (id) => read(gateway, "the charge", () => entity(recordOf(id).id)),
      undo: (id) => voidPlan(gateway, id),
    };
  }

  function voidPlan(gateway: Actor, voided: string): WritePlan<WrittenEntity> {
    const step: WriteStep<WrittenEntity> = {
      action: "charges/void",
      send: (_id, intent, { permit }) =>
        write(gateway, "charges/void", intent, permit, false, () => {
          const made = recordOf(voided);
          if (made.isVoided) return { id: made.id };
          made.isVoided = true;
          return { id: made.id };
        }),
      find: () =>
        read(gateway, "whether it is voided", () => {
          const ours: Trace[] = recordOf(voided).isVoided ? [{ id: voided, claim: null }] : [];
          return { ours, candidates: [] };
        }),
    };
    return { steps: [step], read: (id) => read(gateway, "the charge", () => entity(recordOf(id).id)) };
  }

  function changePlan(gateway: Actor, object: string, text: string): WritePlan<WrittenEntity> {
    const step: WriteStep<WrittenEntity> = {
      action: "charges/update",
      note: () => read(gateway, "the object as it is", () => JSON.stringify(visibleVersion(object))),
      send: (_id, intent, { permit }) =>
        write(gateway, "charges/update", intent, permit, false, () => {
          change(object, text, intent.stepId);
          return { id: object, value: entity(object) };
        }),
      find: (_id, { note }) =>
        read(gateway, "the object", () => {
          const now = visibleVersion(object);
          const noted = note === null ? null : (JSON.parse(note) as Version);
          if (now.number === noted?.number) return { ours: [], candidates: [] };
          if (now.text === text) return { ours: [{ id: object, claim: null }], candidates: [] };
          return told({ ours: [], candidates: [{ id: object, claim: null, differs: ["text"] }] });
        }),
    };
    return { steps: [step], read: (id) => read(gateway, "the object", () => entity(id)) };
  }

  function recordOf(id: string | null): Made {
    const made = records.find((each) => each.id === id);
    if (!made) throw notFound(key, "The charge");
    return made;
  }

  return {
    records,
    objects,
    /** How often anything was made or changed, by steps and people. */
    effects: (): number => effects,
    onTheWay: (stepId: string): number => onTheWay.get(stepId) ?? 0,
    targetOf: (gateway: Actor, wish: Wish): Target => {
      const target = { backend: key, type: "Charge", fieldPlace: ["input"] } as const;
      if (wish.kind === "change") {
        return { ...target, objectId: wish.object, plan: changePlan(gateway, wish.object, wish.text) };
      }
      const belongsTo = encodeId({ type: "Customer", backend: key, id: wish.customer });
      const comparable: Comparable = { what: "charge", likenesses: () => [`${wish.customer} ${wish.text}`], day: null };
      return { ...target, objectId: null, belongsTo, comparable, plan: createPlan(gateway, wish) };
    },
    makeByHand: (customer: string, text: string): void => void make(customer, text, null, timeline.now()),
    changeByHand: (object: string, text: string): void => change(object, text, null),
  };
}

export type Backend = ReturnType<typeof createBackend>;

/** A step's id is the operation's id followed by the step's position. */
export function operationOf(stepId: string): string {
  return stepId.slice(0, stepId.lastIndexOf("-"));
}
