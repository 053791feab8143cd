/** Encodes texts in any charset of the WHATWG Encoding standard, derived from how its decoders decode all bytes. */

/** All of them but the stateful iso-2022-jp; the first labels of each. */
export const charsets: readonly string[] = (
  "utf-8 ibm866 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-8-i iso-8859-10 iso-8859-13 " +
  "iso-8859-14 iso-8859-15 iso-8859-16 koi8-r koi8-u macintosh windows-874 windows-1250 windows-1251 windows-1252 windows-1253 " +
  "windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 x-mac-cyrillic gbk gb18030 big5 euc-jp shift_jis euc-kr utf-16be " +
  "utf-16le"
).split(" ");

const tables = new Map<string, ReadonlyMap<string, Buffer>>();

/** Characters for single bytes and pairs of bytes. */
function tableOf(charset: string): ReadonlyMap<string, Buffer> {
  const known = tables.get(charset);
  if (known) return known;
  const decoder = new TextDecoder(charset, { fatal: true });
  const table = new Map<string, Buffer>();
  const add = (bytes: readonly number[]): void => {
    try {
      const sign = decoder.decode(Uint8Array.from(bytes));
      if ([...sign].length === 1 && !table.has(sign)) table.set(sign, Buffer.from(bytes));
    } catch {
      // No text.
    }
  };
  for (let byte = 0; byte < 256; byte += 1) add([byte]);
  if (/^(gbk|gb18030|big5|euc-jp|shift_jis|euc-kr)$/.test(charset)) {
    for (let lead = 0x81; lead < 0xff; lead += 1) for (let trail = 0x40; trail < 0xff; trail += 1) add([lead, trail]);
  }
  tables.set(charset, table);
  return table;
}

/** JSON in a charset: characters that it lacks are written as JSON escapes. */
export function encodeJson(json: string, charset: string): Buffer {
  if (charset === "utf-8") return Buffer.from(json);
  if (charset === "utf-16le") return Buffer.from(json, "utf16le");
  if (charset === "utf-16be") return Buffer.from(json, "utf16le").swap16();
  const table = tableOf(charset);
  return Buffer.concat(Array.from(json, (sign) => table.get(sign) ?? escaped(sign)));
}

function escaped(sign: string): Buffer {
  const units = Array.from({ length: sign.length }, (_, index) => sign.charCodeAt(index).toString(16).padStart(4, "0"));
  return Buffer.from(units.map((unit) => `\\u${unit}`).join(""));
}

/** Letters that the charset has, up to a maximum number. */
export const lettersOf = (charset: string, most = 400): string =>
  charset.startsWith("utf-")
    ? "äöüßéèñøåçœŁżІЖΩאب漢字ひ한ﬁ\u{1f600}"
    : [...tableOf(charset).keys()]
        .filter((sign) => /[^\p{ASCII}\p{C}]/u.test(sign))
        .slice(-most)
        .join("");
