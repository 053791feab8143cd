/**
 * What is told of a test that fails: what it was waiting for, and the last words of the programs that it runs. A test that hangs says
 * by itself nothing but that.
 */

const told = new Set<() => string>();

/** Until it is disposed of, what `describe` says is told of every test of this file that fails. */
export function tellOnFailure(describe: () => string): Disposable {
  told.add(describe);
  return { [Symbol.dispose]: () => void told.delete(describe) };
}

/** The report now; "" if there is nothing. */
export function toldOnFailure(): string {
  return [...told].map((describe) => describe()).join("\n");
}

/** The end of a long text. */
export function lastLines(text: string, count = 20): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
