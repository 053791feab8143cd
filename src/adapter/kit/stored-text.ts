/**
 * What is the same text once a backend has stored it. Backends encode entities, compose or decompose letters, trim, change line ends,
 * drop what their character set lacks, and cut at the width of a column. Pure.
 */

/** A text cut to fewer characters than this could as well be another text. */
const shortestCut = 20;

const namedEntities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** True when `stored` is what a backend may have made of `sent`. */
export function isStoredText(sent: string, stored: string): boolean {
  const wanted = storedForm(sent);
  const shown = storedForm(stored);
  if (wanted === shown) return true;
  const cut = withoutBrokenEnd(shown);
  return [...cut].length >= shortestCut && wanted.startsWith(cut);
}

/** True when `stored` is a code that was sent, in whatever case, or its beginning where the backend cut it. */
export function isStoredCode(sent: string, stored: string, shortest = shortestCut): boolean {
  const wanted = storedForm(sent).toLowerCase();
  const shown = storedForm(stored).toLowerCase();
  return wanted === shown || (shown.length >= shortest && wanted.startsWith(shown));
}

/** One form for all ways in which a text may be stored; not for people's eyes. */
export function storedForm(text: string): string {
  return withoutEntities(text).normalize("NFKC").replace(lostCharacters, "").replace(/\s+/gu, " ").trim();
}

/** What a character set of one, two or three bytes loses or replaces: everything beyond the basic plane, and what stands for it. */
const lostCharacters = /[\u{10000}-\u{10FFFF}\uFFFD\uFE0F\u200D]/gu;

/** An ampersand that was encoded twice is decoded twice. */
function withoutEntities(text: string): string {
  let decoded = text;
  for (let times = 0; times < 3; times += 1) {
    const next = decoded.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (entity, decimal, hex, name) => {
      if (name !== undefined) return namedEntities[String(name).toLowerCase()] ?? entity;
      const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return point <= 0x10ffff ? String.fromCodePoint(point) : entity;
    });
    if (next === decoded) return decoded;
    decoded = next;
  }
  return decoded;
}

/** A cut may go through an entity: "Fish &am". */
function withoutBrokenEnd(text: string): string {
  return text.replace(/\s*&(?:#x?[0-9a-f]*|[a-z]{0,5})$/iu, "");
}
