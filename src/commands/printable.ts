/** Keeps somebody's text on its line, without the signs that a terminal obeys: control characters, and those that turn text around. */
export const printable = (text: string): string => text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");

/** The same for each line of a text. */
export const printableLines = (text: string): string => text.split("\n").map(printable).join("\n");
