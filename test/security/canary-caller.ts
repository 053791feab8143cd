import { keys, passwords, usernames, wrongKey } from "./canaries.ts";
import type { Asked } from "./canary-traffic.ts";
import type { Evidence } from "./encodings.ts";

/** The gateway's callers, who record all answers. */
export interface CanaryCaller {
  /**
   * Sends all at once, as a caller with all rights over the backends, and with `byClerks` also as one mapped to users with few
   * rights.
   */
  readonly askAll: (title: string, asked: readonly Asked[], byClerks?: boolean) => Promise<void>;
  /** For an answer to the operator; throws if it has errors. */
  readonly data: <Data>(asked: Omit<Asked, "title">) => Promise<Data>;
  /** Reads health, readiness and metrics. */
  readonly look: (title: string) => Promise<void>;
  /** Requests with wrong and malformed credentials, in all places where people put them. */
  readonly knock: () => Promise<void>;
  /** Follows all operations from now on. */
  readonly watch: () => Promise<AsyncDisposable & { readonly end: () => void }>;
  readonly answers: () => readonly Evidence[];
  readonly metrics: () => readonly Evidence[];
  /** Codes of errors and states of operations in the answers, e.g. "UNKNOWN". */
  readonly reached: () => ReadonlySet<string>;
}

type Headers = Readonly<Record<string, string>>;

export function callerOf(origin: string): CanaryCaller {
  const answers: Evidence[] = [];
  const metrics: Evidence[] = [];

  async function send(place: string, path: string, init: RequestInit): Promise<string> {
    const response = await fetch(`${origin}${path}`, { ...init, redirect: "manual" });
    const text = await response.text();
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    (path === "/metrics" ? metrics : answers).push({ place, text: `${response.status}\n${headers}\n\n${text}` });
    return text;
  }

  const bearer = (key: string): Headers => ({ authorization: `Bearer ${key}` });
  const post = (place: string, headers: Headers, { query, variables }: Omit<Asked, "title">): Promise<string> =>
    send(place, "/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query, variables, extensions: { cost: true } }),
    });

  async function look(title: string): Promise<void> {
    const headers = bearer(keys.operator);
    const paths = ["/health", "/ready", "/metrics"];
    await Promise.all(paths.map((path) => send(`${title}: ${path}`, path, { headers })));
  }

  async function data<Data>(asked: Omit<Asked, "title">): Promise<Data> {
    const text = await post("the operator", bearer(keys.operator), asked);
    const { data: found, errors } = JSON.parse(text) as { readonly data?: Data; readonly errors?: unknown };
    if (!found || errors) throw new Error(text);
    return found;
  }

  return {
    askAll: async (title, asked, byClerks = false) => {
      await Promise.all(
        asked.flatMap((each) => [
          post(`${title}: ${each.title}`, bearer(keys.backOffice), each),
          ...(byClerks ? [post(`${title}: ${each.title}, by the storefront`, bearer(keys.storefront), each)] : []),
        ]),
      );
    },
    data,
    look,
    knock: async () => {
      const wrong = [wrongKey, ...Object.values(keys).map((key) => `${key}x`), ...Object.values(passwords), keys.operator];
      for (const text of wrong) {
        for (const [name, value] of credentialsIn(text)) {
          await send(`a credential in ${name}`, "/graphql", { headers: { accept: "application/json", [name]: value } });
        }
        for (const path of ["/graphql", "/metrics", "/ready", "/console", `/${encodeURIComponent(text)}`]) {
          await send(`a credential in the address ${path}`, `${path}?key=${encodeURIComponent(text)}`, { headers: {} });
          await send(`a wrong credential at ${path}`, path, { headers: bearer(encodeURIComponent(text)) });
        }
        await post("a credential in the body", {}, { query: `{ viewer(key: ${JSON.stringify(text)}) { name } }` });
        await post("a credential in the variables", bearer(keys.operator), {
          query: "query ($search: String) { customers(first: 1, filter: { search: $search }) { nodes { id } } }",
          variables: { search: text, password: text },
        });
      }
    },
    watch: async () => {
      const ending = new AbortController();
      const query = "subscription { operationUpdated { id status steps { action error { message backendCode } } } }";
      const response = await fetch(`${origin}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "text/event-stream", ...bearer(keys.operator) },
        body: JSON.stringify({ query }),
        signal: ending.signal,
      });
      const reading = (async () => {
        for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
          answers.push({ place: "an event of operationUpdated", text });
        }
      })().catch(() => undefined);
      const end = (): void => ending.abort();
      return {
        end,
        [Symbol.asyncDispose]: async () => {
          end();
          await reading;
        },
      };
    },
    answers: () => answers,
    metrics: () => metrics,
    reached: () =>
      new Set(answers.flatMap(({ text }) => [...text.matchAll(/"(?:code|status)":"(\w+)"/g)].map(([, word = ""]) => word))),
  };
}

/** Headers that a credential may be put into, by people and by programs. Header values are bytes, so other letters are encoded. */
function credentialsIn(text: string): readonly (readonly [string, string])[] {
  const ascii = encodeURIComponent(text);
  const base64 = (value: string): string => Buffer.from(value, "utf8").toString("base64");
  return [
    ["authorization", `Bearer ${ascii}`],
    ["authorization", ascii],
    ["authorization", `Bearer ${ascii}, Bearer ${ascii}`],
    ["authorization", `Basic ${base64(`${usernames.pbx}:${text}`)}`],
    ["authorization", `Basic ${base64(text)}`],
    ["authorization", `Digest username="${ascii}"`],
    ["proxy-authorization", `Bearer ${ascii}`],
    ["x-api-key", ascii],
    ["cookie", `key=${ascii}`],
  ];
}
