import { gathering } from "./gathering.ts";
import type { Operation } from "./model.ts";
import type { Store } from "./store.ts";

/** Followers of writes. */
export interface WriteFollower {
  /** Told of every change of an operation at once, even if it only changes the gateway's own records. */
  readonly changed: () => void;
  /** Told of every backend that an operation was sent to; null = any backend may have been. */
  readonly written: (backend: string | null) => void;
  /** Whether it matters which backend. */
  readonly caches: boolean;
  /** Whether a step of this action changes what the gateway keeps itself, and nothing in its backend. */
  readonly isOwnAction: (action: string) => boolean;
}

/**
 * Tells of what every process on the store writes, until the store is closed. Rejects with UNAVAILABLE while the store is down.
 * Where nothing is kept, only reads under way are at stake, and to end joining all of those costs less than to look up which.
 */
export async function followWrites(
  { watch, byIds }: Pick<Store, "watch" | "byIds">,
  { changed, written, caches, isOwnAction }: WriteFollower,
): Promise<void> {
  // A charge run changes hundreds of operations a second, in every process that follows it.
  const look = gathering<string, Operation | undefined>({
    together: async (ids) => {
      const found = new Map((await byIds([...new Set(ids)])).map((operation) => [operation.id, operation]));
      return ids.map((id) => found.get(id));
    },
    alone: async (id) => (await byIds([id]))[0],
    mayBeOnes: () => false,
  });
  await watch((id) => {
    changed();
    if (!caches) {
      written(null);
      return;
    }
    look(id).then(
      (operation) => {
        const sent = operation?.steps.filter(({ attempts, action }) => attempts > 0 && !isOwnAction(action)) ?? [];
        for (const backend of new Set(sent.map((step) => step.backend))) written(backend);
      },
      () => written(null),
    );
  });
}
