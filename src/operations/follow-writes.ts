import { isOwnStep } from "../billing/linking.ts";
import type { Store } from "./store.ts";

/**
 * Tells of every backend that an operation of any process on the store was sent to, until the store is closed: null where that
 * cannot be known. Rejects with UNAVAILABLE while the store is down.
 */
export async function followWrites(
  { watch, byId }: Pick<Store, "watch" | "byId">,
  written: (backend: string | null) => void,
): Promise<void> {
  await watch((id) => {
    byId(id).then(
      (operation) => {
        const sent = operation?.steps.filter(({ attempts, action }) => attempts > 0 && !isOwnStep(action)) ?? [];
        for (const backend of new Set(sent.map((step) => step.backend))) written(backend);
      },
      () => written(null),
    );
  });
}
