/** Who can have a turn: a gateway, the network or a client. */
export interface Actor {
  readonly name: string;
  /** Paused until it is thawed. */
  isFrozen: boolean;
  /** Dead. */
  isDead: boolean;
}

export interface Variant {
  readonly name: string;
  readonly run: () => void;
}

/**
 * An event that happens once it is chosen. Between two events, everything in the process runs until it waits for another event.
 */
export interface Happening {
  readonly actor: Actor;
  readonly label: string;
  readonly run: () => void;
  /** How it may go wrong; each counts as a fault. */
  readonly faults: readonly Variant[];
  /** The earliest time. */
  readonly notBefore: number;
  /** A poll: nothing is lost if it comes later, so the time does not stop for it. */
  readonly isPoll: boolean;
  /** Happens at this time if it has not happened earlier. */
  readonly limit: { readonly at: number; readonly run: () => void } | null;
  /** Whether it may be delayed while its actor goes on. */
  readonly mayWait: boolean;
  /** Called before it is offered: what a client does may depend on the state of things. */
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
  /** In the order in which they were added, without those of dead actors. */
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
