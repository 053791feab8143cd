import type { ServerResponse } from "node:http";
import { GraphQLError } from "graphql";
import type { FetchAPI } from "graphql-yoga";
import { BillingError, type ErrorCode } from "../../model/errors.ts";

/** A request that is answered before it reaches GraphQL, in the shape that GraphQL clients understand. */
export interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  /** A sentence that says what to do instead; it repeats nothing of the request. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** {"errors":[{"message":"…","extensions":{"code":"…","retryable":false}}]} */
export function refusalBody({ code, message }: Refusal): string {
  const { retryable } = new BillingError(code, message);
  return JSON.stringify({ errors: [{ message, extensions: { code, retryable } }] });
}

const jsonType = { "content-type": "application/json; charset=utf-8" };

/** The refusal as Yoga's answer. */
export function refusalResponse(refusal: Refusal, { Response }: FetchAPI): Response {
  return new Response(refusalBody(refusal), { status: refusal.status, headers: { ...jsonType, ...refusal.headers } });
}

/** The refusal as node's answer; the connection ends with it, because the rest of the request is not read. */
export function sendRefusal(refusal: Refusal, response: ServerResponse): void {
  const body = refusalBody(refusal);
  const length = { "content-length": Buffer.byteLength(body), connection: "close" };
  response.writeHead(refusal.status, { ...jsonType, ...refusal.headers, ...length }).end(body);
}

/** INVALID_INPUT for a request that cannot be used, thrown where Yoga reads it; `status` also where only JSON is accepted. */
export function invalidRequest(message: string, status = 400, headers: Readonly<Record<string, string>> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "INVALID_INPUT", retryable: false, http: { status, headers } } });
}
