/** Asks at most once in `milliseconds`, counted from the question, and answers all who ask in between with the same. */
export function keptFor<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { readonly asked: number; readonly answer: Promise<T> } | null = null;
  return () => {
    const now = performance.now();
    if (!kept || now - kept.asked >= milliseconds) kept = { asked: now, answer: ask() };
    return kept.answer;
  };
}
