import type { Asked, Given } from "./serving.ts";
import type { Expected, ExpectedCharge, World } from "./world.ts";

/** One simulated backend: its section of the configuration, its answers, and what the API must say of its records. */
export interface Simulator {
  readonly section: Readonly<Record<string, unknown>>;
  readonly world: World;
  readonly answer: (asked: Asked) => Given;
  readonly people: () => readonly Expected[];
  /** The order of ids decides between charges of one day, so lists of them are compared without it. */
  readonly charges: () => readonly ExpectedCharge[];
  readonly taxes: () => readonly Expected[];
  /** An id for a record that is made later. */
  readonly nextId: (kind: "person" | "line") => string;
  /** Whether records can be deleted. */
  readonly removes: boolean;
  /** Whether it can be seen that a charge does not exist any more. */
  readonly provesGone: boolean;
}

/** A base-10 comparison of ids of any length. */
export const byNumber = (one: string, other: string): number =>
  BigInt(one) < BigInt(other) ? -1 : BigInt(one) > BigInt(other) ? 1 : 0;

/** A local time of a zone as Unix seconds: of two the first, in a gap the one behind it. */
export function secondsAt(day: string, clock: string, timeZone: string): number {
  const local = Temporal.PlainDateTime.from(`${day}T${clock}`);
  return Math.floor(local.toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds / 1000);
}

/** The same in RFC 3339, in UTC. */
export function instantOf(written: string, timeZone: string): string {
  const [day = "", clock = "00:00:00"] = written.split(" ");
  return Temporal.Instant.fromEpochMilliseconds(secondsAt(day, clock, timeZone) * 1000).toString();
}

/** Makes ids that no record has yet. */
export function counterFrom(idOf: (kind: string, n: number) => string): (kind: string) => string {
  let n = 2000;
  return (kind) => {
    n += 1;
    return idOf(kind, n);
  };
}
