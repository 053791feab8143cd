import { createRandom, hash } from "../../../src/sandbox/variations.ts";
import type { Mutant } from "./mutants.ts";
import { type Choose, type Option, runSchedule, type Schedule } from "./world.ts";
import type { WorldPlan } from "./worlds.ts";

/**
 * A deviation of a schedule from the usual course: the number of the decision, and the option taken. All other decisions take the
 * first option.
 */
export type Decisions = ReadonlyMap<number, number>;

export interface Bounds {
  readonly turns: number;
  readonly faults: number;
}

export interface Failure {
  readonly world: string;
  readonly decisions: string;
  readonly violation: string;
  readonly trace: readonly string[];
}

/** "12:1 30:4": everything needed to repeat a schedule of a given world. */
export function written(decisions: Decisions): string {
  return [...decisions].map(([at, index]) => `${at}:${index}`).join(" ");
}

export function parsed(text: string): Decisions {
  const pairs = text.split(" ").filter((pair) => pair !== "");
  return new Map(pairs.map((pair) => pair.split(":").map(Number) as [number, number]));
}

export function replay(world: WorldPlan, decisions: Decisions, mutant?: Mutant): Promise<Schedule> {
  let at = -1;
  return runSchedule(
    world,
    (all) => {
      at += 1;
      const index = decisions.get(at);
      return index === undefined ? 0 : Math.min(index, Math.max(0, all().length - 1));
    },
    mutant,
  );
}

/**
 * Runs every schedule within the bounds, depth first. Each runs from its beginning to the point where it deviates from the
 * previous one.
 *
 * @param most stops there; the answer says whether that were all
 */
export async function exhaust(
  world: WorldPlan,
  bounds: Bounds,
  ended: (schedule: Schedule, decisions: Decisions) => boolean,
  { most = Number.POSITIVE_INFINITY, mutant }: { readonly most?: number; readonly mutant?: Mutant } = {},
): Promise<{ readonly schedules: number; readonly isComplete: boolean }> {
  /** For each decision: the options within the bounds, and the one that is taken. */
  let path: { readonly allowed: readonly number[]; taken: number }[] = [];
  for (let schedules = 1; ; schedules += 1) {
    let at = -1;
    const left = { ...bounds };
    const choose: Choose = (all) => {
      at += 1;
      let here = path[at];
      if (!here) {
        here = { allowed: left.turns > 0 || left.faults > 0 ? within(all(), left) : usualOnly, taken: 0 };
        path.push(here);
      }
      const index = here.allowed[here.taken] ?? 0;
      if (index !== 0) spend(left, all()[index]);
      return index;
    };
    const schedule = await runSchedule(world, choose, mutant);
    if (!ended(schedule, decisionsOf(path))) return { schedules, isComplete: false };
    while (path.length > 0 && isLast(path.at(-1))) path.pop();
    const last = path.at(-1);
    if (!last) return { schedules, isComplete: true };
    if (schedules >= most) return { schedules, isComplete: false };
    last.taken += 1;
    path = [...path];
  }
}

/** The first option costs nothing. */
const usualOnly = [0];

function isLast(here: { readonly allowed: readonly number[]; readonly taken: number } | undefined): boolean {
  return here === undefined || here.taken >= here.allowed.length - 1;
}

function decisionsOf(path: readonly { readonly allowed: readonly number[]; readonly taken: number }[]): Decisions {
  const taken = path.map(({ allowed, taken: index }, at) => [at, allowed[index] ?? 0] as const);
  return new Map(taken.filter(([, index]) => index !== 0));
}

function within(options: readonly Option[], { turns, faults }: Bounds): number[] {
  return options.flatMap((option, index) => (option.turns <= turns && option.faults <= faults ? [index] : []));
}

function spend(left: { turns: number; faults: number }, option: Option | undefined): void {
  left.turns -= option?.turns ?? 0;
  left.faults -= option?.faults ?? 0;
}

/**
 * The number of decisions within which a schedule deviates from the usual course. Most end within the first number; few are
 * longer than the last.
 */
const spans = [20, 60, 150];

/** A random schedule from a seed: some decisions take any option instead of the first. */
export async function sample(
  world: WorldPlan,
  seed: number,
  bounds: Bounds,
  mutant?: Mutant,
): Promise<{ readonly schedule: Schedule; readonly decisions: Decisions }> {
  const random = createRandom(hash(`${world.name} ${seed}`));
  const span = random.pick(spans);
  const count = random.integer(1, bounds.turns + bounds.faults);
  const places = new Set(Array.from({ length: count }, () => random.integer(0, span - 1)));
  const left = { ...bounds };
  const decisions = new Map<number, number>();
  let at = -1;
  const schedule = await runSchedule(
    world,
    (all) => {
      at += 1;
      if (!places.has(at)) return 0;
      const options = all();
      const unusual = within(options, left).filter((index) => index !== 0);
      if (unusual.length === 0) return 0;
      const index = random.pick(unusual);
      spend(left, options[index]);
      decisions.set(at, index);
      return index;
    },
    mutant,
  );
  return { schedule, decisions };
}

/** Shrinks a failing schedule to as few deviations as still break the promise. */
export async function shrink(world: WorldPlan, decisions: Decisions, mutant?: Mutant): Promise<Decisions> {
  let smallest = decisions;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const [at] of [...smallest].reverse()) {
      const without = new Map([...smallest].filter(([other]) => other !== at));
      if ((await replay(world, without, mutant)).violation !== null) {
        smallest = without;
        isSmaller = true;
        continue;
      }
      // With one decision fewer before it, the same event may have moved one place earlier or later.
      for (const by of [-1, 1]) {
        const moved = new Map([...without].map(([other, chosen]) => [other > at ? other + by : other, chosen]));
        if (moved.size === without.size && (await replay(world, moved, mutant)).violation !== null) {
          smallest = moved;
          isSmaller = true;
          break;
        }
      }
      if (isSmaller) break;
    }
  }
  return smallest;
}

export async function failureOf(world: WorldPlan, decisions: Decisions, mutant?: Mutant): Promise<Failure> {
  const smallest = await shrink(world, decisions, mutant);
  const { violation, trace } = await replay(world, smallest, mutant);
  return { world: world.name, decisions: written(smallest), violation: violation ?? "it does not fail again", trace };
}

export function described({ world, decisions, violation, trace }: Failure): string {
  return [`${world}: ${violation}`, `  decisions: ${decisions}`, ...trace.map((line) => `  ${line}`)].join("\n");
}
