import {
  CircuitState as BreakerState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  isBrokenCircuitError,
} from "cockatiel";
import { Pool } from "undici";
import type { CallRecord, CallScope } from "../adapter/adapter.ts";
import type { KnownAnswers } from "../adapter/doctoring/diagnosis.ts";
import { BillingError, circuitOpen, named } from "../model/errors.ts";
import type { BackendHealth } from "../model/health.ts";
import { answerWatchOf } from "./answer-watch.ts";
import { type CharsetSettings, readAnswer, understand } from "./answers.ts";
import { createDigest, type DigestLogin } from "./digest.ts";
import { exchange, requestOptions, roomOfBackend } from "./exchange.ts";
import { CircuitPause, retrying, transportError } from "./failures.ts";
import { type CallObserver, type ConnectionLoad, healthOf, type Observed, type ObservedClock, observeClock } from "./observer.ts";
import { createRepeatedAnswers } from "./repeated-answers.ts";
import { resettingConnector, type TlsTexts } from "./resetting-connector.ts";

/**
 * The only way to a backend: an undici pool with keep-alive, timeouts, retries of reads, a circuit breaker and a record of every call.
 * The pool's size is the concurrency cap. undici queues what exceeds it, and a call that ends while it is queued has certainly never
 * left, which a write needs to know.
 */
export interface BackendConnection {
  readonly call: <T>(call: BackendCall<T>, scope: CallScope) => Promise<T>;
  readonly health: () => BackendHealth;
  /** The bounds of the backend's time now, in milliseconds since 1970; null before its first answer. */
  readonly clock: ObservedClock["now"];
  readonly close: () => Promise<void>;
}

export interface ConnectionSettings extends CharsetSettings {
  readonly backend: string;
  /** Its name for people. Default: as `backend`. */
  readonly label?: string | undefined;
  /** Base address with a trailing slash; paths of calls are relative to it. */
  readonly url: string;
  /** The address of a proxy: see resetting-connector.ts. */
  readonly proxy?: string | undefined;
  /** PEM texts: an authority that is trusted besides the usual ones, and the gateway's own certificate with its key. */
  readonly tls?: TlsTexts | undefined;
  /** Writes are refused before they are sent. */
  readonly readOnly?: boolean | undefined;
  /** The time for one call in milliseconds: queue, connection, answer and, for reads, retries. */
  readonly timeoutMs: number;
  readonly concurrency: number;
  /** A longer answer is not read to its end: it is BAD_RESPONSE. */
  readonly maxAnswerBytes: number;
  /** How many times a read is sent again. Writes never are. */
  readonly retries: number;
  readonly observer?: CallObserver | undefined;
  /** The content of answers by the backend's contract; the observer is called for differences. */
  readonly knownAnswers?: KnownAnswers | undefined;
  readonly circuit: { readonly failures: number; readonly openMs: number };
}

export interface BackendCall<T> {
  /** The backend's name for the called function. It appears in records and messages, so it never holds ids or credentials. */
  readonly function: string;
  /** Writes are sent once, whatever happens. If it is unclear whether one has happened, it ends with OUTCOME_UNKNOWN. */
  readonly effect: "read" | "write";
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Relative to the base address, percent-encoded, without a leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: { readonly json: unknown } | { readonly form: Readonly<Record<string, string>> } | undefined;
  /** The login that signs the request, in the way that the backend asks for. */
  readonly digest?: DigestLogin | undefined;
  /**
   * Pure: turns the answer into a value, or throws the BillingError that the backend reported. Any other error means that the answer was
   * not understood. Never change a read's JSON: several answers may share it (repeated-answers.ts).
   */
  readonly decode: (answer: BackendAnswer) => T;
  /**
   * For writes: whether this JSON is the backend's own report of a failure. A status 4xx without one may come from a server in front of the
   * backend, which may have acted: see answers.ts. Absent: no answer is.
   */
  readonly isOwnFailure?: (json: unknown) => boolean;
}

export interface BackendAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON with exact numbers (see answers.ts); undefined if the body is empty or not JSON. */
  readonly json: unknown;
  readonly empty: boolean;
  /** The charset in which it was read, by its WHATWG name; absent for a page whose bytes are not valid text: only its status is read. */
  readonly charset?: string;
  /** Its bytes are not valid in the charset that they should have: see `otherCharsets`. */
  readonly isGuessed?: boolean;
}

