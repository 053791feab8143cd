import type { Company, Random, World } from "./world.ts";

/** Differences of a company in another backend: people type it again, move, and leave things out. */
export type Variation = Partial<Pick<Company, "name" | "email" | "phone" | "address" | "reference">>;

/** The differences of companies in companies.ts, by number and backend. */
export const sharedVariations: Readonly<Record<number, Readonly<Record<string, Variation>>>> = {
  // Ada's Bakery has moved, and nobody told the subscriptions.
  1: {
    recurring: {
      address: { street: "7 Wharf Road", street2: "", city: "London", state: "", postalCode: "N1 7GR", country: "GB" },
    },
  },
  2: { suite: { name: "Mueller und Soehne Praezisionswerkzeuge", phone: "030 23125 014" } },
  3: { recurring: { name: "BLUE HARBOR DENTAL, INC.", phone: "(617) 555-0142", reference: "" } },
  5: { recurring: { name: "ΠΑΠΑΔΟΠΟΥΛΟΣ ΝΑΥΤΙΛΙΑΚΗ", phone: "210 555 0163" } },
  8: { recurring: { name: "O’Connell Byrne and Partners Ltd.", email: "siobhan@oconnell-byrne.example", reference: "" } },
  9: { recurring: { name: "CAFE SAO JORGE LTDA", phone: "(11) 5550-0133" } },
  10: { suite: { name: "Zolty Zuraw", reference: "ac 10010" } },
  14: { offices: { name: "한빛소프트웨어", phone: "02-5550-0155" } },
  17: { recurring: { name: "Meer Fietsen, van der", phone: "020 555 0121", reference: "" } },
  20: { recurring: { email: "priya@desertbloom.example.com", reference: "" } },
  21: { recurring: { name: "Trattoria Nonna Lucia", email: "NICCOLO@nonnalucia.example" } },
  24: { offices: { name: "Zuercher Uhrwerke", phone: "044 555 01 29", reference: "" } },
};

/** A variation of a generated company. Each part differs on its own, about as often as in real systems. */
const variationOf = (company: Company, random: Random): Variation => ({
  name: nameVariation(company.name, random),
  email: emailVariation(company, random),
  phone: phoneVariation(company.phone, random),
  address: random.next() < 0.15 ? movedAddress(company, random) : company.address,
  reference: referenceVariation(company.reference, random),
});

const nameVariation = (name: string, random: Random): string => {
  const chance = random.next();
  if (chance < 0.25) return name;
  if (chance < 0.4) return name.toUpperCase();
  if (chance < 0.55) return withoutAccents(name);
  if (chance < 0.7)
    return name.replace(/ (e |und |and |et )?(GmbH|AG|KG|OHG|Inc|LLC|Ltd|SAS?|SARL|S\.A\.|B\.V\.|s\.r\.o\.)$/, "");
  if (chance < 0.8) return `${name} ${random.pick(["Ltd", "Inc.", "GmbH", "S.r.l."])}`;
  if (chance < 0.9) return name.replaceAll(" - ", "-").replace(/ (&|and|und|et|y) /, random.pick([" & ", " + "]));
  return withTypo(name, random);
};

const withoutAccents = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC");

/** Swaps two neighbouring letters. */
const withTypo = (name: string, random: Random): string => {
  const letters = [...name];
  if (letters.length < 6) return name;
  const at = random.integer(1, letters.length - 3);
  return [...letters.slice(0, at), letters[at + 1], letters[at], ...letters.slice(at + 2)].join("");
};

const emailVariation = ({ email, contact }: Company, random: Random): string => {
  const chance = random.next();
  const domain = email.slice(email.indexOf("@") + 1);
  if (chance < 0.65) return email;
  if (chance < 0.75) return email.toUpperCase();
  if (chance < 0.95) return `${random.pick(["billing", "accounts", "office", "info"])}@${domain}`;
  return `${
    withoutAccents(contact.lastName)
      .toLowerCase()
      .replace(/[^a-z]/g, "") || "office"
  }${random.integer(10, 99)}@mail.example`;
};

const phoneVariation = (phone: string, random: Random): string => {
  const chance = random.next();
  if (chance < 0.3) return phone;
  if (chance < 0.75) return nationalPhone(phone);
  if (chance < 0.9) return phone.replace(/ /g, "");
  return phone.replace(/\d\d$/, String(random.integer(10, 99)));
};

