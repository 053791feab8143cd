/**
 * The part of an operation's input that people may see. No input of the gateway asks for a credential. A member with a name like
 * that of a credential is left out anyway. Pure.
 */
export function publishedInput(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(publishedInput);
  if (typeof input !== "object" || input === null) return input;
  return Object.fromEntries(
    Object.entries(input).map(([name, member]) => [name, secretNames.test(name) ? leftOut : publishedInput(member)]),
  );
}

export const leftOut = "(left out)";

const secretNames = /passw|secret|token|credential|api_?key|pin$|iban|cvc|cvv|card_?number/i;
