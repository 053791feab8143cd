import type { TestGateway } from "../../support/gateway.ts";
import type { Report } from "./oracle.ts";
import type { Draw, Expected } from "./world.ts";

/** Searches for texts of records, and compares what is found with the records' own words: taken apart here, not by the product. */

export interface SearchScene {
  readonly gateway: Pick<TestGateway, "send">;
  readonly key: string;
  readonly people: readonly Expected[];
  readonly draw: Draw;
  readonly report: Report;
}

interface SearchPage {
  readonly nodes: readonly ({ readonly backendId: string } | null)[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly sources: readonly { readonly complete: boolean; readonly reason: string | null; readonly records: number | null }[];
  readonly unavailable: readonly { readonly message: string }[];
}

const document = `query ($text: String!, $b: [String!], $first: Int, $after: String) {
  search(text: $text, backends: $b, types: [CUSTOMER], first: $first, after: $after) {
    nodes { ... on Customer { backendId } } pageInfo { hasNextPage endCursor }
    sources { complete reason records } unavailable { message } } }`;
const mostPages = 200;

/** Searches by each kind of text of some customers, by beginnings of their words, and by what nobody has. */
export async function askSearch(scene: SearchScene, mostTexts = 8): Promise<void> {
  const { people, draw } = scene;
  const texts = people.flatMap((person) => textsOf(person).flatMap((text) => [text, ...variantsOf(text, draw)]));
  for (const text of draw.shuffled([...new Set(texts)]).slice(0, mostTexts)) await searchFor(scene, text);
  await searchFor(scene, "zzz nobody 987654");
}

/** Everybody whose words begin with the words of the text is found, once, and nobody who has nothing of it. */
export async function searchFor({ gateway, key, people, draw, report }: SearchScene, text: string): Promise<void> {
  if ([...text.trim()].length < 2 || wordsIn(text).length === 0) return;
  const what = `${key} search ${JSON.stringify(text)}`;
  const found: string[] = [];
  let after: string | null = null;
  for (let pages = 0; ; pages += 1) {
    const { data, errors } = await gateway.send(document, { text, b: [key], first: draw.pick([1, 3, 50]), after });
    if (errors) return report(`${what}: ${JSON.stringify(errors)}`);
    const { nodes, pageInfo, sources, unavailable } = data.search as SearchPage;
    for (const { message } of unavailable) report(`${what}: unavailable: ${message}`);
    if (nodes.includes(null)) report(`${what}: a result is null`);
    found.push(...nodes.flatMap((node) => node?.backendId ?? []));
    if (pageInfo.hasNextPage && pages < mostPages) {
      after = pageInfo.endCursor;
      continue;
    }
    if (pageInfo.hasNextPage) report(`${what}: does not end`);
    for (const { complete, reason, records } of sources) {
      if (!complete) report(`${what}: not complete: ${reason}`);
      if (records !== null && records < people.length) report(`${what}: the directory has ${records} of ${people.length}`);
    }
    break;
  }
  const twice = found.filter((id, index) => found.indexOf(id) !== index);
  if (twice.length > 0) report(`${what}: ${twice.join()} comes twice`);
  const missing = people.filter((person) => isWanted(person, text) && !found.includes(person.backendId));
  if (missing.length > 0) report(`${what}: lacks ${missing.map(textsOf).join(" | ")}`);
  const known = new Map(people.map((person) => [person.backendId, person]));
  for (const id of found) {
    const person = known.get(id);
    if (!person) report(`${what}: ${id} does not exist`);
    else if (!mayBeFound(person, text)) report(`${what}: found ${textsOf(person).join(", ")}`);
  }
}

function textsOf({ backendId, texts, shown }: Expected): string[] {
  const all = [backendId, ...texts, shown["name"], shown["email"], shown["reference"], shown["phone"]];
  return [...new Set(all.filter((text) => typeof text === "string" && text.trim() !== ""))] as string[];
}

function variantsOf(text: string, draw: Draw): string[] {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  const [first = ""] = words;
  return [text.toUpperCase(), words.toReversed().join(" "), draw.pick([first, [...first].slice(0, 3).join("")])];
}

/** Without case, accents and compatibility forms. */
function foldedOf(text: string): string {
  const plain = text
    .normalize("NFKC")
    .toUpperCase()
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "");
  return plain.replaceAll("ø", "o").normalize("NFKC");
}

const wordsIn = (text: string): string[] => foldedOf(text).match(/[\p{L}\p{N}]+/gu) ?? [];

function isWanted(person: Expected, text: string): boolean {
  const words = textsOf(person).flatMap(wordsIn);
  return wordsIn(text).every((wanted) => words.some((word) => word.startsWith(wanted)));
}

/** Generous: texts are also found without their punctuation, and from within a word. */
function mayBeFound(person: Expected, text: string): boolean {
  const all = textsOf(person).map((each) => wordsIn(each).join(""));
  return (
    wordsIn(text).every((word) => all.some((each) => each.includes(word))) ||
    all.some((each) => each.includes(wordsIn(text).join("")))
  );
}
