import { randomUUID } from "node:crypto";

/**
 * A text with gaps, so that a request can be sent many times without being the same: «uuid» is a new UUID at every place, «turn»
 * the number of the request, and «name» the value of that name whose turn it is.
 */
export interface Template {
  readonly text: string;
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

/** @param turn of this request, from 0 */
export function fill({ text, values = {} }: Template, turn: number): string {
  if (!text.includes("«")) return text;
  return text.replace(/«(\w+)»/g, (gap, name: string) => {
    if (name === "uuid") return randomUUID();
    if (name === "turn") return String(turn);
    const list = values[name];
    return list?.[turn % list.length] ?? gap;
  });
}