/**
 * Country codes without a trunk zero before the area code; Italy's zero is part of the number (ITU-T, national numbering
 * plans).
 */
const withoutTrunkZero: ReadonlySet<string> = new Set(["+1", "+34", "+39", "+48", "+420"]);

const nationalPhone = (phone: string): string => {
  const [code = "", ...rest] = phone.split(" ");
  return `${withoutTrunkZero.has(code) ? "" : "0"}${rest.join("-")}`;
};

const movedAddress = ({ address, number }: Company, random: Random): Company["address"] => ({
  ...address,
  street: `${random.integer(1, 199)} ${address.street.replace(/\d+/g, "").trim()}`,
  street2: "",
  postalCode: String(10_000 + ((number * 7919) % 89_999)),
});

const referenceVariation = (reference: string, random: Random): string => {
  const chance = random.next();
  if (chance < 0.25) return "";
  return chance < 0.4 ? reference.toLowerCase().replace("-", " ") : reference;
};

/** Companies before this position are mixed by hand, in companies.ts, and stay as they are. */
const firstMixed = 300;

/** The pairs of backends whose lists are mixed at a position, in turn. */
const pairings: readonly (readonly (readonly [number, number])[])[] = [
  [
    [0, 1],
    [2, 3],
  ],
  [
    [0, 2],
    [1, 3],
  ],
  [
    [0, 3],
    [1, 2],
  ],
];

/**
 * Adds one in ten of the later companies to a second backend, which writes it in its own way. Beside them it puts decoys: other
 * companies with the same name elsewhere, or nearly the same name in the same place. It takes and returns all companies, each
 * once; the lists keep their lengths.
 */
export const mixLater = (own: readonly (readonly Company[])[], random: World["random"]): readonly Company[] => {
  const lists = own.map((companies) => [...companies]);
  const names = lists.map((companies) => new Set(companies.map(({ name }) => name)));
  const replace = (list: number, position: number, company: Company): void => {
    const taken = names[list];
    const places = lists[list];
    if (!taken || !places || taken.has(company.name)) return;
    taken.add(company.name);
    places[position] = company;
  };
  const longest = Math.max(...own.map(({ length }) => length));
  for (let position = firstMixed; position < longest; position += 5) {
    for (const [left, right] of pairings[Math.floor(position / 5) % pairings.length] ?? []) {
      const first = lists[left]?.[position];
      const second = lists[right]?.[position];
      if (!first || !second) continue;
      const another = second.backends[0] ?? "";
      if (position % 10 === 0) {
        const variation = variationOf(first, random(`variation/${first.number}`));
        const varied = names[right]?.has(variation.name ?? "") ? { ...variation, name: first.name } : variation;
        const shared = { ...first, backends: [...first.backends, another], variations: { [another]: varied } };
        replace(right, position, shared);
        if (lists[right]?.[position] === shared && lists[left]) lists[left][position] = shared;
      } else replace(right, position, decoyOf(first, second, position));
    }
  }
  return [...new Set(lists.flat())];
};

/** In turn: the same name in another town, and nearly the same name in the same town. */
const decoyOf = (first: Company, second: Company, position: number): Company => {
  if (position % 20 === 5) return { ...second, name: first.name };
  const [, ...rest] = first.name.split(" ");
  const { city, state, postalCode, country } = first.address;
  const address = { ...second.address, city, state, postalCode, country };
  return { ...second, name: [second.contact.lastName, ...rest].join(" "), address };
};

/** FNV-1a over UTF-16 code units. It spreads names such as "pbx" and "suite" over the 32-bit seeds. */
export const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
};

/**
 * A seeded generator (mulberry32, Tommy Ettinger, public domain) with 32 bits of state. Good enough for invented data and for
 * drawing faults, never for secrets.
 */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (minimum: number, maximum: number): number => minimum + Math.floor(next() * (maximum - minimum + 1));
  const pick = <T>(choices: readonly T[]): T => {
    const choice = choices[integer(0, choices.length - 1)];
    if (choice === undefined) throw new RangeError("pick needs at least one choice");
    return choice;
  };
  return { next, integer, pick };
};
