/**
 * Pages of docs/clients go into the front ends' package, into dist/docs. Links that lead out of the package become plain text. Links
 * to files that the package has lead to its copies.
 */
export function packedPage(markdown: string): string {
  return markdown
    .replaceAll("](../../schema/trusted-documents.json)", "](../trusted-documents.json)")
    .replaceAll(/\[([^\]]+)\]\((?:\.\.\/\.\.\/|\.\.\/(?!trusted-documents\.json))[^)]*\)/g, "$1");
}

/** The pages by their names in dist/docs. */
export const packedPages = { "README.md": "docs/clients/README.md", "reference.md": "docs/clients/reference.md" } as const;
