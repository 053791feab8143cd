/**
 * How long a test waits for an event, for vi.waitFor; expect.poll has the same (vitest.config.ts). It only matters for events
 * that never come: a busy machine takes many times as long as a quiet one.
 */
export const patience = { timeout: 45_000, interval: 20 } as const;
