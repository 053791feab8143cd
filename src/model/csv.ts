/** Files for spreadsheets, as the gateway and its console write them. */

/** RFC 4180: lines end with CR LF, also inside of quotes. Options of csv-stringify. */
export const csvFormat = { record_delimiter: "\r\n", quote_record_delimiter: true } as const;

/** A text that a spreadsheet would take for a formula begins with an apostrophe (OWASP, "CSV Injection"). Amounts need none: a minus sign is part of them. */
export function textCell(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}
