/** Omits members that are null or undefined. */
export function given<T>(members: Readonly<Record<string, T | null | undefined>>): Record<string, T> {
  const isGiven = (member: [string, T | null | undefined]): member is [string, T] => member[1] != null;
  return Object.fromEntries(Object.entries(members).filter(isGiven));
}
