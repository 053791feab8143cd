/** A failure that follows another one within this time belongs to the same episode, in milliseconds. */
const calmMs = 60_000;

/** Different texts of one episode, at most: each is told. */
const mostTexts = 20;

/** Tells of failures of something that is tried again and again. */
export interface Episodes {
  /** Call this with each failure. */
  readonly failed: (error: unknown) => void;
  /** Call this with each success. */
  readonly worked: () => void;
}

/**
 * Tells each text once in an episode of failures. An episode ends with a success, unless the next failure follows soon: what fails and
 * works in turn would otherwise be told of each time.
 */
export function createEpisodes(tell: (error: unknown) => void): Episodes {
  const told = new Set<string>();
  let failedAt = Number.NEGATIVE_INFINITY;
  let hasWorked = false;
  return {
    failed: (error) => {
      const now = performance.now();
      if (hasWorked && now - failedAt > calmMs) told.clear();
      [failedAt, hasWorked] = [now, false];
      const text = error instanceof Error ? error.message : String(error);
      if (told.has(text) || told.size >= mostTexts) return;
      told.add(text);
      tell(error);
    },
    worked: () => {
      hasWorked = true;
    },
  };
}
