/** CSV for spreadsheets, as the gateway and its console write it. */

/** RFC 4180: lines end with CR LF, including line breaks within quotes. Options of csv-stringify. */
export const csvFormat = { record_delimiter: "\r\n", quote_record_delimiter: true } as const;

/**
 * Puts an apostrophe before a text that a spreadsheet would run as a formula (OWASP, "CSV Injection"). Not for amounts: they
 * may begin with a minus sign.
 */
export function textCell(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}
