import type { ExecutionResult } from "graphql";

/** An answer with its own `stringify`, which Yoga calls instead of JSON.stringify. */
export interface PrintableResult extends ExecutionResult {
  readonly stringify: (result: object) => string;
}

/**
 * Returns the same answer for several requests. Its data is printed as JSON once, for the first of them. What plugins add to the answer
 * of each request (errors with their ids, extensions) is printed each time.
 */
export function printedOnce(result: ExecutionResult): PrintableResult {
  const { data } = result;
  let printedData: string | undefined;
  let printedAlone: string | undefined;
  const print = (name: string, value: unknown): string | undefined => {
    if (name !== "data" || value !== data) return JSON.stringify(value);
    printedData ??= printedAlone?.slice('{"data":'.length, -1) ?? JSON.stringify(data);
    return printedData;
  };
  const printAll = (members: readonly (readonly [string, unknown])[]): string => {
    const printed = members.map(([name, value]) => [name, print(name, value)] as const);
    return `{${printed.flatMap(([name, text]) => (text === undefined ? [] : [`"${name}":${text}`])).join(",")}}`;
  };
  return {
    ...result,
    stringify: (given) => {
      const members = Object.entries(given).filter(([name, value]) => name !== "stringify" && value !== undefined);
      const isAlone = members.length === 1 && members[0]?.[1] === data;
      if (!isAlone) return printAll(members);
      // The usual case prints all at once: a text joined from parts would be copied again when it is sent.
      printedAlone ??= printedData === undefined ? JSON.stringify({ data }) : printAll(members);
      return printedAlone;
    },
  };
}
