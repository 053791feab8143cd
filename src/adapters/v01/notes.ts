import { z } from "zod";
import type { Finding, Written } from "../../adapter/adapter.ts";
import { lookAmong, type SeenRecord } from "../../adapter/kit/looking.ts";
import { BillingError, named } from "../../model/errors.ts";
import type { CodeMatch } from "./codes.ts";
import { before } from "./record-age.ts";

/** What a create notes: what it sends, and what was there before it. */
export const createNote = z.object({
  before,
  /** The request's parameters, code included; of a charge without its text, which has no bound and follows from the input. */
  sent: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type CreateNote = z.infer<typeof createNote>;

/** A record beside what a create sent. */
export interface Judged {
  readonly record: SeenRecord;
  readonly code: CodeMatch;
  /** None of those that had been seen before. */
  readonly isNew: boolean;
  /** It shows something else in what is not changed where it is stored: an amount, a rate, a person. */
  readonly isContrary: boolean;
}

/** @param judge null for a record that the create cannot have made */
export function lookThrough<Row>(rows: readonly Row[], judge: (row: Row) => Judged | null): Finding {
  return lookAmong(rows.flatMap((row) => judge(row)?.record ?? []));
}

/**
 * The row of the answer that the create has made. An answer that is one record is, however it was stored, unless it cannot be. Of a
 * list, be it of one, it is the one under the code that was sent, else the one that agrees in everything; undefined where that is none
 * or several.
 */
export function createdRow<Row>(rows: readonly Row[], isList: boolean, judge: (row: Row) => Judged | null): Row | undefined {
  const possible = rows.flatMap((row) => {
    const judged = judge(row);
    return judged && (judged.code === "same" || (judged.isNew && judged.code !== "other" && !judged.isContrary))
      ? [{ row, ...judged }]
      : [];
  });
  if (!isList) return possible[0]?.row;
  const coded = possible.filter(({ code }) => code === "same");
  // Without its code it is told by all the rest.
  const agrees = ({ record }: Judged) => record.differs.every((member) => member === "reference");
  const [only, ...others] = coded.length > 0 ? coded : possible.filter(agrees);
  return others.length === 0 ? only?.row : undefined;
}

/**
 * Sends a create under a code of our own, which is the same in every attempt of its step. The refusal of a second one (A9) means
 * that the first was carried out: its record is then the step's. The code of that refusal is unknown (12.3), so every
 * refusal of the request's content has the record looked for; without one it stands.
 *
 * @param find what there is under the code
 */
export async function sendUnlessDone<T>(
  send: () => Promise<Written<T>>,
  find: () => Promise<Finding>,
  backend: string,
): Promise<Written<T>> {
  try {
    return await send();
  } catch (refusal) {
    if (!(refusal instanceof BillingError) || !ofContent.has(refusal.code)) throw refusal;
    const unknown = (because: string, cause: unknown) =>
      new BillingError(
        "OUTCOME_UNKNOWN",
        `${named(backend)} refused a record that an earlier sending may have created, and ${because}. It is not sent again.`,
        { backend, backendCode: refusal.backendCode, retryable: false, cause },
      );
    const { ours, candidates } = await find().catch((failure: unknown) => {
      throw unknown("could not be asked for it", failure);
    });
    const [trace, ...others] = ours;
    if (others.length > 0) throw unknown(`has ${ours.length} of it`, refusal);
    if (candidates.length > 0) throw unknown("has another one under its code", refusal);
    if (!trace) throw refusal;
    return { id: trace.id };
  }
}

const ofContent: ReadonlySet<string> = new Set(["INVALID_INPUT", "CONFLICT"]);
