export interface Candidates {
  /** What the gateway says, without ids that tell a person nothing. */
  readonly sentence: string;
  /** Global ids of the objects that an unknown outcome may be. */
  readonly ids: readonly string[];
}

/**
 * The objects that the message of an unknown step names: the gateway lists their global ids, which are letters, digits, "-" and
 * "_" (base64url), behind a colon. Every other message is given back as it is.
 */
export function candidatesIn(message: string): Candidates {
  const [, before, list = "", after] = /^(Several objects could be it): ([\w-]+(?:, [\w-]+)+)\.(.*)$/.exec(message) ?? [];
  return before === undefined ? { sentence: message, ids: [] } : { sentence: `${before}.${after}`, ids: list.split(", ") };
}
