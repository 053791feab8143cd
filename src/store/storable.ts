/** Makes a text storable in both databases: PostgreSQL takes no NUL and no lone surrogate. */
export function storable(text: string): string {
  return text.replaceAll("\0", " ").toWellFormed();
}
