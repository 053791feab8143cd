import { type Backend, createBackends } from "../adapter/backends.ts";
import type { ReportProblem } from "../adapter/contained.ts";
import { type BackendSettings, openBackend, type Registry } from "../adapters/index.ts";
import { caching, coalescing, createWriteBell, type WriteBell } from "../connections/caching.ts";
import type { ConnectionSettings } from "../connections/http.ts";
import { type Caller, mayUse } from "../model/caller.ts";
import { BillingError } from "../model/errors.ts";
import type { Planners } from "../mutations/mutation.ts";
import type { Reach, Users } from "../reads/loaders.ts";
import type { Mutations } from "../schema/index.ts";
import { type MutationSource, planAll } from "./mutations.ts";

/** The backends that a caller may see, reached as its users, and the mutations on them. */
interface PlannedReach extends Reach {
  readonly planners: Planners<Mutations>;
}

export interface Identities {
  /** Returns the same object for all callers that see the same backends as the same users. */
  readonly reachOf: (caller: Pick<Caller, "actor" | "backends">) => PlannedReach;
  /** All backends, reached as these users. CONFLICT for a user that is no longer configured. */
  readonly reachAs: (users: Users) => PlannedReach;
  /** Reports a write to a backend, by anybody; null = perhaps to any of them. Invalidates reads that started earlier. */
  readonly written: (backend: string | null) => void;
  /** Registers a listener for every write to any backend, by anybody: when it is about to be sent, and when it has ended. */
  readonly onWrite: (listener: () => void) => void;
  /** Whether reads of any backend are cached: only then does it matter to which backend another process wrote. */
  readonly caches: boolean;
  readonly close: () => Promise<void>;
}

export interface IdentitySettings {
  readonly registry: Registry;
  /** Sections by key, in the order of the configuration. */
  readonly backends: Readonly<Record<string, BackendSettings>>;
  /** The backend users of each caller, by the caller's actor. */
  readonly users: Readonly<Record<string, Users>>;
  /** Needed by the plans of accounts and suggestions. */
  readonly kept: Kept;
  /** Called with unexpected errors of adapters. */
  readonly report: ReportProblem;
}

type Kept = Pick<MutationSource, "linking" | "declining">;

/** A backend, reached as one of its users; null = the gateway's own user. */
interface Identity {
  readonly user: string | null;
  readonly backend: Backend;
  readonly close: () => Promise<void>;
}

/**
 * Opens every backend once as the gateway's own user and once for each of its `users`, each with its own adapter and connection. So two
 * users never share pools, circuits, tokens or health, and `concurrency` holds for each. All are opened at the start: that does no I/O,
 * and no request has to wait while another one opens the same.
 */
export function openIdentities(
  { registry, backends, users, kept, report }: IdentitySettings,
  observer?: ConnectionSettings["observer"],
): Identities {
  const opened = Object.entries(backends).map(([key, settings]) => {
    const writes = createWriteBell();
    const names = [null, ...Object.keys(settings.users)];
    return {
      key,
      writes,
      identities: names.map((user) => openIdentity({ registry, key, settings, user, writes, report, observer })),
    };
  });
  const usersOf = new Map(Object.entries(users));
  // One per set of identities in use; the configuration's backends and users limit their number.
  const reaches = new Map<string, PlannedReach>();

  function reach(isVisible: (key: string) => boolean, users: Users): PlannedReach {
    const chosen = opened
      .filter(({ key }) => isVisible(key))
      .map(({ key, identities }) => {
        const user = (Object.hasOwn(users, key) ? users[key] : null) ?? null;
        // If the user is missing, fail: never act as another one.
        return identities.find((identity) => identity.user === user) ?? noSuchUser(key, user);
      });
    const name = JSON.stringify(chosen.map(({ user, backend }) => [backend.key, user]));
    const found = reaches.get(name) ?? reachOver(chosen, kept, chosen.length === opened.length);
    reaches.set(name, found);
    return found;
  }

  return {
    reachOf: (caller) => reach((key) => mayUse(caller, key), (caller.actor !== null && usersOf.get(caller.actor)) || {}),
    reachAs: (users) => reach(() => true, users),
    written: (backend) => {
      for (const { key, writes } of opened) if (backend === null || key === backend) writes.happened();
    },
    onWrite: (listener) => {
      for (const { writes } of opened) writes.listen(listener);
    },
    caches: Object.values(backends).some(({ cacheSeconds }) => cacheSeconds > 0),
    close: async () => {
      await Promise.all(opened.flatMap(({ identities }) => identities.map(({ close }) => close())));
    },
  };
}

function noSuchUser(key: string, user: string | null): never {
  throw new BillingError("CONFLICT", `${key} has no user "${user}" in the configuration (any more).`, { backend: key });
}

interface IdentityOptions {
  readonly registry: Registry;
  readonly key: string;
  readonly settings: BackendSettings;
  readonly user: string | null;
  /** Shared by all users of the backend. */
  readonly writes: WriteBell;
  readonly report: ReportProblem;
  readonly observer: ConnectionSettings["observer"];
}

function openIdentity({ registry, key, settings, user, writes, report, observer }: IdentityOptions): Identity {
  const credentials = user === null ? {} : settings.users[user];
  const { adapter, connection } = openBackend(key, { ...settings, ...credentials }, report, observer, registry);
  const shared = coalescing(adapter, writes);
  // The cache is outside: cached reads answer at once, and missing ones are deduplicated below it.
  const { cacheSeconds, label = key, readOnly } = settings;
  const kept = cacheSeconds > 0 ? caching(shared, cacheSeconds, writes) : shared;
  return { user, backend: { key, label, adapter: kept, health: connection.health, readOnly }, close: connection.close };
}

function reachOver(chosen: readonly Identity[], kept: Kept, isComplete: boolean): PlannedReach {
  const backends = createBackends(chosen.map(({ backend }) => backend));
  const users = Object.fromEntries(chosen.flatMap(({ user, backend }) => (user === null ? [] : [[backend.key, user]])));
  const reach: Reach = { backends, users, isComplete };
  return { ...reach, planners: planAll({ reach, ...kept }) };
}
