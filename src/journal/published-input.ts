/**
 * What of an operation's input is shown to people. No input of the gateway asks for a credential; where one is given in a member that
 * is called like one, it is left out. Pure.
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
