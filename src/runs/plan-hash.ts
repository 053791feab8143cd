import { createHash } from "node:crypto";
import { givenHash } from "./keys.ts";
import type { Run, RunRow } from "./model.ts";

/**
 * Hash of a plan: what is sent, to whom, and what is left out. It changes with every row, so a caller can only confirm a plan
 * that it has seen.
 */
export function createPlanHash({ id, series }: Pick<Run, "id" | "series">) {
  const hash = createHash("sha256").update(JSON.stringify([id, series]));
  return {
    add: ({ key, state, backend, customerId, charge, given, onceNumber }: RunRow): void => {
      const sent = state === "READY" ? [backend, customerId, charge] : null;
      hash.update(JSON.stringify([key, state, givenHash(given), onceNumber, sent]));
    },
    digest: (): string => hash.digest("hex").slice(0, 32),
  };
}
