import { expect, vi } from "vitest";
import type { Directory } from "../../src/directory/directory.ts";
import { patience } from "../support/patience.ts";

/** Resolves when the directory has read all records of the sandbox's four backends once. v2 has no taxes. */
export async function untilFilled({ sources, charges }: Pick<Directory, "sources" | "charges">): Promise<void> {
  const filled = async (): Promise<void> => {
    const states = await sources.all();
    expect(states.filter(({ refreshedAt }) => refreshedAt !== null).length).toBe(charges ? 11 : 7);
  };
  await vi.waitFor(filled, patience);
}
