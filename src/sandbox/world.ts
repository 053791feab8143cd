import type { Faker } from "@faker-js/faker";
import { faker as egypt } from "@faker-js/faker/locale/ar";
import { faker as czechia } from "@faker-js/faker/locale/cs_CZ";
import { faker as germany } from "@faker-js/faker/locale/de";
import { faker as unitedKingdom } from "@faker-js/faker/locale/en_GB";
import { faker as unitedStates } from "@faker-js/faker/locale/en_US";
import { faker as spain } from "@faker-js/faker/locale/es";
import { faker as france } from "@faker-js/faker/locale/fr";
import { faker as italy } from "@faker-js/faker/locale/it";
import { faker as japan } from "@faker-js/faker/locale/ja";
import { faker as netherlands } from "@faker-js/faker/locale/nl";
import { faker as poland } from "@faker-js/faker/locale/pl";
import { faker as brazil } from "@faker-js/faker/locale/pt_BR";
import { faker as sweden } from "@faker-js/faker/locale/sv";
import { faker as turkey } from "@faker-js/faker/locale/tr";
import { faker as ukraine } from "@faker-js/faker/locale/uk";
import { faker as china } from "@faker-js/faker/locale/zh_CN";
import { sharedCompanies } from "./companies.ts";
import { createRandom, hash, mixLater, sharedVariations, type Variation } from "./variations.ts";

interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  /** Made-up names and addresses in the country's language and script. */
  readonly faker: Faker;
  /** Country and area code; "#" stands for a digit to fill in. */
  readonly phone: string;
  /** Whether addresses there name a state or province that faker knows. */
  readonly states: boolean;
  /** The percentage of generated companies from this country. */
  readonly share: number;
}

const countries: readonly Country[] = [
  { code: "US", faker: unitedStates, phone: "+1 ### 555 01##", states: true, share: 26 },
  { code: "GB", faker: unitedKingdom, phone: "+44 20 7946 0###", states: false, share: 14 },
  { code: "DE", faker: germany, phone: "+49 30 23125 ###", states: true, share: 12 },
  { code: "FR", faker: france, phone: "+33 1 99 00 ## ##", states: true, share: 8 },
  { code: "ES", faker: spain, phone: "+34 91 555 ## ##", states: true, share: 5 },
  { code: "IT", faker: italy, phone: "+39 06 5550 ####", states: false, share: 5 },
  { code: "NL", faker: netherlands, phone: "+31 20 555 ####", states: true, share: 4 },
  { code: "PL", faker: poland, phone: "+48 22 555 ## ##", states: true, share: 4 },
  { code: "BR", faker: brazil, phone: "+55 11 5550 ####", states: true, share: 4 },
  { code: "CZ", faker: czechia, phone: "+420 222 555 ###", states: false, share: 3 },
  { code: "SE", faker: sweden, phone: "+46 8 465 004 ##", states: false, share: 3 },
  { code: "UA", faker: ukraine, phone: "+380 44 555 ####", states: true, share: 3 },
  { code: "JP", faker: japan, phone: "+81 3 5550 ####", states: true, share: 3 },
  { code: "TR", faker: turkey, phone: "+90 212 555 ####", states: false, share: 2 },
  { code: "EG", faker: egypt, phone: "+20 2 5550 ####", states: false, share: 2 },
  { code: "CN", faker: china, phone: "+86 21 5550 ####", states: true, share: 2 },
];

/**
 * The companies, people and prices behind all simulated backends. They depend only on seed and number of customers, so the same
 * command shows the same data everywhere. Each backend stores its share in its own form.
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
  /** When it became a customer, within the five years before `now`. */
  readonly since: Date;
  /**
   * The simulated backends that know it: "pbx", "suite", "offices", "recurring". About 20 companies are in two or three. With
   * more than 300 customers a backend, one in ten of the further ones is in two.
   */
  readonly backends: readonly string[];
  /** Differences by backend. */
  readonly variations: Readonly<Record<string, Variation>>;
}

