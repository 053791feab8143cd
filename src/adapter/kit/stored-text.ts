import { decodeHTMLStrict } from "entities/decode";
import { isCut, isCutCode } from "./cut-text.ts";

/**
 * Whether a stored text is what a backend made of one that was sent. Backends encode entities, compose or decompose letters, trim,
 * change line ends, straighten quotes, put "?" for what their character set lacks or drop it, and cut at the width of a column. Two
 * texts that a person would tell apart are never taken for the same: "Setup fee" is not "Setup fee for March". Pure.
 */

export function isStoredText(sent: string, stored: string): boolean {
  if (sent === stored) return true;
  return [tidied, straightened].some((cleaned) => {
    const shown = cleaned(stored);
    return writings(cleaned(sent)).some((written) =>
      forms.some((form) => {
        const [wanted, there] = [written.normalize(form), shown.normalize(form)];
        return wanted === there || lossesOf(there).some((loss) => isRead(wanted, there, stored, loss));
      }),
    );
  });
}

/** A code or reference: in whatever case, and perhaps cut. `shortest`: with fewer characters it could as well be another one. */
export function isStoredCode(sent: string, stored: string, shortest = 20): boolean {
  const [wanted, there] = [folded(sent), folded(stored)];
  if (wanted === there) return true;
  return there.length >= shortest && wanted.startsWith(there) && isCutCode(there, wanted.slice(there.length));
}

/** One form for the ways in which a text may be stored, to look for it within another; isStoredText knows more. */
export function storedForm(text: string): string {
  return straightened(text).normalize("NFKC").replace(beyondBasicPlane, "").replace(/\s+/g, " ").trim();
}

/** For upper and lower case to be the same, ß and SS too. */
function folded(code: string): string {
  return straightened(code).normalize("NFKC").toUpperCase().toLowerCase();
}

/** Composed for "?" that stand for one letter; decomposed for a cut between a letter and its accent. */
const forms = ["NFC", "NFD"] as const;

/** Without entities, line ends and what nobody sees: marks of direction, joiners, soft hyphens, variants of an emoji. */
function tidied(text: string): string {
  const seen = withoutEntities(text).replace(/[\p{Cf}\p{Variation_Selector}]|(?!\s)\p{Cc}/gu, "");
  return seen.replace(/\s+/g, " ").trim();
}

/** With the quotes and dashes of a keyboard. */
function straightened(text: string): string {
  return tidied(text)
    .replace(/[‘’‚‛]/g, "'")
    .replace(/[“”„‟]/g, '"')
    .replace(/[‐‑‒–—−]/g, "-")
    .replace(/…/g, "...");
}

/** An entity that was encoded again is decoded again. */
function withoutEntities(text: string): string {
  let decoded = text;
  for (let times = 0; times < mostEncodings && decoded.includes("&"); times += 1) decoded = decodeHTMLStrict(decoded);
  return decoded;
}

const mostEncodings = 5;

/** How a text may be written where it is stored: as it is, with compatibility letters (² as 2) replaced, without its emoji. */
function writings(text: string): readonly string[] {
  const written = [text, text.normalize("NFKC")];
  const without = written.map((each) => each.replace(beyondBasicPlane, "").replace(/\s+/g, " ").trim());
  // A text that was nothing but emoji leaves nothing to agree.
  return [...new Set([...written, ...without.filter((each) => each !== "")])];
}

const beyondBasicPlane = /[\u{10000}-\u{10FFFF}]/gu;

/** What stands for a character that a backend's character set lacks; null where it lacks none. */
type Loss = ((character: string) => string) | null;

/** One mark for a character, for each UTF-16 unit (.NET, Java) or for each byte (MySQL, PHP). */
function lossesOf(stored: string): readonly Loss[] {
  const marks = ["?", "\ufffd"].filter((mark) => stored.includes(mark));
  return [
    null,
    ...marks.flatMap((mark) => [
      () => mark,
      (character: string) => mark.repeat(character.length),
      (character: string) => mark.repeat(Buffer.byteLength(character)),
    ]),
  ];
}

/**
 * Reads `there` as what a backend with such a loss stores of `wanted`, whole or cut. More marks than letters agree with anything:
 * then it is not taken for the same.
 */
function isRead(wanted: string, there: string, stored: string, loss: Loss): boolean {
  let read = 0;
  let rest = 0;
  let legible = 0;
  let lost = 0;
  for (const character of wanted) {
    if (there.startsWith(character, read)) {
      read += character.length;
      if (character !== " ") legible += 1;
    } else {
      const mark = character > "\u007f" ? loss?.(character) : undefined;
      if (mark === undefined || !there.startsWith(mark, read)) break;
      read += mark.length;
      lost += 1;
    }
    rest += character.length;
  }
  if (lost > legible) return false;
  if (read === there.length && rest === wanted.length) return true;
  return isCut({ agreed: wanted.slice(0, rest), rest: wanted.slice(rest), end: there.slice(read), stored });
}
