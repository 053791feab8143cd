import type { Backends } from "../adapter/backends.ts";
import { BillingError, settle } from "../model/errors.ts";
import type { Ref } from "../model/model.ts";
import type { Loaders } from "./loaders.ts";

/** The backends within a caller's reach. */
export interface Reach {
  /** The backends that the caller may see, each called as the backend user that the caller is mapped to. */
  readonly backends: Backends;
  /** The backend user that the caller is mapped to, by backend; without an entry, it is the gateway's own user. */
  readonly users: Users;
  /** Whether these are all configured backends. Then the caller also sees stored records of backends no longer configured. */
  readonly isComplete: boolean;
}

export type Users = Readonly<Record<string, string>>;

/**
 * The one rule for records that the gateway stores after reading them as its own user (accounts, the directory, suggestions): a
 * caller sees of them what its own user of the backend sees, in the form in which that user sees it.
 */
export interface Sight {
  /** Keys of the caller's backends, in their configured order. */
  readonly backends: readonly string[];
  /** Whether the caller is the gateway's own user in every backend, and sees all of them. */
  readonly isEverything: boolean;
  /** Whether the caller is the gateway's own user of a backend, and so sees everything stored of it. */
  readonly isWhole: (backend: string) => boolean;
  /** Whether a record exists for the caller. Rejects if its backend cannot say. */
  readonly sees: (record: RecordRef) => Promise<boolean>;
  /** A stored customer with the name that the caller sees; null if it does not exist for the caller. Rejects as `sees` does. */
  readonly asSeen: <T extends Ref & { readonly name: string }>(customer: T) => Promise<T | null>;
}

/** Identifies a record that the gateway may store. */
export interface RecordRef extends Ref {
  readonly type: keyof typeof loaderOf;
}

const loaderOf = { Customer: "customers", Charge: "charges", Tax: "taxes" } as const;

/** @param load loaders within the caller's own reach */
export function createSight(
  { backends, users, isComplete }: Reach,
  load: Pick<Loaders, "customers" | "charges" | "taxes">,
): Sight {
  const isWhole = (backend: string): boolean =>
    backends.get(backend) === undefined ? isComplete : !Object.hasOwn(users, backend);

  /** The record as the caller's own user sees it. */
  async function find({ type, backend, id }: RecordRef): Promise<{ readonly name: string } | null> {
    if (backends.get(backend) === undefined) return null;
    const found = await settle(load[loaderOf[type]].load({ backend, id }) as Promise<{ readonly name: string } | null>);
    if (!(found instanceof BillingError)) return found;
    // Any other failure leaves it open whether the record exists for this user. Treating it as absent would lose the record.
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