export function connect(settings: ConnectionSettings): BackendConnection {
  const base = new URL(settings.url);
  const pool = new Pool(base.origin, {
    connections: settings.concurrency,
    pipelining: 1,
    allowH2: false,
    connect: resettingConnector({
      timeout: Math.min(settings.timeoutMs, 5_000),
      proxy: settings.proxy,
      tls: settings.tls,
    }),
    // Every exchange has its own timeout, which is never longer.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: settings.maxAnswerBytes,
  });
  const room = roomOfBackend(settings.maxAnswerBytes);
  const breaker = circuitBreaker(
    handleWhenResult((ended) => (ended as Ended<unknown>).isDown === true),
    {
      halfOpenAfter: new CircuitPause(settings.circuit.openMs),
      breaker: new ConsecutiveBreaker(settings.circuit.failures),
    },
  );
  const clock = observeClock();
  const watch = answerWatchOf(settings);
  const digest = createDigest();
  const repeated = createRepeatedAnswers();
  /** A write with less time left would hardly be answered in time, and its outcome would be unknown. */
  const shortestAnswerMs = Math.min(settings.timeoutMs / 10, 1_000);
  const observed: Observed = { checkedAt: null, latencyMs: null, failure: null, isDown: false, failures: 0 };

  /** @param deadline by performance.now */
  async function send<T>(call: BackendCall<T>, scope: CallScope, deadline: number): Promise<Ended<T>> {
    let left = false;
    let handedOver = 0;
    /** True once an answer has come that can be read, even in another charset. */
    let hasAnswered = false;
    // Only writes need a permit.
    const permit = call.effect === "write" ? scope.permit : undefined;
    try {
      const request = requestOptions(base, call);
      const ask = () =>
        exchange({
          dispatcher: pool,
          request: call.digest ? digest.signed(request, call.digest) : request,
          timeoutMs: Math.ceil(deadline - performance.now()),
          // A write that has left is not aborted when the client leaves: the journal needs its answer.
          signal: call.effect === "read" ? scope.signal : undefined,
          room,
          maxBytes: settings.maxAnswerBytes,
          mustBeHad: call.effect === "write",
          mayLeave: () => {
            if (call.effect === "write" && deadline - performance.now() < shortestAnswerMs) return false;
            if (permit && !permit.take()) return false;
            left = true;
            handedOver = performance.now();
            return true;
          },
          // An answer with Age comes from a cache: its date belongs to an earlier answer (RFC 9111, 5.1).
          onAnswer: ({ date, age }) => clock.answered(age === undefined ? date : undefined, handedOver, performance.now()),
        });
      const signedAs = digest.version();
      let exchanged = await ask();
      if (call.digest && digest.isChallenge(exchanged, signedAs)) {
        // The challenge means that nothing was done, so the request counts as not sent.
        left = false;
        exchanged = await ask();
      }
      hasAnswered = true;
      const parse = () => readAnswer(settings.backend, exchanged, settings);
      const answer: BackendAnswer & { isRepeated?: boolean } = call.effect === "read" ? repeated.read(exchanged, parse) : parse();
      hasAnswered = answer.json !== undefined;
      if (call.effect === "read" && answer.status < 300) watch?.(call.function, answer.json, answer.isRepeated);
      return { value: understand(settings.backend, call, answer) };
    } catch (error) {
      const failure = transportError(error, { backend: settings.backend, call, left, abandoned: isAbandoned(call, scope) });
      // The whole answer came, and only the gateway does not understand it: the backend is up.
      const isMisread = hasAnswered && codeBehind(failure) === "BAD_RESPONSE";
      return { failure, isDown: speaksOfHealth(failure) && !isMisread };
    }
  }

  function attempt<T>(call: BackendCall<T>, scope: CallScope, deadline: number): Promise<T> {
    const started = performance.now();
    const observedEnd = (ended: Ended<T>): Ended<T> => {
      // A client that leaves says nothing about the backend. A refusal shows that the backend is well.
      if (ended.failure && isAbandoned(call, scope)) throw ended.failure;
      observe(ended, performance.now() - started);
      return ended;
    };
    const run = (): Promise<Ended<T>> => {
      // A half-open circuit is decided by one trial call, so that call does not end with its client.
      const trial = breaker.state === BreakerState.HalfOpen;
      return send(call, trial ? { ...scope, signal: undefined } : scope, deadline).then(observedEnd);
    };
    return breaker.execute(run).then(
      (ended) => {
        if (ended.failure) throw ended.failure;
        return ended.value;
      },
      (error: unknown) => {
        throw isBrokenCircuitError(error) ? circuitOpen(settings.backend, error) : error;
      },
    );
  }

  function observe({ failure, isDown = false }: Ended<unknown>, milliseconds: number): void {
    observed.checkedAt = new Date();
    observed.latencyMs = Math.round(milliseconds);
    observed.failure = failure && speaksOfHealth(failure) ? failure : null;
    observed.isDown = isDown;
    observed.failures = observed.failure ? observed.failures + 1 : Math.max(0, observed.failures - 1);
  }

  async function call<T>(call: BackendCall<T>, scope: CallScope): Promise<T> {
    if (call.effect === "read") scope.admit?.();
    else if (settings.readOnly) throw switchedOff(settings.backend);
    const run = (): Promise<T> => recorded(call, scope);
    const { backend, observer } = settings;
    return observer ? observer.within({ backend, function: call.function, effect: call.effect }, run) : run();
  }

  async function recorded<T>(call: BackendCall<T>, scope: CallScope): Promise<T> {
    const started = performance.now();
    const deadline = started + settings.timeoutMs;
    let attempts = 0;
    const once = (): Promise<T> => {
      attempts += 1;
      return attempt(call, scope, deadline);
    };
    const record = (outcome: CallRecord["outcome"], rows: number | null): void => {
      const milliseconds = Math.round((performance.now() - started) * 10) / 10;
      const ended: CallRecord = { backend: settings.backend, function: call.function, milliseconds, rows, outcome, attempts };
      scope.record?.(ended);
      settings.observer?.ended(ended);
    };
    try {
      const value = await (call.effect === "read" ? retrying(once, settings.retries, deadline, scope.signal) : once());
      record("ok", Array.isArray(value) ? value.length : null);
      return value;
    } catch (error) {
      const failure =
        error instanceof BillingError ? error : new BillingError("INTERNAL", "Unexpected failure.", { cause: error });
      record(failure.code, null);
      throw failure.backend === undefined ? failure.with({ backend: settings.backend }) : failure;
    }
  }

  const health = (): BackendHealth => healthOf(observed, breaker.state, settings.label ?? settings.backend);
  const closed = settings.observer?.opened({
    backend: settings.backend,
    readOnly: settings.readOnly === true,
    health,
    load: () => loadOf(pool),
  });
  return {
    call,
    health,
    clock: clock.now,
    close: async () => {
      closed?.();
      await pool.destroy();
    },
  };
}

