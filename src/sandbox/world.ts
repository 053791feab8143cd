import { sharedCompanies } from "./companies.ts";
import { type Country, countries } from "./countries.ts";
import { mixLater } from "./mixing.ts";
import { createRandom, hash } from "./random.ts";
import { sharedVariations, type Variation } from "./variations.ts";

/**
 * The companies, people and prices behind all simulated backends: deterministic in (seed, customers), so that the same
 * command shows the same data everywhere. Each backend takes its share of it and stores it in its own form.
 */

export interface Company {
  /** Stable number, 1-based; the same company has the same number in every backend. */
  readonly number: number;
  readonly name: string;
  readonly contact: { readonly firstName: string; readonly lastName: string };
  readonly email: string;
  /** E.164 with spaces, e.g. "+49 30 1234567". */
  readonly phone: string;
  readonly address: {
    readonly street: string;
    readonly street2: string;
    readonly city: string;
    readonly state: string;
    readonly postalCode: string;
    /** ISO 3166-1 alpha-2. */
    readonly country: string;
  };
  /** The operator's own reference, e.g. "AC-10023"; empty for some. */
  readonly reference: string;
  readonly archived: boolean;
  /** Instant at which it became a customer, within the last five years of `now`. */
  readonly since: Date;
  /**
   * Which simulated backends know it: "pbx", "suite", "offices", "recurring". About 20 companies are in two or three; in worlds of
   * more than 300 customers a backend, one in ten of the further ones is in two.
   */
  readonly backends: readonly string[];
  /** By backend: what reads otherwise there. */
  readonly variations: Readonly<Record<string, Variation>>;
}

export interface World {
  readonly now: Date;
  readonly companies: readonly Company[];
  /** The companies that a backend knows, as they read there. */
  readonly knownTo: (backend: string) => readonly Company[];
  /** A generator for further seed data of one backend: deterministic for the same name. */
  readonly random: (name: string) => Random;
}

export interface Random {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  /** Integer in [minimum, maximum]. */
  readonly integer: (minimum: number, maximum: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
}

export interface WorldOptions {
  /**
   * How many companies each backend knows, 1 to 10,000. Default 300. A larger world contains the smaller one; only which further
   * backends know a company can depend on the size, beyond 300.
   */
  readonly customers?: number;
  readonly seed?: number;
  /** The instant that all dates are counted back from. Default: today at 00:00 UTC. */
  readonly now?: Date;
}

export const backendKeys = ["pbx", "suite", "offices", "recurring"] as const;

const dayMs = 86_400_000;

const defaultSeed = 20_240_229;
const oldestDays = 5 * 365 - 5;

/**
 * Makes the companies of all backends: the shared ones first, then each backend's own, until each has `customers` of them.
 * Throws a RangeError when `customers` is not an integer from 1 to 10,000.
 */
export const createWorld = (options: WorldOptions = {}): World => {
  const { customers = 300, seed = defaultSeed, now = new Date(Math.floor(Date.now() / dayMs) * dayMs) } = options;
  if (!Number.isInteger(customers) || customers < 1 || customers > 10_000) {
    throw new RangeError(`customers must be an integer from 1 to 10000, not ${customers}`);
  }
  const shared = placeShared(customers, now);
  const own = backendKeys.map((key, index) => {
    const known = shared.filter((company) => company.backends.includes(key)).length;
    return generate({ key, index, count: customers - known, seed, now });
  });
  const random: World["random"] = (name) => createRandom(hash(`${seed}/${name}`));
  const companies = [...shared, ...mixLater(own, random)];
  const knownTo: World["knownTo"] = (backend) =>
    companies
      .filter(({ backends }) => backends.includes(backend))
      .map((company) => ({ ...company, ...company.variations[backend] }));
  return { now, companies, knownTo, random };
};

/** The shared companies, each only in the backends that still have room for it. */
const placeShared = (customers: number, now: Date): Company[] => {
  const room = new Map<string, number>(backendKeys.map((key) => [key, customers]));
  return sharedCompanies.flatMap(({ customerForDays, ...company }, index) => {
    const backends = company.backends.filter((key) => (room.get(key) ?? 0) > 0);
    for (const key of backends) room.set(key, (room.get(key) ?? 0) - 1);
    if (backends.length === 0) return [];
    const number = index + 1;
    const since = new Date(now.getTime() - customerForDays * dayMs);
    return [{ ...company, backends, number, since, variations: sharedVariations[number] ?? {} }];
  });
};

interface Generation {
  readonly key: string;
  readonly index: number;
  readonly count: number;
  readonly seed: number;
  readonly now: Date;
}

/**
 * Numbers of the first backends interleave, so that a company keeps its number when `customers` changes; those of further ones begin
 * above them, so that it keeps its number when a backend is added.
 */
const interleaved = 4;
const furtherNumbers = 100_000;

const generate = ({ key, index, count, seed, now }: Generation): Company[] => {
  const random = createRandom(hash(`${seed}/companies/${key}`));
  // Faker's locale instances are shared by the whole process: seeding them anew makes each backend's companies independent of
  // what was generated before, other backends and other worlds included.
  for (const [position, { faker }] of countries.entries()) faker.seed(hash(`${seed}/${key}/${position}`));
  const names = new Set<string>(sharedCompanies.map((company) => company.name));
  return Array.from({ length: count }, (_, position) => {
    const number = 101 + position * interleaved + (index % interleaved) + Math.floor(index / interleaved) * furtherNumbers;
    const company = generateCompany(number, random, now, names);
    names.add(company.name);
    return { ...company, backends: [key], variations: {} };
  });
};

const byShare: readonly Country[] = countries.flatMap((country) => Array<Country>(country.share).fill(country));

const generateCompany = (
  number: number,
  random: Random,
  now: Date,
  taken: ReadonlySet<string>,
): Omit<Company, "backends" | "variations"> => {
  const country = random.pick(byShare);
  const { company, location, person } = country.faker;
  const contact = { firstName: person.firstName(), lastName: person.lastName() };
  const plainName = company.name();
  const city = location.city();
  return {
    number,
    name: taken.has(plainName) ? `${plainName} (${city} ${number})` : plainName,
    contact,
    email: `${slug(contact.firstName) || "office"}@${slug(plainName) || "company"}-${number}.example`,
    phone: country.phone.replaceAll("#", () => String(random.integer(0, 9))),
    address: {
      street: location.streetAddress(),
      street2: random.next() < 0.2 ? location.secondaryAddress() : "",
      city,
      state: country.states ? location.state() : "",
      postalCode: location.zipCode(),
      country: country.code,
    },
    reference: random.next() < 0.85 ? `AC-${10_000 + number}` : "",
    archived: random.next() < 0.05,
    // Most operators have more young customers than old ones: the square bends the ages that way.
    since: new Date(now.getTime() - Math.floor(3 + random.next() ** 2 * oldestDays) * dayMs - random.integer(0, 86_399) * 1000),
  };
};

/** The part of a name that fits an e-mail address: lower-case ASCII letters and digits, at most 24; empty for other scripts. */
const slug = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 24)
    .replace(/-$/, "");
