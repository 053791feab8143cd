import type { RecordData } from "./model.ts";
import { isFound, isKeyOf, type Question, wordsOfRecord } from "./words.ts";

/** How well a record matches a search. Pure. */

interface Fitting {
  readonly id: string;
  readonly name: string;
  readonly nameWords: string;
  readonly data: RecordData;
}

/** Whether the search is for the record's whole reference, e-mail address, phone number or id, not only for a part. */
export function isExact({ id, data: { reference, email, phone, country } }: Fitting, question: Question): boolean {
  return isKeyOf({ exact: [reference, email, id], phone, country }, question);
}

/**
 * The rank of a record that is no exact match (an exact one has 0): 1 = the name is the text, 2 = the name begins with it, 3 = the name has
 * the words, 4 = found elsewhere.
 */
export function rankOf({ name, nameWords }: Pick<Fitting, "name" | "nameWords">, question: Question): 1 | 2 | 3 | 4 {
  const text = question.words.join(" ");
  if (nameWords === text) return 1;
  if (nameWords.startsWith(text)) return 2;
  return has(name, question) ? 3 : 4;
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

/** The text that has all words of the search: the name or another kept member; null = no single one has all of them. */
export function matchedText({ name, data }: Pick<Fitting, "name" | "data">, question: Question): string | null {
  if (has(name, question)) return name;
  const { phone, country } = data;
  for (const member of tellingMembers) {
    const text = data[member];
    if (text === null) continue;
    if (
      member === "phone"
        ? isFound(wordsOfRecord({ name: "", exact: [], phone, country, others: [] }), question)
        : has(text, question)
    )
      return text;
  }
  return null;
}

function has(text: string, question: Question): boolean {
  return isFound(wordsOfRecord({ name: text, exact: [text], others: [] }), question);
}
