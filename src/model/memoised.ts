/**
 * A pure function of a text, or a number, that remembers its results, for those that come again and again: days, names of
 * members. It forgets all of them when there are `limit`, so that nothing that a backend sends makes it grow.
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

/** The same where a text mostly comes again right after it came: only the last result is remembered. */
export function lastMemoised<T>(compute: (key: string) => T): (key: string) => T {
  let last: { readonly key: string; readonly result: T } | null = null;
  return (key) => {
    if (last === null || last.key !== key) last = { key, result: compute(key) };
    return last.result;
  };
}

/** Asks at most once in `milliseconds`, counted from the question, and answers all who ask in between with the same. */
export function keptFor<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { readonly asked: number; readonly answer: Promise<T> } | null = null;
  return () => {
    const now = performance.now();
    if (!kept || now - kept.asked >= milliseconds) kept = { asked: now, answer: ask() };
    return kept.answer;
  };
}

/** What `work` gives, worked out when it is first asked for. */
export function once<Result>(work: () => Result): () => Result {
  let done: { readonly result: Result } | null = null;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}
