import type { Backends } from "../adapter/backends.ts";
import { BillingError, settle } from "../model/errors.ts";
import type { Ref } from "../model/model.ts";
import type { Loaders } from "./loaders.ts";

/** The backends as a caller has them. */
export interface Reach {
  /** Those that the caller may see, each reached as the user that the caller is mapped to. */
  readonly backends: Backends;
  /** By backend: as which of its `users` it is reached; as the gateway's own where there is no entry. */
  readonly users: Users;
  /** Whether these are all that are configured: then what is kept of others, which no longer are, is the caller's as well. */
  readonly isComplete: boolean;
}

export type Users = Readonly<Record<string, string>>;

/**
 * The one rule for everything that the gateway itself keeps of the backends' records, and has read as its own user (accounts, the
 * directory, suggestions): of it there is for a caller what its own user of the backend may see, as that user sees it.
 */
export interface Sight {
  /** Keys of the caller's backends, in their configured order. */
  readonly backends: readonly string[];
  /** Whether the caller is the gateway's own user everywhere. */
  readonly isEverything: boolean;
  /** Whether the caller is the gateway's own user of a backend: then what is kept of it is what the caller sees. */
  readonly isWhole: (backend: string) => boolean;
  /** Whether a record exists for the caller. Rejects where its backend cannot say. */
  readonly sees: (record: RecordRef) => Promise<boolean>;
  /** What is kept of a customer, called as the caller sees it; null where it does not exist for the caller. Rejects as `sees` does. */
  readonly asSeen: <T extends Ref & { readonly name: string }>(customer: T) => Promise<T | null>;
}

export interface RecordRef extends Ref {
  readonly type: keyof typeof loaderOf;
}

const loaderOf = { Customer: "customers", Charge: "charges", Tax: "taxes" } as const;

/** @param load of the caller's own reach */
export function createSight(
  { backends, users, isComplete }: Reach,
  load: Pick<Loaders, "customers" | "charges" | "taxes">,
): Sight {
  const isWhole = (backend: string): boolean =>
    backends.get(backend) === undefined ? isComplete : !Object.hasOwn(users, backend);

  /** As the caller's own user finds it. */
  async function find({ type, backend, id }: RecordRef): Promise<{ readonly name: string } | null> {
    if (backends.get(backend) === undefined) return null;
    const found = await settle(load[loaderOf[type]].load({ backend, id }) as Promise<{ readonly name: string } | null>);
    if (!(found instanceof BillingError)) return found;
    // Any other failure does not say whether it exists for this user: passed over, it would be lost.
    if (found.code === "FORBIDDEN" || found.code === "NOT_FOUND") return null;
    throw found;
  }

  return {
    backends: backends.all.map(({ key }) => key),
    isEverything: isComplete && backends.all.every(({ key }) => isWhole(key)),
    isWhole,
    sees: async (record) => isWhole(record.backend) || (await find(record)) !== null,
    asSeen: async (customer) => {
      const { backend, id } = customer;
      if (isWhole(backend)) return customer;
      const found = await find({ type: "Customer", backend, id });
      return found && { ...customer, name: found.name };
    },
  };
}
