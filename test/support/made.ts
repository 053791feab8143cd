/**
 * A page with its made parts replaced: what stands between `<!-- made: NAME -->` and `<!-- end: NAME -->`. A test compares the result with
 * the file, and writes it with `vitest run … -u`. Throws where the page lacks one of the parts. Pure.
 */
export function withMade(markdown: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((page, [name, text]) => {
    const [begin, end] = [`<!-- made: ${name} -->`, `<!-- end: ${name} -->`];
    const [before, rest] = page.split(begin);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`The page has no part "${name}".`);
    return `${before}${begin}\n\n${text}\n\n${end}${after}`;
  }, markdown);
}
