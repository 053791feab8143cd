import type { OnFailure } from "../../../src/journal/model.ts";
import type { BackendOptions, Wish } from "./backend.ts";
import { timing } from "./gateway.ts";

/** A client's action. `at`: the gateway that it calls. */
export type Move =
  | { readonly does: "call"; readonly key: string; readonly at: number }
  | { readonly does: "look"; readonly key: string; readonly at: number }
  | { readonly does: "resolve"; readonly key: string; readonly at: number };

export const troubles = ["freeze", "suspend", "crash", "set clock", "unheard", "hold", "lose", "alter", "by hand"] as const;
export type Trouble = (typeof troubles)[number];

export interface WorldPlan {
  readonly name: string;
  readonly gateways: number;
  /** What each key orders. */
  readonly calls: readonly { readonly key: string; readonly wishes: readonly Wish[]; readonly onFailure?: OnFailure }[];
  /** In this order without interference. */
  readonly script: readonly Move[];
  readonly troubles: readonly Trouble[];
  readonly backend?: Partial<Pick<BackendOptions, "latenessMs" | "stores" | "readsNotes" | "answersWithObject" | "offsetMs">>;
  /** How far each gateway's wall clock is ahead of the true time. */
  readonly clocksMs?: readonly number[];
  /** Texts of older charges of the customer. */
  readonly old?: readonly string[];
  /**
   * True: effects become visible only after the settling time. Then a step may be FAILED although its record exists, and the
   * caller repeats its call only once the record is visible.
   */
  readonly isVeryLate?: true;
  /** True: of similar charges, only one is sent. */
  readonly refusesAlike?: true;
}

const machines: readonly Trouble[] = ["freeze", "suspend", "crash", "set clock", "unheard", "hold", "lose"];
const call = (key: string, at: number): Move => ({ does: "call", key, at });
const look = (key: string, at: number): Move => ({ does: "look", key, at });
const resolve = (key: string, at: number): Move => ({ does: "resolve", key, at });
const charge = (text = "a charge"): Wish => ({ kind: "create", customer: "c1", text });
const asLateAsAllowed = timing.settleMs - 1;

export const oneCharge: WorldPlan = {
  name: "one charge, repeated at another gateway",
  gateways: 2,
  calls: [{ key: "k", wishes: [charge()] }],
  script: [call("k", 0), call("k", 1)],
  troubles: machines,
  backend: { latenessMs: asLateAsAllowed },
};

export const wrongClocks: WorldPlan = {
  name: "one charge, wrong clocks, a slow network",
  gateways: 2,
  calls: [{ key: "k", wishes: [charge()] }],
  script: [call("k", 0)],
  troubles: ["set clock", "hold"],
  backend: { latenessMs: asLateAsAllowed },
  clocksMs: [0, 15_000],
};

export const repeatedTwice: WorldPlan = {
  name: "one charge, repeated at both gateways",
  gateways: 2,
  calls: [{ key: "k", wishes: [charge()] }],
  script: [call("k", 0), call("k", 1), call("k", 0)],
  troubles: machines,
  backend: { answersWithObject: false, readsNotes: true },
  old: ["a charge"],
};

export const altered: WorldPlan = {
  name: "one charge that the backend stores in capitals, or a person corrects",
  gateways: 2,
  calls: [{ key: "k", wishes: [charge()] }],
  script: [call("k", 0), call("k", 1), look("k", 1)],
  troubles: [...machines, "alter", "by hand"],
  backend: { stores: (text) => text.toUpperCase(), offsetMs: -180_000 },
  old: ["a charge", "A CHARGE"],
};

export const veryLate: WorldPlan = {
  name: "one charge that shows after the settling time",
  gateways: 2,
  calls: [{ key: "k", wishes: [charge()] }],
  script: [call("k", 0), call("k", 1)],
  troubles: ["crash", "lose"],
  backend: { latenessMs: 3 * timing.settleMs },
  isVeryLate: true,
};

export const likeCharges: WorldPlan = {
  name: "the same charge ordered twice",
  gateways: 2,
  calls: [
    { key: "k", wishes: [charge()] },
    { key: "l", wishes: [charge()] },
  ],
  script: [call("k", 0), call("l", 1), call("k", 1), call("l", 0)],
  troubles: machines,
};

export const refusedAlike: WorldPlan = {
  name: "the same charge by two people, of which one is refused",
  gateways: 2,
  calls: [
    { key: "k", wishes: [charge()] },
    { key: "l", wishes: [charge()] },
  ],
  script: [call("k", 0), call("l", 1), call("k", 1), call("l", 0)],
  troubles: machines,
  refusesAlike: true,
};

export const fanOut: WorldPlan = {
  name: "two charges and a refused one in one call",
  gateways: 2,
  calls: [
    { key: "k", wishes: [charge("first"), charge("second"), { kind: "create", customer: "c1", text: "no", isRefused: true }] },
  ],
  script: [call("k", 0), call("k", 1)],
  troubles: machines,
};

export const takenBack: WorldPlan = {
  name: "two charges that are taken back as a third one is refused",
  gateways: 2,
  calls: [
    {
      key: "k",
      wishes: [charge("first"), charge("second"), { kind: "create", customer: "c1", text: "no", isRefused: true }],
      onFailure: "ROLL_BACK",
    },
  ],
  script: [call("k", 0), call("k", 1)],
  troubles: machines,
};

export const twoSteps: WorldPlan = {
  name: "a charge that takes two steps",
  gateways: 2,
  calls: [{ key: "k", wishes: [{ kind: "create and switch on", customer: "c1", text: "a charge" }] }],
  script: [call("k", 0), call("k", 1), look("k", 0)],
  troubles: machines,
};

export const changes: WorldPlan = {
  name: "an object that two callers and a person change",
  gateways: 2,
  calls: [
    { key: "k", wishes: [{ kind: "change", object: "o1", text: "mine" }] },
    { key: "l", wishes: [{ kind: "change", object: "o1", text: "yours" }] },
  ],
  script: [call("k", 0), call("l", 1), call("k", 1)],
  troubles: [...machines, "alter"],
};

export const byPeople: WorldPlan = {
  name: "an outcome that people look for and decide",
  gateways: 2,
  calls: [{ key: "k", wishes: [charge()] }],
  script: [call("k", 0), look("k", 1), resolve("k", 0), call("k", 1), resolve("k", 1)],
  troubles: [...machines, "alter", "by hand"],
  backend: { latenessMs: asLateAsAllowed },
};

export const three: WorldPlan = {
  name: "three gateways, two keys, everything goes wrong",
  gateways: 3,
  calls: [
    { key: "k", wishes: [charge("first"), charge("second")] },
    { key: "l", wishes: [charge("third"), { kind: "change", object: "o1", text: "mine" }] },
  ],
  script: [call("k", 0), call("l", 1), call("k", 2), call("l", 0), call("k", 1), look("k", 2), resolve("l", 2)],
  troubles,
  backend: { latenessMs: asLateAsAllowed, readsNotes: true, offsetMs: 90_000 },
  clocksMs: [0, 15_000, -3_600_000],
  old: ["first", "third"],
};

export const worlds: readonly WorldPlan[] = [
  oneCharge,
  wrongClocks,
  repeatedTwice,
  altered,
  veryLate,
  likeCharges,
  refusedAlike,
  fanOut,
  takenBack,
  twoSteps,
  changes,
  byPeople,
  three,
];
