import type { CallScope, Loaded } from "../../adapter/adapter.ts";
import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import { createPageSizes, type PageSizes } from "../../adapter/kit/list-parts.ts";
import { listEach, loadEach } from "../../adapter/kit/loading.ts";
import type { BackendClock } from "../../adapter/kit/looking.ts";
import { type Row, rowIn } from "../../adapter/kit/reading.ts";
import { zoneOf } from "../../adapter/settings.ts";
import type { BackendConnection } from "../../connections/http.ts";
import { BillingError, badResponse, notFound } from "../../model/errors.ts";
import { isId } from "./encode.ts";
import { errorIn, isOwnFailure } from "./errors.ts";
import type { Settings } from "./settings.ts";
import { createdId, dataOf, login as loginData, readRows } from "./wire.ts";

interface Token {
  readonly text: string;
  /** Its life span; null = unlimited. */
  readonly seconds: number | null;
}

interface Tokens {
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

/** The parameters of a function; all values are text. */
export type FunctionParameters = Readonly<Record<string, string>>;

interface FunctionCall<T> {
  /** "customers/get" */
  readonly function: string;
  readonly effect: "read" | "write";
  readonly parameters: FunctionParameters;
  /** Decodes `data`, which is null where the answer has none. Throws where the answer is not understood. */
  readonly decode: (data: unknown) => T;
  readonly answer?: "result" | "validation" | undefined;
  /** The object that a 404 means, as the start of a sentence: "Customer 123". */
  readonly subject: string;
  readonly fields?: FieldPaths | undefined;
  readonly problem?: string | undefined;
}

interface PlacedParameters {
  readonly query?: FunctionParameters;
  readonly body: { readonly form: FunctionParameters };
}

/**
 * Puts parameters where the installation reads them. Every function takes GET and POST (guide 4.4, introduction); only the form of a
 * POST keeps credentials out of access logs.
 */
export function placed(parameters: FunctionParameters, place: Settings["parameters"]): PlacedParameters {
  return place === "form" ? { body: { form: parameters } } : { query: parameters, body: { form: {} } };
}

/** Calls of one service account. */
export interface Session {
  readonly backend: string;
  readonly unlimitedNumber: Settings["unlimitedNumber"];
  /** ISO 4217; for rows without a currency. */
  readonly currency: string;
  /** IANA name of the zone that turns instants into days. */
  readonly timeZone: string;
  readonly clock: BackendClock;
  /** Calls of a batch that may be in flight at a time. */
  readonly atOnce: number;
  /** Learnt page sizes of the lists that take a limit. They start unlimited, as `limit=0` asks for all rows. */
  readonly sizes: { readonly customers: PageSizes; readonly plans: PageSizes };
  readonly call: <T>(call: FunctionCall<T>, scope: CallScope) => Promise<T>;
  /** Logs in with the password: proves host, credentials and role. */
  readonly probe: (scope: CallScope) => Promise<void>;
}

/** Guess: a server that cuts pages still gives two rows. No source states a largest page (contract 13.9). */
const unlimited = { most: Number.POSITIVE_INFINITY, least: 2 };

/** Does no I/O. */
export function createCalls(key: string, settings: Settings, connection: BackendConnection): Session {
  const password = { auth_username: settings.username, auth_password: settings.password };
  const tokens = settings.useTokens ? createTokens(fetchToken) : null;

  function send<T>(call: FunctionCall<T>, credentials: FunctionParameters, scope: CallScope): Promise<T> {
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
        method: "POST",
        path: `${call.function}/`,
        ...placed({ ...call.parameters, ...credentials }, settings.parameters),
        isOwnFailure,
        decode: (answer) => {
          const error = errorIn(answer, expected);
          if (error) throw error;
          return call.decode(dataOf(answer.json));
        },
      },
      scope,
    );
  }

  function login<T>(parameters: FunctionParameters, decode: (data: unknown) => T, scope: CallScope): Promise<T> {
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
    unlimitedNumber: settings.unlimitedNumber,
    currency: settings.currency,
    timeZone: zoneOf(settings),
    clock: connection.clock,
    atOnce: settings.concurrency,
    sizes: { customers: createPageSizes(unlimited), plans: createPageSizes(unlimited) },
    probe: (scope) => login({}, () => undefined, scope),
    call: async (call, scope) => {
      if (tokens === null) return send(call, password, scope);
      const token = await tokens.current(scope);
      try {
        return await send(call, { auth_token: token }, scope);
      } catch (error) {
        if (!(error instanceof BillingError && error.code === "UNAUTHENTICATED")) throw error;
        // Guide 4.4, tokens: on 401 log in again, once. A 401 proves that nothing happened, so writes are repeated too.
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
    throw badResponse(backend, `gave no token when the gateway logged in. ${hint}`);
  }
  // Guess: a token that never expires comes without a life span, or with 0. A wrong guess costs one 401.
  return { text, seconds: seconds === 0 ? null : seconds };
}

interface RowRead<T> {
  readonly function: string;
  readonly id: string;
  /** See FunctionCall. */
  readonly subject: string;
  readonly fields?: FieldPaths;
  readonly map: (row: Row) => T;
}

/** Reads one row: `data` is an object (guide 4.4, customers/get, charges/get, plans/get). */
export function getRow<T>(session: Session, read: RowRead<T>, scope: CallScope): Promise<T> {
  const decode = (data: unknown) => read.map(rowIn(data));
  const { function: functionName, id, subject, fields } = read;
  return session.call({ function: functionName, effect: "read", parameters: { id }, decode, subject, fields }, scope);
}

interface ListRead<T> {
  readonly function: string;
  readonly parameters: FunctionParameters;
  readonly subject: string;
  readonly map: (row: Row) => T;
}

/** Reads a list and maps its rows. */
export function listRows<T>(session: Session, list: ListRead<T>, scope: CallScope): Promise<readonly T[]> {
  const decode = (data: unknown) => readRows(data).map(list.map);
  return session.call(
    { function: list.function, effect: "read", parameters: list.parameters, decode, subject: list.subject },
    scope,
  );
}

/** Reads each id once. Ids that cannot exist cause no call. */
export function getEach<T>({ atOnce }: Session, ids: readonly string[], get: (id: string) => Promise<T>): Promise<Loaded<T>[]> {
  return loadEach(ids, { isPossible: isId, atOnce, load: get });
}

/**
 * Reads one list for each owner; a failure stays with its owner. List functions answer 400 for an owner that does not exist or is not
 * visible (guide 4.4), which becomes NOT_FOUND: the owner is the only parameter.
 */
export function listOfEach<T>(
  { backend, atOnce }: Session,
  owners: readonly string[],
  noun: string,
  list: (owner: string) => Promise<T>,
): Promise<readonly (T | BillingError)[]> {
  const absent = (owner: string) => notFound(backend, `${noun} ${owner}`);
  return listEach(owners, atOnce, async (owner) => {
    if (!isId(owner)) throw absent(owner);
    return list(owner).catch((failure: unknown) => {
      throw isRefusedOwner(failure) ? absent(owner).with({ backendCode: "400" }) : failure;
    });
  });
}

/** Whether a list refused its owner: it does not exist or is not visible, see listOfEach. */
export function isRefusedOwner(failure: unknown): boolean {
  return failure instanceof BillingError && failure.code === "INVALID_INPUT" && failure.backendCode === "400";
}

export interface WriteRequest {
  readonly function: string;
  readonly parameters: FunctionParameters;
  /** See FunctionCall. */
  readonly subject: string;
  readonly fields?: FieldPaths | undefined;
  readonly problem?: string | undefined;
}

/** Sends a write that answers without data (code 204). */
export function sendChange(session: Session, change: WriteRequest, scope: CallScope): Promise<void> {
  return session.call({ ...change, effect: "write", decode: () => undefined }, scope);
}

/** Sends a create and returns the new id. */
export function sendCreate(session: Session, change: WriteRequest, scope: CallScope): Promise<string> {
  return session.call({ ...change, effect: "write", decode: createdId }, scope);
}

/** Sends the dry run of a create or update. It changes nothing and answers 201 (guide 4.4, charges and taxes), so it is a read. */
export function dryRun(session: Session, change: WriteRequest, scope: CallScope): Promise<void> {
  const parameters = { ...change.parameters, validation: "1" };
  return session.call({ ...change, parameters, effect: "read", answer: "validation", decode: () => undefined }, scope);
}

/** The id of the object that an earlier step created. Throws INTERNAL for null. */
export function requireCreated(id: string | null): string {
  if (id === null) throw new BillingError("INTERNAL", "A step was sent before the one that creates its object.");
  return id;
}
