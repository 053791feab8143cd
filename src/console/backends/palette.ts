/** Mantine's colours that can be told apart as bars beside each other, light and dark; none of them is the red of what is bad. */
const palette = ["billing.5", "teal.6", "orange.6", "grape.6", "cyan.5", "lime.7", "pink.5", "yellow.6"] as const;

/** Of what belongs to several backends, or to one that nobody has told of yet. */
export const unknownColor = "gray.6";

/** Each has a colour of its own, as long as there are no more than eight; it does not change with the order they are told in. */
export function backendColors(keys: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...new Set(keys)].sort().map((key, place) => [key, palette[place % palette.length] ?? unknownColor]));
}
