/**
 * A pure function of a text that remembers its results, for texts that come again and again: days, names of members. It forgets
 * all of them when there are `limit`, so that nothing that a backend sends makes it grow.
 */
export function memoised<T>(compute: (text: string) => T, limit = 5_000): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined || known.has(text)) return remembered as T;
    const result = compute(text);
    if (known.size >= limit) known.clear();
    known.set(text, result);
    return result;
  };
}