type Ended<T> =
  | { readonly value: T; readonly failure?: undefined; readonly isDown?: undefined }
  | {
      readonly failure: BillingError;
      /** True if the failure speaks of the backend's health, or of the way there. */
      readonly isDown: boolean;
    };

/** True for failures of the backend or of the way to it: not for refusals, and not for a client that left. */
function speaksOfHealth(error: unknown): error is BillingError {
  return (
    error instanceof BillingError &&
    (error.code === "UNAVAILABLE" ||
      error.code === "TIMEOUT" ||
      error.code === "BAD_RESPONSE" ||
      error.code === "OUTCOME_UNKNOWN")
  );
}

/** The code of a failure; for a write of unknown outcome, the code of its cause. */
function codeBehind(failure: BillingError): BillingError["code"] {
  return failure.code === "OUTCOME_UNKNOWN" && failure.cause instanceof BillingError ? failure.cause.code : failure.code;
}

/** Whether the client of a read has left. A write goes on without its client. */
function isAbandoned<T>(call: BackendCall<T>, scope: CallScope): boolean {
  return call.effect === "read" && scope.signal?.aborted === true;
}

/** Mutations are refused earlier. Only writes that began before the switch come here, to be taken back or sent on. */
function switchedOff(backend: string): BillingError {
  return new BillingError("UNAVAILABLE", `Writes to ${named(backend)} are switched off by the operator. Nothing was sent.`, {
    backend,
  });
}

/** undici counts a request without a connection as pending: in a client while it connects, in the pool while all are busy. */
function loadOf({ stats }: Pool): ConnectionLoad {
  return { inFlight: stats.running, queued: stats.pending };
}
