import type { CallScope, GetMany, Page, PageRequest, WritePlan, WriteStep } from "../../src/adapter/adapter.ts";
import { pageOfAll } from "../../src/adapter/kit/paging.ts";
import { invalidInput } from "../../src/model/errors.ts";
import type { Capability } from "../../src/model/model.ts";
import { memoryTakes } from "./memory-inputs.ts";
import type { MemoryLook } from "./memory-looking.ts";
import type { Exchange, LineState, MemoryStore } from "./memory-store.ts";

/** The members that a memory backend refuses with UNSUPPORTED, by input object. */
export interface RefusedMembers {
  readonly customer: readonly string[];
  readonly charge: readonly string[];
  readonly tax: readonly string[];
}

/** Shared by the verbs of one memory adapter. */
export interface MemoryConnection {
  readonly store: MemoryStore;
  readonly can: (capability: Capability) => boolean;
  readonly takes: ReturnType<typeof memoryTakes>;
  readonly read: <T>(functionName: string, scope: CallScope, answer: () => T) => Promise<T>;
  readonly write: <T>(functionName: string, scope: CallScope, act: () => T) => Promise<T>;
}

/** The context of the verbs of one adapter; does no I/O. */
export function openConnection(
  store: MemoryStore,
  exchange: Exchange,
  line: LineState,
  capabilities: readonly Capability[],
  refuses: RefusedMembers,
): MemoryConnection {
  return {
    store,
    can: (capability) => capabilities.includes(capability),
    takes: memoryTakes(refuses),
    read: (functionName, scope, answer) => exchange.call(line, { function: functionName, effect: "read" }, scope, answer),
    write: (functionName, scope, act) => exchange.call(line, { function: functionName, effect: "write" }, scope, act),
  };
}

/** A look-up by id as one call. */
export function getManyFrom<T>(connection: MemoryConnection, functionName: string, things: ReadonlyMap<string, T>): GetMany<T> {
  return (ids, scope) => connection.read(functionName, scope, () => ids.map((id) => things.get(id) ?? null));
}

/** A page by id, ascending: the order of creation. */
export async function pageOf<T extends { readonly id: string }>(
  connection: MemoryConnection,
  functionName: string,
  things: ReadonlyMap<string, T>,
  accept: (thing: T) => boolean,
  page: PageRequest,
  scope: CallScope,
): Promise<Page<T>> {
  if (page.after !== null && !/^\d{1,15}$/.test(page.after)) throw invalidInput("after", "is not a cursor of this list");
  return connection.read(functionName, scope, () => pageOfAll([...things.values()].filter(accept), ({ id }) => id, page));
}

export interface MemoryWrite<T> {
  readonly action: string;
  /** How a look recognises its work. */
  readonly look: MemoryLook;
  /** Fails as the backend would, without effect. */
  readonly check: () => unknown;
  /** Changes the store; `id` is null in the step that creates the object. */
  readonly act: (id: string | null) => T;
}

/** A plan of the given writes; the first one returns the id of the object. */
export function planOf<T extends { readonly id: string }>(
  connection: MemoryConnection,
  read: WritePlan<T>["read"],
  first: MemoryWrite<T>,
  ...rest: readonly MemoryWrite<T>[]
): WritePlan<T> {
  const steps = [first, ...rest].map(
    ({ action, look, act }): WriteStep<T> => ({
      action,
      note: async (id, _intent, scope) => JSON.stringify(await connection.read(look.reads, scope, () => look.note(id))),
      send: async (id, _intent, scope) => {
        const value = await connection.write(action, scope, () => act(id));
        return { id: value.id, value };
      },
      find: async (id, { note }, scope) => connection.read(look.reads, scope, () => look.find(id, note)),
    }),
  );
  if (!connection.can("VALIDATE_ONLY")) return { steps, read };
  return {
    steps,
    read,
    validate: async (scope) => {
      await connection.read(`${first.action}?validate`, scope, first.check);
    },
  };
}
