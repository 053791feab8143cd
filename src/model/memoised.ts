/**
 * Caches the results of a pure function of a text or number, for keys that recur, such as days and names of members. It drops
 * all of them at `limit` results, so that it cannot grow with what a backend sends.
 */
export function memoised<T, Key extends string | number = string>(compute: (key: Key) => T, limit = 5_000): (key: Key) => T {
  const known = new Map<Key, T>();
  return (key) => {
    const remembered = known.get(key);
    if (remembered !== undefined || known.has(key)) return remembered as T;
    const result = compute(key);
    if (known.size >= limit) known.clear();
    known.set(key, result);
    return result;
  };
}

/** Caches only the last result, for texts that mostly repeat right away. */
export function lastMemoised<T>(compute: (key: string) => T): (key: string) => T {
  let last: { readonly key: string; readonly result: T } | null = null;
  return (key) => {
    if (last === null || last.key !== key) last = { key, result: compute(key) };
    return last.result;
  };
}

/**
 * Caches the result for the name that stood last at each place. Records of a list have nearly the same names in the same order, and
 * comparing one name is faster than a look-up.
 */
export function memoisedByPlace<T>(compute: (name: string) => T, mostPlaces = 64): (name: string, place: number) => T {
  const names: string[] = [];
  const results: T[] = [];
  return (name, place) => {
    if (names[place] === name) return results[place] as T;
    const result = compute(name);
    if (place <= names.length && place < mostPlaces) {
      names[place] = name;
      results[place] = result;
    }
    return result;
  };
}

/** Asks at most once in `milliseconds`, counted from the call. All callers in between share the promise. */
export function keptFor<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { readonly asked: number; readonly answer: Promise<T> } | null = null;
  return () => {
    const now = performance.now();
    if (!kept || now - kept.asked >= milliseconds) kept = { asked: now, answer: ask() };
    return kept.answer;
  };
}

/** Computes the result of `work` at the first call, and returns it from then on. */
export function once<Result>(work: () => Result): () => Result {
  let done: { readonly result: Result } | null = null;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}
