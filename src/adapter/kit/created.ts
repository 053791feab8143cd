import { BillingError, named, settle } from "../../model/errors.ts";
import type { CallScope, Intent, Shown, WriteStep } from "../adapter.ts";
import { absentAsNull } from "./loading.ts";

/** How the record that a create's answer names is recognised as the new one. */
interface Proof<T> {
  readonly backend: string;
  /** Reads the record of an id by the cheapest call; null, or NOT_FOUND, where there is none. */
  readonly read: (id: string, scope: CallScope) => Promise<T | null>;
  /** Whether the record certainly is another one: by a mark (a code, a start), its age, or its owner. */
  readonly isOther: (shown: T, intent: Intent) => boolean;
  /** Whether the id is believed where the record cannot be read. Default: yes. */
  readonly isExpected?: (id: string, intent: Intent) => boolean;
  /** Called with an id whose record was read and is the new one. */
  readonly proven?: (id: string) => void;
}

/**
 * The step of a create. Its answer may be right in everything but the id, which a proxy or a fault of the backend has altered: then the
 * caller would go on to void or execute somebody else's record, and a later look would take the true one for another step's. So the record of
 * that id is read once. Throws OUTCOME_UNKNOWN where there is none, or where it contradicts what the answer shows as sent: the reconciler
 * then looks for the true one. A read that fails contradicts nothing. It costs no call where the answer shows no record, as the
 * record would be read anyway.
 */
export function provenCreate<T extends Shown>(step: WriteStep<T>, proof: Proof<T>): WriteStep<T> {
  const { backend, read, isOther, isExpected, proven } = proof;

  /** Whether a member that the answer shows as sent has another value in the record. A member that the record hides contradicts nothing. */
  async function contradicts(answered: Shown, shown: T, intent: Intent, scope: CallScope): Promise<boolean> {
    const told = (await step.compare?.(shown, intent, scope)) ?? [];
    const altered = told.filter(({ stored }) => stored !== null);
    if (altered.length === 0) return false;
    const alteredBefore = new Set((await step.compare?.(answered, intent, scope))?.map(({ field }) => JSON.stringify(field)));
    return altered.some(({ field }) => !alteredBefore.has(JSON.stringify(field)));
  }

  return {
    ...step,
    prove: async (id, answered, intent, scope) => {
      // The write is done: it does not end with its caller, and counts as one call. A value cached before it proves nothing.
      const unhurried: CallScope = { record: scope.record, fresh: true };
      const shown = absentAsNull(await settle(read(id, unhurried)));
      if (shown instanceof BillingError) {
        if (isExpected?.(id, intent) ?? true) return null;
        throw wrongId(backend, shown);
      }
      if (shown === null || isOther(shown, intent)) throw wrongId(backend);
      if (answered && (await settle(contradicts(answered, shown, intent, unhurried))) === true) throw wrongId(backend);
      proven?.(shown.id);
      return shown;
    },
  };
}

function wrongId(backend: string, cause?: unknown): BillingError {
  const message = `${named(backend)} answered with an id that is not the new record's, so it is not known what was created. It is not sent again.`;
  return new BillingError("OUTCOME_UNKNOWN", message, { backend, cause });
}
