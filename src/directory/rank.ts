import type { RecordData } from "./model.ts";
import { isFound, type Question, wordsOfRecord } from "./words.ts";

/** How well something found fits what was looked for: pure. */

interface Fitting {
  readonly id: string;
  readonly name: string;
  readonly nameWords: string;
  readonly data: RecordData;
}

/** Whether what was looked for is its reference, its e-mail address, its phone number or its id, and not only a part of one. */
export function isExact({ id, data: { reference, email, phone, country } }: Fitting, { keys }: Question): boolean {
  const { otherWords } = wordsOfRecord({ name: "", exact: [reference, email, id], phone, country, others: [] });
  const words = otherWords.split(" ");
  return keys.some((key) => words.includes(key));
}

/** 0 = it is exactly what was looked for, 1 = its name is, 2 = the name begins with it, 3 = words of it do, 4 = it was found elsewhere. */
export function rankOf(found: Fitting, question: Question): 0 | 1 | 2 | 3 | 4 {
  const { name, nameWords } = found;
  const text = question.words.join(" ");
  if (isExact(found, question)) return 0;
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

/** The text that has the words: the name, or what else of the record is known here; null where none alone has all of them. */
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
