import type { IncomingMessage } from "node:http";
import { BillingError } from "../../model/errors.ts";
import type { Refusal } from "../http/refusal.ts";
import { wantsPage } from "../http/rules.ts";

/** The credential of a request: an API key or a token, whole and unchecked. Pure. */

/** RFC 9110, 11.2: what a scheme is followed by, at least one space away; schemes' names are case-insensitive. */
const authorization = /^(bearer|basic) +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * From `Authorization: Bearer CREDENTIAL`, or from Basic, which is what a browser sends after asking for a password: any user
 * name, the credential as the password. UNAUTHENTICATED (BillingError) where there is none, and for what is malformed: a repeated
 * header too, whose values arrive joined by a comma.
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
 * The headers of a plain node request, for Authenticate. Node keeps the first of several Authorization headers and drops the others
 * silently, although what stands in front of the gateway may have looked at another one; here they stay, and are refused.
 */
export function credentialHeaders({ headersDistinct }: Pick<IncomingMessage, "headersDistinct">): Headers {
  return new Headers((headersDistinct["authorization"] ?? []).map((value) => ["authorization", value]));
}

/** One sentence for each way to fail; none repeats anything of the credential. */
export function unauthenticated(message: string): BillingError {
  return new BillingError("UNAUTHENTICATED", message);
}

const bearer = 'Bearer realm="billing-gateway"';
/** Makes a browser ask for a user name, which does not matter, and a password, which is the key or token. */
const basic = 'Basic realm="billing-gateway", charset="UTF-8"';

/**
 * What a request is answered that Authenticate has failed for: 401 with a challenge, or 503. Pure. Throws what is neither.
 * Basic stands first, because Chromium reads the first challenge of a header only; programs are not offered it.
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
