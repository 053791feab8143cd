import { CompiledQuery } from "kysely";
import type { Source } from "./model.ts";
import { hasBeginnings, hasKey, type Question } from "./words.ts";

/**
 * A search that finds few records: all of them are read with one statement, and the stages of find.ts are separated here. Most
 * searches are such.
 */

/** A record that a search finds, with its words. */
export interface FewRow {
  readonly number: number | string;
  readonly type: Source["type"];
  readonly backend: string;
  readonly name_words: string;
  readonly other_words: string;
}

/** A page of usual length and as many more. Reading them for nothing, where more are found, takes a quarter of a millisecond. */
export const fewAtMost = 40;

/** The place behind which a search goes on: see find.ts. */
export interface FewPlace {
  readonly stage: number;
  readonly name: string;
  readonly number: number;
}

/** Reads what a search finds, and stops after `limit` rows. */
export function fewQuery(columns: readonly string[], matching: string, sources: readonly Source[], limit: number): CompiledQuery {
  const selected = [...columns, "other_words"].map((column) => `directory_records.${column}`).join(", ");
  // An expression that no index covers: see ofSources in find.ts.
  const text = `select ${selected}
    from directory_words cross join directory_records on directory_records.number = directory_words.rowid
    where directory_words match ? and directory_records.type || ':' || directory_records.backend in (${sources.map(() => "?").join(", ")})
    limit ?`;
  return CompiledQuery.raw(text, [matching, ...sources.map(({ type, backend }) => `${type}:${backend}`), limit]);
}

/** The rows behind a place, in the order of the stages, each with its stage. */
export function inStages<Row extends FewRow, Stage extends number>(
  rows: readonly Row[],
  question: Question,
  { order, start }: { readonly order: readonly Stage[]; readonly start: FewPlace },
): readonly { readonly row: Row; readonly stage: Stage }[] {
  const staged = rows.map((row) => ({ row, stage: stageOf(row, question) as Stage, number: Number(row.number) }));
  const first = order.indexOf(start.stage as Stage);
  return staged
    .filter(({ row, stage, number }) => {
      if (stage !== start.stage) return order.indexOf(stage) > first;
      if (stage !== stageOfNames) return number > start.number;
      const compared = compareCharacters(row.name_words, start.name);
      return compared > 0 || (compared === 0 && number > start.number);
    })
    .sort(
      (left, right) =>
        order.indexOf(left.stage) - order.indexOf(right.stage) ||
        (left.stage === stageOfNames ? compareCharacters(left.row.name_words, right.row.name_words) : 0) ||
        left.number - right.number,
    );
}

const stageOfNames = 0;

/** The numbers of find.ts. */
function stageOf({ name_words: nameWords, other_words: otherWords }: FewRow, question: Question): 0 | 1 | 2 | 3 {
  if (hasKey(`${nameWords} ${otherWords}`, question)) return 3;
  if (nameWords.startsWith(question.words.join(" "))) return stageOfNames;
  return hasBeginnings(nameWords, question) ? 1 : 2;
}

/** By characters, as SQLite compares the bytes of UTF-8. JavaScript compares halves of characters. */
function compareCharacters(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index += 1) {
    const [one, other] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (one !== other) return isHalf(one) === isHalf(other) ? one - other : isHalf(one) ? 1 : -1;
  }
  return left.length - right.length;
}

/** Halves belong to the greatest characters. */
function isHalf(unit: number): boolean {
  return (unit & 0xf800) === 0xd800;
}
