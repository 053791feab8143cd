import { quote, quoteName } from "../../adapter/kit/quote.ts";
import { isRow, type Row } from "../../adapter/kit/reading.ts";
import type { BackendAnswer } from "../../connections/http.ts";
import { BillingError, type ErrorCode, named } from "../../model/errors.ts";
import { fieldsOf, type WrittenKind } from "./fields.ts";
import { memberOf } from "./reading.ts";

/** The facts of a call that its error message needs. */
export interface ErrorContext {
  readonly backend: string;
  /** User name, password and values derived from them: error bodies can echo them (contract 3.1). */
  readonly secrets: readonly string[];
  /** The entity that is written; absent for reads, whose parameters are not a caller's input. */
  readonly entity?: WrittenKind | undefined;
}

interface Envelope {
  readonly code: string;
  readonly message: string;
  readonly errors: readonly { readonly code: string; readonly parameter: string; readonly message: string }[];
}

/**
 * The error that an answer reports, or null. The envelope counts before the HTTP status, as business and validation failures arrive as HTTP
 * 500 too (contract 3.2).
 */
export function errorIn(answer: BackendAnswer, context: ErrorContext): BillingError | null {
  const envelope = readEnvelope(answer.json);
  if (envelope === null && answer.status >= 200 && answer.status < 300) return null;
  const { status } = answer;
  const code = classify(status, envelope, context);
  const { backend } = context;
  const backendCode = quoteName(envelope?.code, context.secrets) ?? String(status);
  const details = { backend, backendCode };
  switch (code) {
    case "UNAUTHENTICATED":
      return new BillingError(code, `${named(backend)} does not accept the gateway's credentials.`, details);
    case "FORBIDDEN":
      return new BillingError(code, `${named(backend)} does not permit this to the gateway's user.`, details);
    case "NOT_FOUND": {
      const field = fieldOf(missingParameter(envelope), context);
      const said = quote(envelope?.message, context.secrets);
      const message = said
        ? `${named(backend)} says: ${said}`
        : `This does not exist in ${named(backend)}, or its credentials may not see it.`;
      return new BillingError(code, message, { ...details, field });
    }
    case "INVALID_INPUT":
      return refusedInput(envelope, backendCode, context);
    case "UNSUPPORTED":
      return new BillingError(code, `${named(backend)} has no such function.`, details);
    case "CONFLICT": {
      const reason = isRefusal(envelope, context) ? quote(envelope?.message, context.secrets) : null;
      const message = reason
        ? `${named(backend)} refuses this: ${reason}`
        : `This was changed in ${named(backend)} at the same time; read it again and repeat.`;
      return new BillingError(code, message, { ...details, retryable: false });
    }
    case "BAD_RESPONSE":
      return new BillingError(
        code,
        `${named(backend)} redirects elsewhere: its address in the configuration may be wrong.`,
        details,
      );
    default:
      // An envelope proves that HostedSuite itself answered: a retry would meet the same failure.
      return new BillingError("UNAVAILABLE", `${named(backend)} reports an internal error.`, {
        ...details,
        retryable: envelope === null,
      });
  }
}

/** Classifies by the rules of contract 3.2, in their order; 405 and 409 are ServiceStack's. The connection handles 408 and 429. */
function classify(status: number, envelope: Envelope | null, context: ErrorContext): ErrorCode {
  const { secrets } = context;
  const code = envelope?.code.toLowerCase() ?? "";
  // Only the words of a plain sentence count: a dump may repeat the request, with the caller's words.
  const message = quote(envelope?.message, secrets) ?? "";
  if (/^(unauthorized|securityexception|authenticationexception)$/.test(code) || status === 401) return "UNAUTHENTICATED";
  if (code.includes("forbidden") || code === "unauthorizedaccessexception" || status === 403) return "FORBIDDEN";
  if (envelope !== null && programCodes.test(envelope.code)) return "UNAVAILABLE";
  if (/not found/i.test(message) || status === 404) return "NOT_FOUND";
  if (/^(argument|serialization|format|validation)/.test(code) || envelope?.errors.length) return "INVALID_INPUT";
  if (/is required|\bmust\b|invalid/i.test(message)) return "INVALID_INPUT";
  if (status === 405) return "UNSUPPORTED";
  if (status === 409) return "CONFLICT";
  if (status >= 400 && status < 500) return "INVALID_INPUT";
  if (isRefusal(envelope, context)) return "CONFLICT";
  return status >= 300 && status < 400 ? "BAD_RESPONSE" : "UNAVAILABLE";
}

/**
 * Whether an envelope without any other meaning is a refusal, whatever its HTTP status (contract 3.2, rule 6). A refusal is an exception that
 * HostedSuite throws on purpose, with a sentence for people: "Client is on credit hold". It proves that nothing happened. A breakdown is an
 * exception of the program, its database or its network. It may have struck after the write, so the outcome stays unknown; and so it does
 * where the words cannot be shown, as then nobody can judge them.
 */
