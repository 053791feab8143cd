/**
 * Values that the dialects write: texts that a backend may spoil, and a whole address. Each dialect adds what its own backend
 * needs.
 */

export const berlin = {
  lines: ["Schönhauser Straße 48a", "2nd floor"],
  city: "Berlin",
  state: "BE",
  postalCode: "10437",
  country: "DE",
} as const;

const { country: _, ...rest } = berlin;
/** For backends that keep no country. */
export const withoutCountry = rest;

export const foreignPerson = { firstName: "Jürgen", lastName: "O'Müller" } as const;

export const foreignName = (tag: string): string => `Müller & Söhne 株式会社 ${tag}`;

export const foreignNotes = (tag: string): string => `¡Olé! 日本\n${tag}`;
