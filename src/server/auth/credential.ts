import type { IncomingMessage } from "node:http";
import { BillingError } from "../../model/errors.ts";
import type { Refusal } from "../http/responses.ts";
import { wantsPage } from "../http/rules.ts";

/** Reads the credential of a request: an API key or a token, whole and unchecked. Pure. */

/** RFC 9110, 11.2: the scheme's name is case-insensitive; at least one space separates it from the credential. */
const authorization = /^(bearer|basic) +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * Returns the credential of `Authorization: Bearer CREDENTIAL`, or the password of Basic with any user name: browsers send that
 * after they ask for a password. Throws UNAUTHENTICATED (BillingError) when the header is missing or malformed. A repeated header
 * is malformed too: its values arrive joined by a comma.
 */
export function presentedCredential(headers: Headers): string {
  const given = headers.get("authorization");
  if (given === null) {
    throw unauthenticated("A credential is missing. Send it with each request as the header Authorization: Bearer CREDENTIAL.");
  }
  const [, scheme, text] = authorization.exec(given) ?? [];
  const credential = scheme?.toLowerCase() === "basic" ? passwordOf(text) : text;
  if (!credential) {
    throw unauthenticated(
      "The header Authorization is malformed. Send one, as Bearer CREDENTIAL, or Basic with it as the password.",
    );
  }
  return credential;
}

/** RFC 7617: base64 of "user:password", in UTF-8; the first colon ends the user's name. */
function passwordOf(base64: string | undefined): string | undefined {
  return /^[^:]*:(.*)$/s.exec(Buffer.from(base64 ?? "", "base64").toString("utf8"))?.[1];
}

/**
 * Takes the credential headers of a plain node request, for Authenticate. Node silently keeps only the first of several
 * Authorization headers, although a proxy in front may have checked another one. Here all of them stay, and are refused.
 */
export function credentialHeaders({ headersDistinct }: Pick<IncomingMessage, "headersDistinct">): Headers {
  return new Headers((headersDistinct["authorization"] ?? []).map((value) => ["authorization", value]));
}

/** Makes an UNAUTHENTICATED error. Its message never repeats any part of the credential. */
export function unauthenticated(message: string): BillingError {
  return new BillingError("UNAUTHENTICATED", message);
}

const bearer = 'Bearer realm="billing-gateway"';
/** Makes a browser ask for a user name, which does not matter, and a password, which is the key or token. */
const basic = 'Basic realm="billing-gateway", charset="UTF-8"';

/**
 * Turns an error of Authenticate into the answer: 401 with a challenge, or 503. Pure. Rethrows any other error.
 * Basic stands first because Chromium reads only the first challenge of a header; programs are not offered it.
 */
export function authenticationRefusal(
  error: unknown,
  { method, accept }: { readonly method: string | undefined; readonly accept: string | null | undefined },
): Refusal {
  if (!(error instanceof BillingError)) throw error;
  const { code, message } = error;
  if (code !== "UNAUTHENTICATED") return { status: 503, code, message };
  const isBrowser = method === "GET" && wantsPage(accept ?? null);
  return { status: 401, code, message, headers: { "www-authenticate": isBrowser ? `${basic}, ${bearer}` : bearer } };
}