function isRefusal(envelope: Envelope | null, { secrets }: ErrorContext): boolean {
  if (envelope === null || programCodes.test(envelope.code)) return false;
  const words = quote(envelope.message, secrets);
  return words !== null && !programWords.test(words);
}

/** Exceptions of .NET, databases and networks, which nobody throws as a refusal. */
const programCodes =
  /nullreference|outofmemory|overflow|indexoutofrange|keynotfound|invalidcast|arithmetic|dividebyzero|objectdisposed|accessviolation|typeinit|typeload|missing(?:method|member|field)|targetinvocation|aggregate|cancell?ed|abort|interrupt|timeout|deadlock|sql|mongo|redis|raven|^db|database|dataaccess|entity(?:framework|command)|socket|webexception|httprequest|^io(?:exception|error)|endofstream|network|rabbit|amqp|smtp|remoting|communication|faultexception|internal(?:server)?error|serviceunavailable|badgateway|temporar|transient|win32|^system\.?exception|unhandled|threadstate|assertion/i;
const programWords =
  /\b(?:error|exception|failure|fehler|erreur|errore|fout)\b|\bwent wrong\b|\btry (?:it |this )?again\b|\bretry\b|\btemporar|\btime[ds]? ?-?out\b|\boverload|\bunavailable\b|\bmaintenance\b|\bunreachable\b|\bconnect(?:ion|ing)?\b|\bnetwork\b|\bdatabase\b|\boops\b|\baborted\b|\bdeadlock|\bsequence contains\b|\bcollection was\b|\bgiven key\b|\bout of (?:range|memory)\b/i;

function refusedInput(envelope: Envelope | null, backendCode: string, context: ErrorContext): BillingError {
  const { backend, secrets } = context;
  const refusal = (parameter: string | null, said: string | undefined, code: string): BillingError => {
    const field = fieldOf(parameter, context);
    const reason = quote(said, secrets) ?? "no reason that can be shown";
    const message = `${field ? `${field.join(".")} is refused by ${named(backend)}` : `${named(backend)} refuses this`}: ${reason}`;
    return new BillingError("INVALID_INPUT", message, { backend, field, backendCode: code });
  };
  const [first, ...related] = (envelope?.errors ?? []).map((error) =>
    refusal(error.parameter, error.message || envelope?.message, quoteName(error.code, secrets) ?? backendCode),
  );
  if (first) return first.with({ related });
  return refusal(namedParameter(envelope?.message ?? ""), envelope?.message, backendCode);
}

/** Whether an answer is HostedSuite's own report of a failure. */
export const isOwnFailure = (json: unknown): boolean => readEnvelope(json) !== null;

function readEnvelope(json: unknown): Envelope | null {
  const status = isRow(json) ? memberOf(json, "ResponseStatus") : undefined;
  if (!isRow(status)) return null;
  const errors = memberOf(status, "Errors");
  const envelope = {
    code: textOf(status, "ErrorCode"),
    message: textOf(status, "Message"),
    errors: (Array.isArray(errors) ? errors.filter(isRow) : []).map((error) => ({
      code: textOf(error, "ErrorCode"),
      parameter: textOf(error, "FieldName"),
      message: textOf(error, "Message"),
    })),
  };
  // ServiceStack may send an empty ResponseStatus with a success.
  return envelope.code === "" && envelope.message === "" && envelope.errors.length === 0 ? null : envelope;
}

function textOf(row: Row, name: string): string {
  const value = memberOf(row, name);
  return typeof value === "string" ? value : "";
}

/** The parameter in "Value cannot be null. Parameter name: ClientId", "… (Parameter 'ClientId')", "Quantity is required". */
function namedParameter(message: string): string | null {
  return /Parameter(?: name:)?\s*'?(\w+)/.exec(message)?.[1] ?? /^(\w+) (?:is|must|cannot)\b/.exec(message)?.[1] ?? null;
}

/** The parameter behind a missing object: ClientId in "Client not found". */
function missingParameter(envelope: Envelope | null): string | null {
  const noun = /^(\w+) (?:\S+ )?(?:was )?not found/i.exec(envelope?.message ?? "")?.[1];
  return envelope?.errors[0]?.parameter || (noun === undefined ? null : `${noun}Id`);
}

/** The input's member behind a parameter, which may be a path such as "BillingEmailAddresses[0].Address". */
function fieldOf(parameter: string | null, { entity }: ErrorContext): readonly string[] | undefined {
  if (entity === undefined || !parameter) return undefined;
  const fields: Readonly<Record<string, readonly string[]>> = fieldsOf[entity];
  const name = parameter.split(/[.[]/, 1)[0]?.toLowerCase() ?? "";
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
