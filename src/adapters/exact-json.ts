/**
 * JSON whose numbers keep their value: a number that an IEEE double cannot hold exactly as written (64-bit ids, amounts with
 * many digits) becomes its text. Undefined for text that is not JSON.
 *
 * The reviver with access to the source text is part of the language ("JSON.parse source text access"); it is several times
 * slower than plain parsing and is therefore used only where the text has a run of digits long enough to matter.
 */
export function parseExactJson(text: string): unknown {
  try {
    return longNumber.test(text) ? JSON.parse(text, keepSource) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** 15 digits always survive a double; a dot may stand among them. */
const longNumber = /[\d.]{16}/;

function keepSource(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  return typeof value === "number" && source !== undefined && String(value) !== source && longNumber.test(source)
    ? source
    : value;
}
