/** Whose turn it can be: a gateway, the network or a client. */
export interface Actor {
  readonly name: string;
  /** Does nothing until it is thawed. */
  isFrozen: boolean;
  /** Does nothing any more. */
  isDead: boolean;
}

export interface Variant {
  readonly name: string;
  readonly run: () => void;
}

/** Something that happens once it is chosen. Between two of them everything in the process runs until it waits for another one. */
export interface Happening {
  readonly actor: Actor;
  readonly label: string;
  readonly run: () => void;
  /** How it may go wrong instead; each counts as a fault. */
  readonly faults: readonly Variant[];
  /** Not before. */
  readonly notBefore: number;
  /** A poll: it may as well come later, so the time does not stop for it. */
  readonly isPoll: boolean;
  /** What happens at this time if it has not happened until then. */
  readonly limit: { readonly at: number; readonly run: () => void } | null;
  /** Whether it may be held up while its actor goes on. */
  readonly mayWait: boolean;
  /** Asked before it is offered: what a client does may depend on how things stand. */
  readonly isPossible: () => boolean;
  isHeld: boolean;
}

export type NewHappening = Pick<Happening, "actor" | "label" | "run"> & Partial<Omit<Happening, "actor" | "label" | "run">>;

export interface Timeline {
  /** The true time, in milliseconds since 1970. Only `moveTo` changes it. */
  readonly now: () => number;
  readonly moveTo: (time: number) => void;
  readonly add: (happening: NewHappening) => Happening;
  readonly take: (happening: Happening) => void;
  /** In the order in which they were added; what a dead actor was waiting for is gone. */
  readonly pending: () => readonly Happening[];
}

export function createTimeline(start: number): Timeline {
  let now = start;
  let pending: Happening[] = [];
  const always = (): boolean => true;
  return {
    now: () => now,
    moveTo: (time) => {
      now = time;
    },
    add: (given) => {
      const happening: Happening = {
        faults: [],
        notBefore: 0,
        isPoll: false,
        limit: null,
        mayWait: false,
        isPossible: always,
        isHeld: false,
        ...given,
      };
      pending.push(happening);
      return happening;
    },
    take: (happening) => {
      pending = pending.filter((each) => each !== happening);
    },
    pending: () => {
      if (pending.some(({ actor }) => actor.isDead)) pending = pending.filter(({ actor }) => !actor.isDead);
      return pending;
    },
  };
}

export function actor(name: string): Actor {
  return { name, isFrozen: false, isDead: false };
}
