import type { CallScope } from "../../adapter/adapter.ts";

export interface Token {
  readonly text: string;
  /** Its life span; null = unlimited. */
  readonly seconds: number | null;
}

export interface Tokens {
  /** A valid token. Logs in where there is none; concurrent callers share that login (single-flight). */
  readonly current: (scope: CallScope) => Promise<string>;
  /** Discards a token that the backend refused. */
  readonly reject: (token: string) => void;
}

const leewaySeconds = 5;

/**
 * Keeps one auth_token. Guide 4.4, tokens: count down auth_token_expiry by one's own clock with a few seconds' leeway, do not trust
 * auth_token_expires.
 *
 * @param now a monotonic clock, in milliseconds
 */
export function createTokens(login: (scope: CallScope) => Promise<Token>, now: () => number = () => performance.now()): Tokens {
  let held: { readonly text: string; readonly until: number } | null = null;
  let pending: Promise<string> | null = null;

  async function renew(scope: CallScope): Promise<string> {
    const started = now();
    const { text, seconds } = await login(scope);
    held = { text, until: seconds === null ? Number.POSITIVE_INFINITY : started + (seconds - leewaySeconds) * 1000 };
    return text;
  }

  return {
    current: ({ record }) => {
      if (held !== null && now() < held.until) return Promise.resolve(held.text);
      // Several callers wait for this login: neither one caller's abort nor its call limit may end it.
      pending ??= renew({ record }).finally(() => {
        pending = null;
      });
      return pending;
    },
    reject: (token) => {
      // Another caller may have renewed it meanwhile.
      if (held?.text === token) held = null;
    },
  };
}
