import { createContext, useContext, useMemo, useSyncExternalStore } from "react";
import { randomKey } from "../../client/submissions.ts";
import { useViewer } from "../session/session.ts";
import type { Value, Values } from "./fields.ts";

/**
 * Keeps what was typed into a form and not submitted: a slip on Escape, the back button, a reload and an ended session lose nothing.
 * It lives in this tab, as idempotency keys do, and ends with it or with signing out.
 */
export interface Draft {
  /** The values that differed from the form's first ones; null if there are none. */
  readonly read: () => Values | null;
  readonly keep: (values: Values, initial: Values) => void;
  readonly drop: () => void;
  /**
   * The idempotency key of what was typed; null if nothing was. A browser that duplicates a tab copies the key with the draft, so that
   * what is submitted in both acts once.
   */
  readonly key: () => string | null;
  /**
   * Call this when what was typed was submitted and answered. It is dropped; unless nothing was done, copies of it in other tabs learn of
   * that.
   */
  readonly answered: (isDone: boolean) => void;
  /** True if a copy of it was submitted in another tab, perhaps with other values. */
  readonly isDoneElsewhere: () => boolean;
  /** Makes it another draft: what was done with its copies does not matter any more. */
  readonly separate: () => void;
}

/** Names the form below it and what it is about, as "charge Q3Vz…"; null: it keeps no draft. */
export const DraftContext = createContext<string | null>(null);

export function useDraft(): Draft {
  const form = useContext(DraftContext);
  const { name } = useViewer();
  return useMemo(() => {
    return form === null ? none : createDraft(window.sessionStorage, `billing-console:draft:${name}:${form}`, sharedByTabs);
  }, [form, name]);
}

/** Whether a copy of the draft was submitted in another tab; up to date without a reload. */
export function useDoneElsewhere({ isDoneElsewhere }: Draft): boolean {
  return useSyncExternalStore(onOtherTabs, isDoneElsewhere);
}

function onOtherTabs(changed: () => void): () => void {
  window.addEventListener("storage", changed);
  return () => window.removeEventListener("storage", changed);
}

const none: Draft = {
  read: () => null,
  keep: () => undefined,
  drop: () => undefined,
  key: () => null,
  answered: () => undefined,
  isDoneElsewhere: () => false,
  separate: () => undefined,
};

type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Read when it is used: where storage is forbidden, the property itself throws. */
const sharedByTabs: Pick<Storage, "getItem" | "setItem"> = {
  getItem: (name) => window.localStorage.getItem(name),
  setItem: (name, value) => window.localStorage.setItem(name, value),
};

const doneName = "billing-console:submitted";
/** The newest drafts that are remembered as submitted. Their ids are random and say nothing. */
const mostDone = 200;

/**
 * @param storage of this tab; may be full or forbidden: then nothing is kept
 * @param shared by all tabs
 */
export function createDraft(storage: Kept, name: string, shared: Pick<Storage, "getItem" | "setItem">): Draft {
  const trying = <Result>(act: () => Result): Result | null => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  const keyName = `${name}:key`;
  /** Stays the same when a submission that did nothing gives the draft another key. */
  const idName = `${name}:id`;
  const dropTyped = () => {
    trying(() => storage.removeItem(name));
    trying(() => storage.removeItem(keyName));
  };
  const separate = () => void trying(() => storage.removeItem(idName));
  const drop = () => {
    dropTyped();
    separate();
  };
  const key = () => trying(() => storage.getItem(keyName));
  const id = () => trying(() => storage.getItem(idName));
  const done = () => trying(() => JSON.parse(shared.getItem(doneName) ?? "[]") as readonly string[]) ?? [];
  return {
    read: () => trying(() => JSON.parse(storage.getItem(name) ?? "null") as Values | null),
    keep: (values, initial) => {
      const typed = typedIn(values, initial);
      const kept = key() ?? randomKey();
      // A text that does not fit must not leave an older one behind.
      dropTyped();
      if (Object.keys(typed).length === 0) return separate();
      trying(() => storage.setItem(name, JSON.stringify(typed)));
      trying(() => storage.setItem(keyName, kept));
      if (id() === null) trying(() => storage.setItem(idName, randomKey()));
    },
    drop,
    key,
    answered: (isDone) => {
      dropTyped();
      const own = id();
      if (!isDone || own === null) return;
      trying(() => shared.setItem(doneName, JSON.stringify([own, ...done()].slice(0, mostDone))));
      separate();
    },
    isDoneElsewhere: () => {
      const own = id();
      return own !== null && done().includes(own);
    },
    separate,
  };
}

/** The values that differ from the form's first ones. */
export function typedIn(values: Values, initial: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([field, value]) => !isSame(value, initial[field])));
}

function isSame(value: Value, initial: Value | undefined): boolean {
  // A field that appeared later has no first value: it was empty.
  return initial === undefined ? value === "" || value === false || String(value) === "" : String(value) === String(initial);
}
