import type { CallScope } from "../../adapter/adapter.ts";

export interface Token {
  readonly text: string;
  /** How long it lasts from when it was given; null = for ever. */
  readonly seconds: number | null;
}

export interface Tokens {
  /** A token that is good for now; logs in when there is none. Callers that ask meanwhile share that login. */
  readonly current: (scope: CallScope) => Promise<string>;
  /** The backend did not accept it. */
  readonly reject: (token: string) => void;
}

const leewaySeconds = 5;

/**
 * Keeps one auth_token. Guide 4.4, tokens: count down auth_token_expiry on one's own clock, with a few seconds' leeway, rather
 * than trust auth_token_expires. `now` is a monotonic clock in milliseconds.
 */
export function createTokens(login: (scope: CallScope) => Promise<Token>, now: () => number = () => performance.now()): Tokens {
  let held: { readonly text: string; readonly until: number } | null = null;
  let pending: Promise<string> | null = null;

  async function renew(scope: CallScope): Promise<string> {
    const asked = now();
    const { text, seconds } = await login(scope);
    held = { text, until: seconds === null ? Number.POSITIVE_INFINITY : asked + (seconds - leewaySeconds) * 1000 };
    return text;
  }

  return {
    current: ({ record }) => {
      if (held !== null && now() < held.until) return Promise.resolve(held.text);
      // The login serves everybody who waits for it: neither one caller's departure nor its call limit may end it.
      pending ??= renew({ record }).finally(() => {
        pending = null;
      });
      return pending;
    },
    reject: (token) => {
      // Another caller may have renewed it already.
      if (held?.text === token) held = null;
    },
  };
}
