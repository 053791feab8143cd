import { BillingError } from "../../model/errors.ts";
import { wantsPage } from "../http/media-types.ts";
import type { Refusal } from "../http/refusal.ts";

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
