import type { Conditions } from "../conditions.ts";
import type { SandboxAnswer, SandboxRequest } from "../simulated.ts";
import type { Refusal } from "./errors.ts";
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
