import fc from "fast-check";

/** Changes that backends make to a text on its way into their database. Written without the code that recognises them. */

const named: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#039;",
  ü: "&uuml;",
  "€": "&euro;",
};

type Treatment = (text: string) => string;

/** The encodings of PHP's htmlspecialchars and htmlentities, and those of .NET and Java for all other characters. */
export const encodings: readonly Treatment[] = [
  (text) => text.replace(/[&<>"']/g, (character) => named[character] ?? character),
  (text) => text.replace(/[&<>"'ü€]/g, (character) => named[character] ?? character),
  (text) => text.replace(/[&<>"']|[^\p{ASCII}]/gu, (character) => `&#${character.codePointAt(0)};`),
  (text) => text.replace(/[&<>"']|[^\p{ASCII}]/gu, (character) => `&#x${character.codePointAt(0)?.toString(16).toUpperCase()};`),
];

export const treatments: Readonly<Record<string, Treatment>> = {
  "composes letters": (text) => text.normalize("NFC"),
  "decomposes letters": (text) => text.normalize("NFD"),
  "replaces compatibility letters": (text) => text.normalize("NFKC"),
  trims: (text) => text.trim(),
  "collapses white space": (text) => text.replace(/\s+/g, " "),
  "writes CRLF": (text) => text.replace(/\r?\n/g, "\r\n"),
  "writes LF": (text) => text.replace(/\r\n/g, "\n"),
  "pads to the width of a column": (text) => text.padEnd(80),
  "straightens quotes": (text) => text.replace(/[‘’]/g, "'").replace(/[“”„]/g, '"'),
  "drops emoji": (text) => text.replace(/[\u{10000}-\u{10FFFF}]/gu, ""),
  "drops what nobody sees": (text) => text.replace(/[\u200b-\u200f\ufeff\u00ad]/g, ""),
};

/** Replacements for characters that a character set lacks. */
export const losses: Readonly<Record<string, Treatment>> = {
  "has ASCII only": (text) => text.replace(/[^\p{ASCII}]/gu, "?"),
  "has Latin-1 only": (text) => text.replace(/[\u0100-\u{10ffff}]/gu, "?"),
  "has UTF-16 units of the basic plane": (text) => text.replace(/[\u{10000}-\u{10FFFF}]/gu, "??"),
  "has three bytes a character": (text) => text.replace(/[\u{10000}-\u{10FFFF}]/gu, "????"),
  "knows the replacement character": (text) => text.replace(/[\u0100-\u{10ffff}]/gu, "\ufffd"),
};

/** Cuts by characters, by UTF-16 units, and by bytes with and without the rest of a torn character. */
export const cuts: Readonly<Record<string, (text: string, width: number) => string>> = {
  characters: (text, width) => [...text].slice(0, width).join(""),
  "UTF-16 units": (text, width) => text.slice(0, width),
  "bytes, a torn character shows": (text, width) => Buffer.from(text).subarray(0, width).toString(),
  "bytes, a torn character goes": (text, width) =>
    Buffer.from(text)
      .subarray(0, width)
      .toString()
      .replace(/\ufffd+$/, ""),
};

const words = fc.constantFrom(
  ...[
    "Setup",
    "fee",
    "for",
    "March",
    "Müller & Söhne",
    "Größe",
    "株式会社",
    "<b>",
    '"quoted"',
    "O’Connell",
    "Zoë",
    "e\u0301clair",
  ],
  ...["🎉", "👩‍👩‍👧", "10²", "ﬁt", "€", "100", "10", "AT&amp;T", "Rental", "Кав'ярня", "½", "a\u00a0b"],
);
const gaps = fc.constantFrom(" ", "  ", "\n", "\r\n", "\t", ", ");

/** Texts as people write them into charges. */
export const texts: fc.Arbitrary<string> = fc
  .array(fc.tuple(words, gaps), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.map(([word, gap]) => word + gap).join(""));
