import { variationOf } from "./variations.ts";
import type { Company, World } from "./world.ts";

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
