import { createHash } from "node:crypto";
import type { Secret } from "./encodings.ts";

/** Texts that must stay where they are. They occur nowhere else, so one found anywhere is a leak. */

/** A text for a name, always the same. */
function markOf(name: string): string {
  return `Kq7${createHash("sha256").update(name).digest("base64url").replace(/[-_]/g, "").slice(0, 17)}`;
}

/** A password whose letters every encoding writes in its own way. */
function passwordOf(name: string): string {
  return `p+/"ä%& ${markOf(name)}`;
}

const backends = ["pbx", "suite", "offices", "recurring"] as const;
export type BackendName = (typeof backends)[number];

function ofEach(make: (backend: BackendName) => string): Readonly<Record<BackendName, string>> {
  return { pbx: make("pbx"), suite: make("suite"), offices: make("offices"), recurring: make("recurring") };
}

export const usernames = ofEach((backend) => `user-${markOf(`user of ${backend}`)}`);
export const passwords = ofEach((backend) => passwordOf(`password of ${backend}`));

/** Users with fewer rights, who are there in every sandbox; v01's is an option of it. */
export const clerks = {
  pbx: { username: "operator", password: "sandbox-operator" },
  suite: { username: "reader", password: "sandbox-reader" },
  offices: { username: "reader", password: "sandbox-reader" },
  recurring: { username: `clerk-${markOf("clerk of recurring")}`, password: passwordOf("password of recurring's clerk") },
} as const;

export const keys = {
  backOffice: `bgw_${markOf("key of back-office")}`,
  storefront: `bgw_${markOf("key of storefront")}`,
  operator: `bgw_${markOf("key of operator")}`,
};

export const digestOf = (key: string): string => createHash("sha256").update(key).digest("hex");

/** Not a key of anybody. */
export const wrongKey = `bgw_${markOf("wrong key")}`;

/** In the address of a database that is not there. */
export const storePassword = markOf("password of the store");
export const receiverPassword = markOf("password of the receiver of traces");

/** Texts in backends' answers: pages, dumps, headers, and private columns of records. */
export const dump = markOf("body of an answer");
export const privateColumn = markOf("private column");

/** Texts that a caller sends: stored in the journal and sent to the backend, as intended, but written nowhere else. */
export const sent = {
  text: markOf("text of a mutation"),
  search: markOf("search of a query"),
  literal: markOf("literal in a document"),
};

const mark = (name: string, text: string): Secret => ({ name, text: /Kq7\w+/.exec(text)?.[0] ?? text });

/** Those that the gateway shows to backends. */
export const backendSecrets: readonly Secret[] = [
  ...backends.flatMap((key) => [mark(`${key}'s user`, usernames[key]), mark(`${key}'s password`, passwords[key])]),
  mark("the password of pbx's clerk", clerks.pbx.password),
  mark("the password of HostedSuite's clerks", clerks.suite.password),
  mark("recurring's clerk", clerks.recurring.username),
  mark("the password of recurring's clerk", clerks.recurring.password),
];

export const credentials: readonly Secret[] = [
  ...backendSecrets,
  ...Object.entries(keys).flatMap(([name, key]) => [
    mark(`the key of ${name}`, key),
    { name: `the digest of the key of ${name}`, text: digestOf(key) },
  ]),
  mark("a wrong key", wrongKey),
  mark("the store's password", storePassword),
  mark("the receiver's password", receiverPassword),
];

export const bodies: readonly Secret[] = [mark("a body", dump), mark("a private column", privateColumn)];

export const inputs: readonly Secret[] = Object.entries(sent).map(([name, text]) => mark(`a caller's ${name}`, text));
