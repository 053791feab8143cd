import type { ExecutionResult } from "graphql";

/** An answer that says how it is printed: Yoga asks for `stringify` instead of JSON.stringify where there is one. */
export interface PrintableResult extends ExecutionResult {
  readonly stringify: (result: object) => string;
}

/**
 * The same answer, for several requests: its data is made JSON once, when the first of them is answered. What plugins add to the
 * answer of each request, errors with their ids and extensions, is printed with it.
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
      // At once, as nearly always: put together of parts, it would be copied on its way out.
      printedAlone ??= printedData === undefined ? JSON.stringify({ data }) : printAll(members);
      return printedAlone;
    },
  };
}
