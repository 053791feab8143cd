/** CSV of spreadsheets, as the gateway and its console write and recognise it. */

/** RFC 4180: lines end with CR LF, including line breaks within quotes. Options of csv-stringify. */
export const csvFormat = { record_delimiter: "\r\n", quote_record_delimiter: true } as const;

/**
 * Puts an apostrophe before a text that a spreadsheet would run as a formula (OWASP, "CSV Injection"). Not for amounts: they
 * may begin with a minus sign.
 */
export function textCell(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}

export const delimiters = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof delimiters)[number];

/**
 * The delimiter that Excel's first line, such as "sep=;", names: `known` is null if it is another sign. Null if the file does
 * not begin with such a line. Without the line, but with its line break, all other lines keep their numbers.
 *
 * @param beginning of the file: at least its first line
 */
export function separatorLine(beginning: string): { readonly known: Delimiter | null; readonly rest: string } | null {
  const [line, , sign] = /^\ufeff?("?)sep=([^\r\n]?)\1(?=[\r\n]|$)/i.exec(beginning) ?? [];
  if (line === undefined) return null;
  return { known: delimiters.find((each) => each === sign) ?? null, rest: beginning.slice(line.length) };
}

/** The sign that occurs most often in the header; a comma if there is only one column. */
export function delimiterOf(beginning: string): Delimiter {
  const [header = ""] = beginning.replace(/"(?:[^"]|"")*"/g, "").split(/[\r\n]/, 1);
  const counts = delimiters.map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counts.reduce((most, each) => (each.count > most.count ? each : most)).delimiter;
}

/** How files begin that people take for CSV, byte by byte, and what they are. */
const signatures: readonly (readonly [string, string])[] = [
  ["PK\u0003\u0004", "a workbook or a ZIP file, not text: save the sheet as CSV"],
  ["\u00d0\u00cf\u0011\u00e0", "an old workbook, not text: save the sheet as CSV"],
  ["\u001f\u008b", "compressed with gzip: unpack it first"],
  ["\u00ff\u00fe", "UTF-16: save it as CSV UTF-8"],
  ["\u00fe\u00ff", "UTF-16: save it as CSV UTF-8"],
];

/** Length of the longest signature. */
export const signatureLength = 4;

/** The kind of a file that is not text, and what to do about it; null = no known kind. @param beginning its first bytes */
export function otherFile(beginning: Uint8Array): string | null {
  const text = String.fromCharCode(...beginning.subarray(0, signatureLength));
  return signatures.find(([signature]) => text.startsWith(signature))?.[1] ?? null;
}
