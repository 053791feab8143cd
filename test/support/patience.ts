/**
 * How long a test waits for what must come about, for vi.waitFor; expect.poll has the same (vitest.config.ts). It is for what never
 * comes: a busy machine takes many times what a quiet one does.
 */
export const patience = { timeout: 45_000, interval: 20 } as const;
