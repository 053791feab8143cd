import type { SandboxAnswer, SandboxRequest } from "../../src/sandbox/simulated.ts";
import { dump } from "./canaries.ts";

/** Answers of the worst servers. All of them say more than they should. Pure. */

type Answer = Omit<SandboxAnswer, "function">;

export interface Occasion {
  readonly request: SandboxRequest;
  /** The backend's regular answer. */
  readonly proper: SandboxAnswer;
  /** The credential that it received. */
  readonly username: string;
  readonly secret: string;
  /** The backend's own way to refuse an input: its code for that, a parameter's name, and words. */
  readonly refuse: (message: string, code?: string) => Answer;
}

const html = { "content-type": "text/html" };
const plain = { "content-type": "text/plain" };

/** How a server may write the credential that it was shown into a sentence. */
const spellings: Readonly<Record<string, (occasion: Occasion) => string>> = {
  "as it is": ({ secret }) => secret,
  "in capitals": ({ secret }) => secret.toUpperCase(),
  "percent-encoded": ({ secret }) => encodeURIComponent(secret),
  "as a form has it": ({ secret }) => new URLSearchParams({ p: secret }).toString().slice(2),
  "as JSON": ({ secret }) => JSON.stringify(secret).slice(1, -1),
  "in base64": ({ secret }) => Buffer.from(secret, "utf8").toString("base64"),
  "as its header has it": ({ request, secret }) => request.headers["authorization"] ?? secret,
  "in hex": ({ secret }) => Buffer.from(secret, "utf8").toString("hex"),
  "by the user's name": ({ username }) => username,
};

const quoting = Object.entries(spellings).map(([how, spell]) => [
  `a refusal that quotes the credential ${how}`,
  (occasion: Occasion) => occasion.refuse(`Sign in failed for ${spell(occasion)} today`),
]);

export const hostileAnswers: Readonly<Record<string, (occasion: Occasion) => Answer>> = {
  ...Object.fromEntries(quoting),
  "a refusal whose code is the credential": ({ refuse, secret }) =>
    refuse("Not today", `X${Buffer.from(secret, "utf8").toString("hex")}`),
  "a page that repeats the request": ({ request }) => ({
    status: 500,
    headers: html,
    body: `<html><h1>${dump}</h1><pre>${JSON.stringify(request)}</pre></html>`,
  }),
  "a stack trace": ({ request }) => ({
    status: 200,
    headers: plain,
    body: `TypeError: ${dump} of ${JSON.stringify(request)} is undefined\n    at ${dump} (/srv/${dump}.js:1:1)\n`,
  }),
  "a sign-in page": ({ secret }) => ({ status: 401, headers: html, body: `<input value='${secret}'> ${dump}` }),
  "a page that nothing is found": ({ request }) => ({ status: 404, headers: html, body: `${dump} ${request.body}` }),
  "a refusal that is a dump": ({ request, refuse }) => refuse(`${dump}: {${JSON.stringify(request)}}`),
  "JSON that breaks off": ({ proper }) => ({ ...proper, status: 200, body: `${proper.body.slice(0, -1)},"${dump}` }),
  "JSON of other types": ({ proper }) => ({
    ...proper,
    body: proper.body.replace(/:\s*(?:-?\d[\d.]*|"[\d.-]+")(?=[,}])/g, `:{"token":["${dump}"]}`),
  }),
  "a text for JSON": () => ({ status: 200, body: JSON.stringify(dump) }),
  "a list of dumps": () => ({ status: 200, body: JSON.stringify([{ [dump]: { id: dump } }, dump]) }),
  "a redirect that shows the credential": ({ username, secret }) => ({
    status: 302,
    headers: {
      location: `http://${username}:${encodeURIComponent(secret)}@127.0.0.1:9/${dump}`,
      "set-cookie": `session=${dump}`,
      "www-authenticate": `Basic realm="${dump}"`,
    },
    body: dump,
  }),
  "a request to wait that says for whom": ({ username }) => ({
    status: 429,
    headers: { ...plain, "retry-after": `${dump} ${username}` },
    body: dump,
  }),
};
