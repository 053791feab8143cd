import type { Conditions } from "../conditions.ts";
import type { SandboxAnswer, SandboxRequest } from "../simulated.ts";
import { type Printable, printJsv } from "./jsv.ts";
import { queryEntries } from "./members.ts";

/** A path below /api/ and the format of its suffix, if it has one. */
export interface ApiPath {
  /** In lower case, decoded, without slashes at its ends: "charges/new". */
  readonly path: string;
  readonly format: "json" | "jsv";
}

/**
 * JSON, or JSV if suffix, `?format=` or Accept asks for it (contract 2.3). XML, CSV and HTML are not simulated: the vendor
 * supports only JSON, and a request for another format gets JSON here.
 */
export function targetOf(request: SandboxRequest, basePath: string): ApiPath | null {
  const decoded = decodePath(request.path)?.toLowerCase();
  if (decoded === undefined || !decoded.startsWith(basePath)) return null;
  const path = decoded.slice(basePath.length).replace(/\/+$/, "");
  const suffix = /\.(json|jsv)$/.exec(path)?.[1];
  const format = suffix ?? new Map(queryEntries(request.query)).get("format") ?? request.headers["accept"] ?? "";
  return {
    path: suffix === undefined ? path : path.slice(0, -suffix.length - 1),
    format: format.includes("jsv") ? "jsv" : "json",
  };
}

function decodePath(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

export function renderAnswer(name: string, status: number, value: Printable, format: ApiPath["format"]): SandboxAnswer {
  return format === "jsv"
    ? { function: name, status, headers: { "content-type": "text/jsv; charset=utf-8" }, body: printJsv(value) }
    : { function: name, status, headers: { "content-type": "application/json; charset=utf-8" }, body: JSON.stringify(value) };
}

/** The name in the call log for a request to an unknown operation. */
export const unknownFunction = "unknown";

/** ServiceStack's answer to an unknown route: text without an envelope. */
export function unknownRoute(request: SandboxRequest, status: number): SandboxAnswer {
  return {
    function: unknownFunction,
    status,
    headers: { "content-type": "text/plain" },
    body: `Handler for Request not found (${status}):\n\n  HttpMethod: ${request.method}\n  PathInfo: ${request.path}\n`,
  };
}

/** The error envelope of contract 3.1 in camelCase. `meta` carries extra data such as autoBatchIndex. */
export function errorEnvelope({ errorCode, message, fields }: Refusal, meta: Printable = null): Printable {
  return {
    responseStatus: { errorCode, message, errors: fields.map((fieldName) => ({ errorCode, fieldName, message })), meta },
  };
}

/** A refusal under the tenant's conditions: for an unknown id the answer may be empty or an internal error. */
export function refusalAnswer(
  name: string,
  refusal: Refusal,
  { conditions }: { readonly conditions: Conditions },
  cased: (envelope: Printable) => Printable,
  format: ApiPath["format"],
): SandboxAnswer {
  const { unknownIds } = conditions.inForce();
  if (refusal.isUnknownId && unknownIds === "empty") return renderAnswer(name, 200, {}, format);
  if (refusal.isUnknownId && unknownIds === "error") {
    const internal = { responseStatus: { errorCode: "Exception", message: "Internal error", errors: [] } };
    return renderAnswer(name, 500, cased(internal), format);
  }
  return renderAnswer(name, refusal.status, cased(errorEnvelope(refusal)), format);
}

/** An unexpected error in debug mode, in which ServiceStack dumps the request into the stack trace (contract 3.1). */
export function debugEnvelope(message: string): Printable {
  return { responseStatus: { errorCode: "Exception", message, stackTrace: message, errors: [] } };
}

/** An error that a service returns on purpose, in terms of ServiceStack's error envelope (contract 3.1). */
export class Refusal extends Error {
  readonly status: number;
  readonly errorCode: string;
  /** Members at fault. */
  readonly fields: readonly string[];
  /** Whether an id in the request is unknown. */
  readonly isUnknownId: boolean;

  constructor(status: number, errorCode: string, message: string, fields: readonly string[] = [], isUnknownId = false) {
    super(message);
    this.isUnknownId = isUnknownId;
    this.status = status;
    this.errorCode = errorCode;
    this.fields = fields;
  }
}

/** Points that the sources leave open, or that differ between tenants (contract 3.2, 11). */
interface ErrorHabits {
  readonly badCredentials: "401" | "500";
  /** The ErrorCode of bad credentials if they are answered with 500. */
  readonly badCredentialsCode: string;
  readonly missingMember: "400" | "500";
  readonly unparseableDate: "400" | "500";
  readonly unknownId: "404" | "500";
}

export interface Refusals {
  readonly badCredentials: () => Refusal;
  readonly forbidden: () => Refusal;
  readonly missing: (member: string) => Refusal;
  readonly unparseableDate: (member: string) => Refusal;
  /** `kind` is the vendor's word: "Client". */
  readonly notFound: (kind: string) => Refusal;
  readonly quantityRequired: () => Refusal;
  readonly pageTooLarge: () => Refusal;
}

export function createRefusals(habits: ErrorHabits): Refusals {
  return {
    badCredentials: () =>
      habits.badCredentials === "401"
        ? new Refusal(401, "Unauthorized", "Invalid UserName or Password")
        : new Refusal(500, habits.badCredentialsCode, "Invalid UserName or Password"),
    // Error code containing "forbidden", or 403 (contract 3.2, CLI heuristics): both.
    forbidden: () => new Refusal(403, "Forbidden", "You do not have the permission to do this"),
    missing: (member) =>
      habits.missingMember === "400"
        ? new Refusal(400, "ArgumentNullException", `Value cannot be null. Parameter name: ${member}`, [member])
        : new Refusal(500, "Exception", `${member} is required`),
    unparseableDate: (member) =>
      habits.unparseableDate === "400"
        ? new Refusal(400, "FormatException", "String was not recognized as a valid DateTime.", [member])
        : new Refusal(500, "Exception", "String was not recognized as a valid DateTime."),
    notFound: (kind) =>
      habits.unknownId === "404"
        ? new Refusal(404, "NotFound", `${kind} not found`, [], true)
        : new Refusal(500, "Exception", `${kind} not found`, [], true),
    // The exact text seen on v3 (contract 3.2).
    pageTooLarge: () => new Refusal(400, "ArgumentOutOfRangeException", "CountPerPage is too large", ["CountPerPage"]),
    quantityRequired: () => new Refusal(500, "Exception", "Quantity is required"),
  };
}

/** Malformed JSON (contract 2.5). */
export function malformedBody(): Refusal {
  return new Refusal(400, "SerializationException", "Unable to bind request: the body is not valid JSON");
}
