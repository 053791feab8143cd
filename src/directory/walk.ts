import { setImmediate as nextTurn } from "node:timers/promises";
import type { Adapter, CallScope } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import type { Description, DirectoryRecord, IndexedBatch, OnIndexed, Source } from "./model.ts";
import { pageReaders, readAgain } from "./pages.ts";
import { batchSize, type Put, type Records } from "./records.ts";
import type { Sources } from "./sources.ts";

/**
 * Reads all of a source, or the rest after an interrupted walk. Rejects with the backend's failure or the signal's reason. If
 * the charges of a customer cannot be read, they are skipped, the source's error says so, and the known ones are kept.
 */
export type Walk = (adapter: Adapter, source: Source, scope: CallScope & { readonly signal: AbortSignal }) => Promise<void>;

export interface WalkOptions {
  readonly records: Records;
  readonly sources: Sources;
  readonly onIndexed: OnIndexed;
}

export function createWalk({ records, sources, onIndexed }: WalkOptions): Walk {
  const readers = pageReaders(records);

  async function putAll(source: Source, descriptions: readonly Description[], put: Put, signal: AbortSignal): Promise<void> {
    for (let start = 0; start < descriptions.length; start += batchSize) {
      signal.throwIfAborted();
      await tell(await records.put(source, descriptions.slice(start, start + batchSize), put));
      // Other work that waits for the journal or this process goes first.
      await nextTurn();
    }
  }

  async function tell(batch: IndexedBatch): Promise<void> {
    if (batch.written.length > 0 || batch.removed.length > 0) await onIndexed(batch);
  }

  /**
   * Asks the backend for each record that the walk did not see, and removes it only if the backend says that it is gone. A list
   * sorted by what changes misses records now and then, and some lists leave out archived ones.
   */
  async function settleUnseen(adapter: Adapter, source: Source, put: Put, scope: CallScope & { readonly signal: AbortSignal }) {
    let behind = 0;
    for (;;) {
      const unseen = await records.unseen(source, put.generation, behind, batchSize);
      for (const record of unseen.filter((each) => !isLeftOutOfLists(each))) {
        scope.signal.throwIfAborted();
        const [description] = await readAgain(adapter, source.type, [record.id], scope);
        if (description === null) await tell(await records.remove(source, [record.id], put.record));
        else if (description) await putAll(source, [description], put, scope.signal);
      }
      const last = unseen.at(-1);
      if (!last || unseen.length < batchSize) return;
      behind = last.number;
    }
  }

  return async (adapter, source, scope) => {
    const state = await sources.begin(source);
    // The first complete walk is the baseline: its records are new to the gateway only, so no changes are recorded.
    const put: Put = { generation: state.generation, record: state.refreshedAt !== null };
    let { position } = state;
    const skipped: BillingError[] = [];
    const incomplete: BillingError[] = [];
    try {
      do {
        scope.signal.throwIfAborted();
        const page = await readers[source.type](adapter, position, scope);
        await putAll(source, page.descriptions, put, scope.signal);
        skipped.push(...page.skipped);
        incomplete.push(...page.incomplete);
        position = page.next;
        if (position !== null) await sources.note(source, position);
      } while (position !== null);
    } catch (error) {
      // The backend, or this version of the gateway, does not understand the position: the next walk begins at the start.
      if (state.position !== null && error instanceof BillingError && error.code === "INVALID_INPUT")
        await sources.restart(source);
      throw error;
    }
    await settleUnseen(adapter, source, put, scope);
    await sources.complete(source, problemOf(skipped) ?? incomplete[0]?.message ?? null);
  };
}

function problemOf(skipped: readonly BillingError[]): string | null {
  const [first] = skipped;
  return first ? `Customers whose charges could not be read: ${skipped.length}. The first error: ${first.message}` : null;
}

/** Some lists leave archived customers out. Asking for each of them in every walk would be most of its calls. */
function isLeftOutOfLists({ data }: DirectoryRecord): boolean {
  return data.status === "ARCHIVED";
}
