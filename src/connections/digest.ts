import { createHash, randomBytes } from "node:crypto";
import type { Dispatcher } from "undici";
import type { Exchanged } from "./exchange.ts";

/** HTTP Digest (RFC 7616): a backend refuses a request, without carrying it out, to say how requests must be signed. */

export interface DigestLogin {
  readonly username: string;
  readonly password: string;
}

export interface Digest {
  /** Signs the request, once the backend has sent a challenge. */
  readonly signed: (request: Dispatcher.DispatchOptions, login: DigestLogin) => Dispatcher.DispatchOptions;
  /** Whether to send the refused request again: the backend sent its first challenge, or a new one. */
  readonly isChallenge: (answer: Exchanged, signedAs: number) => boolean;
  /** A number that changes with every challenge. */
  readonly version: () => number;
}

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: string | undefined;
  readonly hasQop: boolean;
}

export function createDigest(): Digest {
  let challenge: Challenge | null = null;
  let version = 0;
  let uses = 0;
  return {
    version: () => version,
    signed: (request, login) => {
      if (challenge === null) return request;
      uses += 1;
      const authorization = signature(request, login, challenge, uses, randomBytes(16).toString("hex"));
      return { ...request, headers: { ...(request.headers as Record<string, string>), authorization } };
    },
    isChallenge: ({ status, headers }, signedAs) => {
      if (status !== 401) return false;
      const told = challengeIn(headers["www-authenticate"]);
      if (told === null) return false;
      // Another request has received a new challenge meanwhile.
      if (signedAs !== version) return true;
      const isAnew = challenge === null || told.isStale;
      challenge = told;
      uses = 0;
      version += 1;
      return isAnew;
    },
  };
}

const hashes: Readonly<Record<string, string>> = { MD5: "md5", "SHA-256": "sha256", "SHA-512-256": "sha512-256" };

/** Returns the strongest supported challenge; null if there is none. */
export function challengeIn(header: string | string[] | undefined): (Challenge & { readonly isStale: boolean }) | null {
  const challenges = [header ?? []].flat().flatMap((line) => line.split(/(?:^|,)\s*(?=Digest\s)/i));
  const told = challenges.flatMap((text) => {
    if (!/^Digest\s/i.test(text)) return [];
    const parameters = new Map(
      Array.from(text.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g), ([, name = "", quoted, plain = ""]) => [
        name.toLowerCase(),
        quoted?.replace(/\\(.)/g, "$1") ?? plain,
      ]),
    );
    const [realm, nonce, algorithm] = ["realm", "nonce", "algorithm"].map((name) => parameters.get(name));
    const qop = parameters.get("qop");
    const isKnown = hashOf(algorithm) !== undefined && (qop === undefined || /(?:^|,|\s)auth(?:,|\s|$)/i.test(qop));
    if (realm === undefined || nonce === undefined || !isKnown) return [];
    const isStale = /^true$/i.test(parameters.get("stale") ?? "");
    return [{ realm, nonce, opaque: parameters.get("opaque"), algorithm, hasQop: qop !== undefined, isStale }];
  });
  const strength = Object.values(hashes);
  return (
    told.toSorted((a, b) => strength.indexOf(hashOf(b.algorithm) ?? "") - strength.indexOf(hashOf(a.algorithm) ?? ""))[0] ?? null
  );
}

function hashOf(algorithm = "MD5"): string | undefined {
  return hashes[algorithm.toUpperCase().replace(/-SESS$/, "")];
}

/** Computes the header Authorization (RFC 7616, 3.4). */
export function signature(
  { method, path }: Pick<Dispatcher.DispatchOptions, "method" | "path">,
  { username, password }: DigestLogin,
  { realm, nonce, opaque, algorithm, hasQop }: Challenge,
  uses: number,
  cnonce: string,
): string {
  const hash = (text: string): string =>
    createHash(hashOf(algorithm) ?? "md5")
      .update(text, "utf8")
      .digest("hex");
  const isSession = /-sess$/i.test(algorithm ?? "");
  const secret = hash(`${username}:${realm}:${password}`);
  const first = isSession ? hash(`${secret}:${nonce}:${cnonce}`) : secret;
  const second = hash(`${method}:${path}`);
  const count = uses.toString(16).padStart(8, "0");
  const response = hash([first, nonce, ...(hasQop ? [count, cnonce, "auth"] : []), second].join(":"));
  const quoted = { username, realm, nonce, uri: path, response, ...(opaque !== undefined && { opaque }) };
  const parts = Object.entries(quoted).map(([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&")}"`);
  if (algorithm !== undefined) parts.push(`algorithm=${algorithm}`);
  if (hasQop) parts.push("qop=auth", `nc=${count}`);
  if (hasQop || isSession) parts.push(`cnonce="${cnonce}"`);
  return `Digest ${parts.join(", ")}`;
}