export interface World {
  readonly now: Date;
  readonly companies: readonly Company[];
  /** The companies that a backend knows, with its differences. */
  readonly knownTo: (backend: string) => readonly Company[];
  /** A generator for further seed data of one backend: the same for the same name. */
  readonly random: (name: string) => Random;
}

export interface Random {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  /** Integer in [minimum, maximum]. */
  readonly integer: (minimum: number, maximum: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
}

interface WorldOptions {
  /**
   * Companies of each backend, 1 to 10,000. Default 300. A larger world contains the smaller one; beyond 300, the size only
   * decides which further backends know a company.
   */
  readonly customers?: number;
  readonly seed?: number;
  /** The instant from which all dates are counted back. Default: today at 00:00 UTC. */
  readonly now?: Date;
}

export const backendKeys = ["pbx", "suite", "offices", "recurring"] as const;

const dayMs = 86_400_000;

const defaultSeed = 20_240_229;
const oldestDays = 5 * 365 - 5;

/**
 * Makes the companies of all backends: first the shared ones, then each backend's own, until each has `customers` of them.
 * Throws a RangeError if `customers` is not an integer from 1 to 10,000.
 */
export const createWorld = (options: WorldOptions = {}): World => {
  const { customers = 300, seed = defaultSeed, now = new Date(Math.floor(Date.now() / dayMs) * dayMs) } = options;
  if (!Number.isInteger(customers) || customers < 1 || customers > 10_000) {
    throw new RangeError(`customers must be an integer from 1 to 10000, not ${customers}`);
  }
  const shared = placeShared(customers, now);
  const own = backendKeys.map((key, index) => {
    const known = shared.filter((company) => company.backends.includes(key)).length;
    return ownOf({ key, index, count: customers - known, seed, now });
  });
  const random: World["random"] = (name) => createRandom(hash(`${seed}/${name}`));
  const companies = [...shared, ...mixLater(own, random)];
  const knownTo: World["knownTo"] = (backend) =>
    companies
      .filter(({ backends }) => backends.includes(backend))
      .map((company) => ({ ...company, ...company.variations[backend] }));
  return { now, companies, knownTo, random };
};

/** The shared companies, each in those of its backends that still have room. */
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
 * The numbers of the first four backends interleave, so that a company keeps its number when `customers` changes. Those of
 * further backends begin above them, so that it keeps its number when a backend is added.
 */
const interleaved = 4;
const furtherNumbers = 100_000;

/** The longest lists so far: making them is half of a sandbox's start, and tests start hundreds. Nobody changes a company. */
const kept = new Map<string, readonly Company[]>();
const mostKept = 20;
const longestKept = 1_000;

const ownOf = (generation: Generation): readonly Company[] => {
  const { key, count, seed, now } = generation;
  const name = `${key} ${seed} ${now.getTime()}`;
  const known = kept.get(name);
  if (known !== undefined && known.length >= count) return known.slice(0, count);
  const companies = generate(generation);
  if (count > longestKept) return companies;
  if (kept.size >= mostKept) kept.clear();
  kept.set(name, companies);
  return companies;
};

const generate = ({ key, index, count, seed, now }: Generation): Company[] => {
  const random = createRandom(hash(`${seed}/companies/${key}`));
  // All worlds in a process share Faker's locale instances. Seeding them again makes each backend's companies independent of
  // what was generated before.
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
    // The square makes young customers more frequent than old ones, as at most operators.
    since: new Date(now.getTime() - Math.floor(3 + random.next() ** 2 * oldestDays) * dayMs - random.integer(0, 86_399) * 1000),
  };
};

/**
 * The part of a name that fits an e-mail address: ASCII letters and digits in lower case, at most 24; empty for other scripts.
 */
const slug = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 24)
    .replace(/-$/, "");
