import { wordsOf } from "../comparing/text.ts";
import type { Description, RecordData } from "./model.ts";

/** How well something found fits what was looked for: pure. */

type Findable = Pick<Description, "nameWords" | "name" | "data">;

/** 0 = the name is the text, 1 = it begins with it, 2 = words of the name begin with the text's, 3 = it was found elsewhere. */
export function rankOf({ nameWords }: Pick<Findable, "nameWords">, words: readonly string[]): 0 | 1 | 2 | 3 {
  const text = words.join(" ");
  if (nameWords === text) return 0;
  if (nameWords.startsWith(text)) return 1;
  return beginWords(nameWords.split(" "), words) ? 2 : 3;
}

const tellingMembers = [
  "email",
  "phone",
  "reference",
  "organizationName",
  "firstName",
  "lastName",
  "postalCode",
  "city",
] as const satisfies readonly (keyof RecordData)[];

/** The text that has the words: the name, or what else of the record is known here; null where neither has all of them. */
export function matchedText({ name, nameWords, data }: Findable, words: readonly string[]): string | null {
  if (beginWords(nameWords.split(" "), words)) return name;
  for (const member of tellingMembers) {
    const text = data[member];
    if (text !== null && (beginWords(wordsOf(text), words) || beginWords([text.replaceAll(/\D/g, "")], words))) return text;
  }
  return null;
}

function beginWords(candidates: readonly string[], words: readonly string[]): boolean {
  return words.every((word) => candidates.some((candidate) => candidate.startsWith(word)));
}
