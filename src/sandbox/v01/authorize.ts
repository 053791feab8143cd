import { Failure } from "./failure.ts";
import type { V01Settings } from "./options.ts";

/**
 * Checks an Authorization header (section 2.2): HTTP Basic, and the Management API privilege, which the reader does not have.
 * Fails with L01 for missing or wrong credentials (A1), with L02 for the missing privilege.
 */
export const authorize = (authorization: string | undefined, settings: V01Settings): void => {
  // A digest is not simulated: no client here can make one.
  if (settings.authentication === "digest") throw new Failure("L01", "Digest authentication is required.");
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? "")?.[1] ?? "";
  const credentials = Buffer.from(encoded, "base64").toString("utf8");
  if (credentials === `${settings.username}:${settings.password}`) return;
  if (credentials === `${settings.readerUsername}:${settings.readerPassword}`) {
    throw new Failure("L02", "The user does not have the Management API privilege.");
  }
  throw new Failure("L01", "The user name or the password is wrong.");
};
