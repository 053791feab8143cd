import { useSearchParams } from "wouter";

/** A view's filters live in its address, so that a link, a reload and the back button keep them. */

export interface UrlState {
  /** The value of a parameter; "" without one. */
  readonly text: (name: string) => string;
  /** All values of a parameter that may be given several times. */
  readonly list: (name: string) => string[];
  /** Replaces parameters; an empty text, an empty list and null remove theirs. */
  readonly set: (changes: Readonly<Record<string, string | readonly string[] | null>>) => void;
}

export function useUrlState(): UrlState {
  const [parameters, setParameters] = useSearchParams();
  const { pathname } = window.location;
  return {
    text: (name) => parameters.get(name) ?? "",
    list: (name) => parameters.getAll(name),
    set: (changes) => {
      // What was typed just before somebody went on to a view whose code is still loading would lead them back here.
      if (window.location.pathname !== pathname) return;
      // Typing in a filter is no place to go back to: the address is replaced.
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

/** Those of the texts that are among the values known: an address can hold anything. */
export const knownOf = <Value extends string>(values: readonly Value[], texts: readonly string[]): Value[] =>
  values.filter((value) => texts.includes(value));

/** The keys of a record that has one for every value of an enum. */
export const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] => Object.keys(record) as Key[];
