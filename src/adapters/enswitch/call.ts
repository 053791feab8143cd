import type { CallScope } from "../../adapter/adapter.ts";
import type { BackendClock } from "../../adapter/kit/moment.ts";
import { rowIn } from "../../adapter/kit/reading.ts";
import type { Connection } from "../../connections/http.ts";
import { BillingError } from "../../model/errors.ts";
import { dataOf, type FieldPaths } from "./errors.ts";
import type { Settings } from "./settings.ts";
import { createTokens, type Token } from "./tokens.ts";
import { login as loginData } from "./wire.ts";

/** Parameters of a function, all as text. */
export type Parameters = Readonly<Record<string, string>>;

export interface FunctionCall<T> {
  /** "customers/get" */
  readonly function: string;
  readonly effect: "read" | "write";
  readonly parameters: Parameters;
  /** Reads `data`: null where the answer has none. What it throws means that the answer was not understood. */
  readonly decode: (data: unknown) => T;
  readonly answer?: "result" | "validation" | undefined;
  /** What a 404 is about, at the start of a sentence: "Customer 123". */
  readonly subject: string;
  readonly fields?: FieldPaths | undefined;
  readonly problem?: string | undefined;
}

/** Calls of one service account. */
export interface Session {
  readonly backend: string;
  /** ISO 4217, for rows that name none. */
  readonly currency: string;
  readonly clock: BackendClock;
  /** How many calls of a batch are made at a time. */
  readonly atOnce: number;
  readonly call: <T>(call: FunctionCall<T>, scope: CallScope) => Promise<T>;
  /** user/login with the password: proves host, credentials and role. */
  readonly probe: (scope: CallScope) => Promise<void>;
}

/** Does no I/O. */
export function createSession(key: string, settings: Settings, connection: Connection): Session {
  const password = { auth_username: settings.username, auth_password: settings.password };
  const tokens = settings.useTokens ? createTokens(fetchToken) : null;

  function send<T>(call: FunctionCall<T>, credentials: Parameters, scope: CallScope): Promise<T> {
    const expected = {
      backend: key,
      function: call.function,
      answer: call.answer ?? "result",
      subject: call.subject,
      fields: call.fields ?? {},
      problem: call.problem,
      secrets: [...Object.values(password), ...Object.values(credentials)],
    };
    return connection.call(
      {
        function: call.function,
        effect: call.effect,
        // Every function may be called either way (guide 4.4, introduction); only a body keeps credentials out of access logs.
        method: "POST",
        path: `${call.function}/`,
        body: { form: { ...call.parameters, ...credentials } },
        decode: (answer) => call.decode(dataOf(answer, expected)),
      },
      scope,
    );
  }

  function login<T>(parameters: Parameters, decode: (data: unknown) => T, scope: CallScope): Promise<T> {
    return send(
      { function: "user/login", effect: "read", parameters, decode, subject: "The gateway's account" },
      password,
      scope,
    );
  }

  function fetchToken(scope: CallScope): Promise<Token> {
    return login({ token: "1" }, (data) => tokenOf(data, key), scope);
  }

  return {
    backend: key,
    currency: settings.currency,
    clock: connection.clock,
    atOnce: settings.concurrency,
    probe: (scope) => login({}, () => undefined, scope),
    call: async (call, scope) => {
      if (tokens === null) return send(call, password, scope);
      const token = await tokens.current(scope);
      try {
        return await send(call, { auth_token: token }, scope);
      } catch (error) {
        if (!(error instanceof BillingError && error.code === "UNAUTHENTICATED")) throw error;
        // Guide 4.4, tokens: on 401 log in again, once. It proves that nothing happened, so a write may be repeated as well.
        tokens.reject(token);
        return send(call, { auth_token: await tokens.current(scope) }, scope);
      }
    },
  };
}

function tokenOf(data: unknown, backend: string): Token {
  const { auth_token: text, auth_token_expiry: seconds } = loginData.parse(rowIn(data));
  if (text === null) {
    const hint = "Enswitch has tokens since 4.1: set useTokens to false for older ones";
    throw new BillingError("BAD_RESPONSE", `${backend} gave no token when the gateway logged in. ${hint}.`, { retryable: false });
  }
  // Guess: tokens that never expire come without a life span, or with 0. A wrong guess costs one 401.
  return { text, seconds: seconds === 0 ? null : seconds };
}
