import { gathering } from "./gathering.ts";
import type { Operation } from "./model.ts";
import type { Store } from "./store.ts";

/** A follower of writes, for example a cache that invalidates. */
export interface WriteFollower {
  /** Called at once with every change of an operation, even if it only changes the gateway's own records. */
  readonly changed: () => void;
  /** Called with every backend that an operation was sent to; null = it may be any backend. */
  readonly written: (backend: string | null) => void;
  /** True: it caches reads, so it matters which backend was written to. */
  readonly caches: boolean;
  /** Whether steps of this action only change the gateway's own records, and nothing in the backend. */
  readonly isOwnAction: (action: string) => boolean;
}

/**
 * Reports what every process on the store writes, until the store is closed. Rejects with UNAVAILABLE while the store is down.
 * Without a cache, a write only ends the sharing of reads in flight. Ending it for all backends costs less than looking up which
 * backend was written to.
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
