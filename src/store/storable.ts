/** A text as both databases keep it: PostgreSQL takes no NUL and no half of a character. */
export function storable(text: string): string {
  return text.replaceAll("\0", " ").toWellFormed();
}
