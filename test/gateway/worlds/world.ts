import type { Random } from "../../../src/sandbox/world.ts";

/**
 * What independent simulators of the backends hold: invented records, and what the API must say of them. Written from the contracts alone, without
 * a look at src/sandbox, as a second witness.
 */

export interface Person {
  /** The backend's id, as a text. */
  readonly id: string;
  name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly reference: string | null;
  readonly archived: boolean;
  /** What the customer owes, in cents. */
  readonly owed: number;
  readonly made: string;
}

export interface Line {
  readonly id: string;
  readonly owner: string;
  /** The calendar day, in the backend's zone; null = none. */
  readonly day: string | null;
  /** Time of day in the backend's zone. */
  readonly clock: string;
  /** In ten-thousandths; null = not priced. */
  readonly amount: number | null;
  readonly quantity: number;
  text: string | null;
  readonly repeats: boolean;
  readonly archived: boolean;
  /** v01: cents of tax and of what is unpaid, and the type of the entry. */
  readonly tax: number | null;
  readonly unpaid: number;
  readonly type: string;
  readonly made: string;
}

export interface Duty {
  readonly id: string;
  readonly name: string;
  /** In ten-thousandths of a percent. */
  readonly rate: number;
  readonly flat: boolean;
}

export interface World {
  people: Person[];
  lines: Line[];
  duties: Duty[];
}

/** The API's view of a record, as far as the oracle compares it. */
export interface Expected {
  readonly backendId: string;
  /** Texts that a search must find. */
  readonly texts: readonly (string | null)[];
  readonly shown: Readonly<Record<string, unknown>>;
}
export interface ExpectedCharge extends Expected {
  readonly owner: string;
  readonly day: string | null;
  /** The id of its service, by which its repetitions are known; without one they are known by the name. */
  readonly service?: string;
}

const surnames = [
  "Müßig",
  "O’Neill",
  "Ødegård",
  "smith",
  "SMITH",
  "Ngô",
  "d'Arc",
  "Ω Group",
  "a",
  "{x}",
  'Say "hi"',
  "R&D <b>",
  "100%",
  "Li;u",
];
const words = [
  "line rental",
  "Setup",
  "café crème",
  "hosting; monthly",
  "naïve ‑ dash",
  "50% off & more",
  "",
  "tab\there",
  "ﬁnance",
  "x".repeat(90),
];

/** Draws with names for what is drawn, so that a world can be told. */
export interface Draw extends Random {
  readonly chance: (of: number) => boolean;
  /** Draws a choice where the contract is silent, and notes it. */
  readonly choose: <T>(name: string, choices: readonly T[]) => T;
  readonly chosen: Record<string, unknown>;
  readonly shuffled: <T>(items: readonly T[]) => T[];
}

/** @param forced choices that are not drawn, by their names */
export function drawFrom(random: Random, forced: Readonly<Record<string, unknown>> = {}): Draw {
  const chosen: Record<string, unknown> = {};
  return {
    ...random,
    chosen,
    chance: (of) => random.next() < of,
    choose: (name, choices) => {
      const drawn = choices[random.integer(0, choices.length - 1)] as (typeof choices)[number];
      if (name in forced && !choices.includes(forced[name] as never))
        throw new Error(`${name} has no choice ${String(forced[name])}`);
      const choice = name in forced ? (forced[name] as typeof drawn) : drawn;
      chosen[name] = choice;
      return choice;
    },
    shuffled: (items) => {
      const keyed = items.map((item) => ({ item, key: random.next() }));
      return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item);
    },
  };
}

/** @param idOf makes the id of the n-th record of a kind */
export function drawWorld(draw: Draw, idOf: (kind: string, n: number) => string, mostPeople: number): World {
  const people: Person[] = [];
  const lines: Line[] = [];
  const count = draw.integer(0, mostPeople);
  for (let n = 1; n <= count; n += 1) people.push(drawPerson(draw, idOf("person", n), n));
  let lineNumber = 0;
  for (const { id } of people) {
    const most = draw.chance(0.1) ? 60 : 6;
    for (let left = draw.integer(0, most); left > 0; left -= 1) {
      lineNumber += 1;
      lines.push(drawLine(draw, idOf("line", lineNumber), id));
    }
  }
  const duties = Array.from(
    { length: draw.integer(0, 6) },
    (_, n): Duty => ({
      id: idOf("duty", n + 1),
      name: draw.pick(["VAT", "GST", "Service tax 10%", "Über-Steuer"]),
      rate: draw.integer(0, 250_000),
      flat: draw.chance(0.3),
    }),
  );
  return { people, lines, duties };
}

export function drawPerson(draw: Draw, id: string, n: number): Person {
  const mail = draw.pick(["a.b", "A.B", "info", "ünï", "x+y"]);
  return {
    id,
    name: `${draw.pick(surnames)} ${draw.chance(0.2) ? "Twin" : n}`,
    email: draw.chance(0.3) ? null : `${mail}${draw.chance(0.3) ? "" : n}@example.com`,
    phone: draw.chance(0.5) ? null : `+49 30 ${1000 + n}`,
    reference: draw.chance(0.4) ? null : draw.pick([`A-${n}`, `00${n}`, `${n}`, "shared"]),
    archived: draw.chance(0.2),
    owed: draw.chance(0.3) ? 0 : draw.integer(-100_000, 1_000_000),
    made: `2026-0${draw.integer(1, 9)}-1${draw.integer(0, 9)} 1${draw.integer(0, 9)}:15:00`,
  };
}

/** Days on which clocks change in Berlin and New York among them, and days that many lines share. */
const days = ["2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-02-28", "2026-06-30", "2026-07-01", "2026-12-01"];
const clocks = ["00:00:00", "00:30:00", "01:30:00", "02:30:00", "03:00:00", "12:00:00", "23:59:59"];

export function drawLine(draw: Draw, id: string, owner: string): Line {
  const cents = draw.pick([0, 1, 999, 1250, 100_000, 214_748_364, draw.integer(1, 500_000)]);
  const type = draw.pick(["RI", "RI", "RI", "RF", "RL", "RA", "RO", "RN", "RC"]);
  const tax = draw.chance(0.4) ? null : Math.floor(cents / 5);
  return {
    id,
    owner,
    day: draw.chance(0.6) ? draw.pick(days) : `2026-0${draw.integer(1, 9)}-${10 + draw.integer(0, 18)}`,
    clock: draw.pick(clocks),
    amount: cents * 100,
    quantity: draw.pick([1, 1, 2, 0.5, 1000]),
    text: draw.pick(words) || null,
    repeats: draw.chance(0.3),
    archived: draw.chance(0.15),
    tax,
    unpaid: draw.pick([0, cents, Math.floor(cents / 2)]),
    type,
    made: `2026-0${draw.integer(1, 9)}-0${draw.integer(1, 9)} 0${draw.integer(0, 9)}:3${draw.integer(0, 9)}:0${draw.integer(0, 9)}`,
  };
}

/** Ten-thousandths as a plain decimal with these places at least. */
export function decimalOf(tenThousandths: number, places: number): string {
  const sign = tenThousandths < 0 ? "-" : "";
  const digits = String(Math.abs(tenThousandths)).padStart(5, "0");
  const all = `${digits.slice(0, -4)}.${digits.slice(-4)}`;
  const needed = all.replace(/0+$/, "");
  const least = all.slice(0, all.length - 4 + places);
  return sign + (needed.length > least.length ? needed : least).replace(/\.$/, "");
}
