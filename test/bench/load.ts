/** What a round of load showed. */
export interface Sample {
  readonly seconds: number;
  /** Of every request, failed ones too, in milliseconds. */
  readonly latenciesMs: readonly number[];
  readonly failed: number;
  /** Why the first one failed. */
  readonly failure: string | null;
}

export interface LoadOptions {
  /** Requests under way at the same time. */
  readonly connections: number;
  /** No request starts later than this; those under way are waited for. */
  readonly seconds: number;
}

const longestWarmUpSeconds = 2;

/** Before the first round: compiled code and open connections come with use. */
export function warmUpOf({ connections, seconds }: LoadOptions): LoadOptions {
  return { connections, seconds: Math.min(seconds, longestWarmUpSeconds) };
}

/**
 * Keeps so many requests under way: each connection sends the next one when it has its answer. `send` rejects when the answer
 * is not the right one. All that is compared is measured by this function, so that what it costs itself weighs on all.
 */
export async function load(send: () => Promise<void>, { connections, seconds }: LoadOptions): Promise<Sample> {
  const latenciesMs: number[] = [];
  let failed = 0;
  let failure: string | null = null;
  const started = performance.now();
  const end = started + seconds * 1000;
  const sendUntilTheEnd = async (): Promise<void> => {
    for (let now = started; now < end; ) {
      try {
        await send();
      } catch (error) {
        failed += 1;
        failure ??= String(error);
      }
      const answered = performance.now();
      latenciesMs.push(answered - now);
      now = answered;
    }
  };
  await Promise.all(Array.from({ length: connections }, sendUntilTheEnd));
  return { seconds: (performance.now() - started) / 1000, latenciesMs, failed, failure };
}
