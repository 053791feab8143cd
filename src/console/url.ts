import { useSearchParams } from "wouter";

/** Keeps a view's filters in its address, so that links, reloads and the back button keep them. */

export interface UrlState {
  /** The value of a parameter; "" if it is absent. */
  readonly text: (name: string) => string;
  /** All values of a parameter that may be repeated. */
  readonly list: (name: string) => string[];
  /** Replaces parameters. An empty text, an empty list and null remove theirs. */
  readonly set: (changes: Readonly<Record<string, string | readonly string[] | null>>) => void;
}

export function useUrlState(): UrlState {
  const [parameters, setParameters] = useSearchParams();
  const { pathname } = window.location;
  return {
    text: (name) => parameters.get(name) ?? "",
    list: (name) => parameters.getAll(name),
    set: (changes) => {
      // A late change of a view that was left must not lead back to it while the next view is loading.
      if (window.location.pathname !== pathname) return;
      // Replaces the address: typing in a filter is no step to go back to.
      setParameters((present) => changed(present, changes), { replace: true });
    },
  };
}

function changed(present: URLSearchParams, changes: Parameters<UrlState["set"]>[0]): URLSearchParams {
  const next = new URLSearchParams(present);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const each of [value ?? []].flat()) if (each !== "") next.append(name, each);
  }
  return next;
}

/** The texts that are known values: an address can hold anything. */
export const knownOf = <Value extends string>(values: readonly Value[], texts: readonly string[]): Value[] =>
  values.filter((value) => texts.includes(value));

/** The keys of a record with one entry for each value of an enum. */
export const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] => Object.keys(record) as Key[];
