import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

/** A token issuer that publishes its keys over HTTP on this machine. */

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: JWK;
}

export interface Issuer {
  readonly jwksUri: string;
  /** Publishes exactly these keys from now on. */
  readonly publish: (...keys: readonly SigningKey[]) => void;
  /** Answers with this instead of keys from now on. */
  readonly breakDown: (status: number, body: string) => void;
  /** Answers by itself from now on. */
  readonly answerBy: (answer: (response: ServerResponse) => void) => void;
  /** How often the keys have been fetched. */
  readonly asked: () => number;
  readonly close: () => Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  const fixed = (status: number, body: string) => (response: ServerResponse) => {
    response.writeHead(status, { "content-type": "application/json", connection: "close" }).end(body);
  };
  let answer = fixed(200, '{"keys":[]}');
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    jwksUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    publish: (...keys) => {
      answer = fixed(200, JSON.stringify({ keys: keys.map(({ publicKey }) => publicKey) }));
    },
    breakDown: (status, body) => {
      answer = fixed(status, body);
    },
    answerBy: (own) => {
      answer = own;
    },
    asked: () => asked,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export async function createKey(kid: string, algorithm = "ES256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { kid, algorithm, privateKey, publicKey: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: "sig" } };
}

export const issuerName = "https://id.example.com/";

/** Valid for a minute, unless `claims` set another time; undefined leaves a claim out. */
export function sign(
  { kid, algorithm, privateKey }: Omit<SigningKey, "kid"> & { readonly kid?: string | undefined },
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const usual = { iss: issuerName, aud: "billing", sub: "back-office", iat: now, exp: now + 60 };
  const payload = JSON.parse(JSON.stringify({ ...usual, ...claims })) as JWTPayload;
  return new SignJWT(payload)
    .setProtectedHeader(kid === undefined ? { alg: algorithm } : { alg: algorithm, kid })
    .sign(privateKey);
}
