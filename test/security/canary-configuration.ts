import { stringify } from "yaml";
import type { BackendName } from "./canaries.ts";
import { clerks, digestOf, keys, passwords, receiverPassword, usernames } from "./canaries.ts";

/** The configuration of a gateway in which every credential is a canary, as an operator writes it. */

export interface Addresses {
  readonly backends: Readonly<Record<BackendName, string>>;
  /** For a backend whose answers are not HTTP. */
  readonly mangled: string;
  readonly store: string;
  /** Host and port. */
  readonly receiver: string;
}

export function canaryDocument({ backends, mangled, store, receiver }: Addresses) {
  const common = { timeoutMs: 2_000, concurrency: 40, retries: 1, circuit: { failures: 1_000_000, openMs: 100 } };
  const account = (key: BackendName) => ({
    ...common,
    url: backends[key],
    username: usernames[key],
    password: `\${${variableOf(key)}}`,
    users: { clerk: clerks[key] },
  });
  const hostedSuite = { kind: "hostedsuite", tenant: "acme", currency: "USD", timeZone: "America/New_York" };
  const enswitch = {
    kind: "enswitch",
    currency: "EUR",
    functions: { chargesDelete: true, taxesGet: true, taxesDelete: true },
    ...account("pbx"),
  };
  const v01 = { kind: "v01", accountId: 2001, currency: "USD", country: "US" };
  const clerk = Object.fromEntries(["pbx", "tokens", "suite", "offices", "recurring"].map((key) => [key, "clerk"]));
  const key = (name: string, text: string, scopes: readonly string[]) => ({
    name,
    sha256: digestOf(text),
    scopes,
    backends: ["*"],
  });
  return {
    server: { port: 0, debug: true },
    auth: {
      mode: "apiKeys",
      apiKeys: [
        key("back-office", keys.backOffice, ["read", "write", "raw"]),
        key("storefront", keys.storefront, ["read", "write"]),
        key("operator", keys.operator, ["admin"]),
      ],
      users: { storefront: clerk },
    },
    limits: { requestsPerMinute: 1_000_000 },
    store: { url: store },
    directory: { refreshMinutes: 0 },
    operations: { settleSeconds: 0.2, reconcileSeconds: [0.5, 3_600] },
    telemetry: { logLevel: "trace", metrics: true, otlpEndpoint: `http://gateway:${receiverPassword}@${receiver}` },
    backends: {
      pbx: enswitch,
      tokens: { ...enswitch, useTokens: true, parameters: "query" },
      suite: { ...hostedSuite, generation: "v2", ...account("suite") },
      offices: { ...hostedSuite, generation: "v3", ...account("offices") },
      recurring: { ...v01, ...account("recurring") },
      mangled: { ...v01, ...account("recurring"), url: mangled },
    },
  };
}

export type CanaryDocument = ReturnType<typeof canaryDocument>;

export const environment: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(passwords).map(([key, password]) => [variableOf(key), password]),
);

function variableOf(key: string): string {
  return `${key.toUpperCase()}_PASSWORD`;
}

/** Mistakes of an operator, beside secrets and in their place; the gateway starts with none of these. */
export function mistakes(document: CanaryDocument): Readonly<Record<string, string>> {
  const { pbx } = document.backends;
  const password = passwords.pbx;
  const withPbx = (changes: Readonly<Record<string, unknown>>): string =>
    stringify({ ...document, backends: { ...document.backends, pbx: { ...pbx, ...changes } } });
  return {
    "no YAML behind a password": `${stringify({ password })}  : [ "${password}\n`,
    "a tab and a tag": `backends:\n\tpbx: !secret ${password}\n`,
    "passwords where other things belong": withPbx({ password, kind: password, url: password, timeoutMs: password }),
    "a list of passwords": withPbx({ password: [password], users: { clerk: password } }),
    "an address with a password": withPbx({ url: `http://gateway:${encodeURIComponent(password)}@127.0.0.1/` }),
    "a variable that is not set, next to a password": withPbx({ password: `${password}\${NOT_SET}` }),
    "a key in place of its digest": stringify({
      ...document,
      auth: { ...document.auth, apiKeys: [{ name: "x", sha256: keys.operator, scopes: [keys.operator], backends: [password] }] },
    }),
    "a store that cannot be opened": stringify({ ...document, store: { url: `sqlite:/dev/null/x.db` } }),
  };
}
