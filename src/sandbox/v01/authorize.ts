import { createHash } from "node:crypto";
import type { SandboxRequest } from "../simulated.ts";
import { Failure } from "./failure.ts";
import type { V01Settings } from "./options.ts";

/**
 * Checks an Authorization header (section 2.2): HTTP Basic or Digest, and the Management API privilege, which the reader lacks.
 * Fails with L01 for missing or wrong credentials (A1), with L02 for the missing privilege.
 */
export const authorize = (request: SandboxRequest, settings: V01Settings): void => {
  const { username, password, readerUsername, readerPassword } = settings;
  const proves = settings.authentication === "digest" ? signedBy(request) : sentBy(request);
  if (proves(username, password)) return;
  if (proves(readerUsername, readerPassword)) {
    throw new Failure("L02", "The user does not have the Management API privilege.");
  }
  throw new Failure("L01", "The user name or the password is wrong.");
};

type Proof = (username: string, password: string) => boolean;

const sentBy = ({ headers }: SandboxRequest): Proof => {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(headers["authorization"] ?? "")?.[1] ?? "";
  const credentials = Buffer.from(encoded, "base64").toString("utf8");
  return (username, password) => credentials === `${username}:${password}`;
};

const nonce = "c2FuZGJveA==";
export const challenge = `Digest realm="api", qop="auth", algorithm=SHA-256, nonce="${nonce}", opaque="x"`;

const signedBy = ({ method, path, query, headers }: SandboxRequest): Proof => {
  const sent = headers["authorization"] ?? "";
  const part = (name: string): string => new RegExp(`[ ,]${name}="?([^",]*)`).exec(sent)?.[1] ?? "";
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
  const uri = query === "" ? path : `${path}?${query}`;
  return (username, password) =>
    sent.startsWith("Digest ") &&
    part("nonce") === nonce &&
    part("opaque") === "x" &&
    sent.includes(`uri="${uri}"`) &&
    part("response") ===
      hash(`${hash(`${username}:api:${password}`)}:${nonce}:${part("nc")}:${part("cnonce")}:auth:${hash(`${method}:${uri}`)}`);
};
