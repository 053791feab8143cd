import { createContext, useContext, useMemo } from "react";
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
}

/** Names the form below it and what it is about, as "charge Q3Vz…"; null: it keeps no draft. */
export const DraftContext = createContext<string | null>(null);

export function useDraft(): Draft {
  const form = useContext(DraftContext);
  const { name } = useViewer();
  return useMemo(() => {
    return form === null ? none : createDraft(window.sessionStorage, `billing-console:draft:${name}:${form}`);
  }, [form, name]);
}

const none: Draft = { read: () => null, keep: () => undefined, drop: () => undefined, key: () => null };

/** @param storage may be full or forbidden: then nothing is kept */
export function createDraft(storage: Pick<Storage, "getItem" | "setItem" | "removeItem">, name: string): Draft {
  const trying = <Result>(act: () => Result): Result | null => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  const keyName = `${name}:key`;
  const drop = () => {
    trying(() => storage.removeItem(name));
    trying(() => storage.removeItem(keyName));
  };
  const key = () => trying(() => storage.getItem(keyName));
  return {
    read: () => trying(() => JSON.parse(storage.getItem(name) ?? "null") as Values | null),
    keep: (values, initial) => {
      const typed = typedIn(values, initial);
      const kept = key() ?? randomKey();
      // A text that does not fit must not leave an older one behind.
      drop();
      if (Object.keys(typed).length === 0) return;
      trying(() => storage.setItem(name, JSON.stringify(typed)));
      trying(() => storage.setItem(keyName, kept));
    },
    drop,
    key,
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
