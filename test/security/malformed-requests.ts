import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { anyText } from "../support/texts.ts";
import { bodies } from "./malformed-bodies.ts";
import { documents } from "./malformed-documents.ts";
import type { Known } from "./malformed-values.ts";

/** HTTP requests with documents, and with anything else. */

export interface MalformedRequest {
  /** It carries a credential that the gateway knows. */
  readonly isKnown: boolean;
  readonly method: string;
  /** As the request line has it. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly encoding: "utf8" | "latin1" | "utf16le" | "gzip";
  /** Null: valid HTTP. Otherwise the change to the bytes before the body. */
  readonly damage: Damage | null;
}

export interface Damage {
  /** Share of the head's length, in thousandths. */
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

/** @param key an API key that is right */
export function requests(known: Known, key: string): fc.Arbitrary<MalformedRequest> {
  const document = documents(known);
  const body = bodies(document);
  const usual = fc.record({
    method: fc.constant("POST"),
    target: fc.constant("/graphql"),
    headers: fc.constantFrom([json], [json], [json, ["accept", "application/graphql-response+json"]] as Header[]),
    body,
    encoding: fc.constantFrom<MalformedRequest["encoding"][]>(...Array<"utf8">(40).fill("utf8"), "latin1", "utf16le", "gzip"),
  });
  const odd = fc.record({
    method: fc.constantFrom(...Array<string>(12).fill("POST"), ...Array<string>(8).fill("GET"), ...methods),
    target: fc.oneof(fc.constantFrom(...targets), pieces, document.map(addressOf)),
    headers: fc.uniqueArray(header, { maxLength: 4, selector: ([name]) => name }),
    body,
    encoding: fc.constantFrom<MalformedRequest["encoding"][]>("utf8", "utf8", "utf8", "utf8", "latin1"),
  });
  const credential = fc.oneof(
    { weight: 7, arbitrary: fc.constant({ isKnown: true, value: `Bearer ${key}` }) },
    { weight: 1, arbitrary: fc.constantFrom(null, ...wrong(key)).map((value) => ({ isKnown: false, value })) },
  );
  return fc
    .record({
      asked: fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: odd }),
      credential,
      damage: fc.oneof({ weight: 12, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: damage }),
    })
    .map(({ asked, credential: { isKnown, value }, damage: done }) => ({
      ...asked,
      isKnown,
      headers: value === null ? asked.headers : [...asked.headers, ["authorization", value] as const],
      damage: done,
    }));
}

/** Of the request's body. Bodies of GET and HEAD stay empty. */
export function bodyBytes({ method, body, encoding }: MalformedRequest): Buffer {
  if (method === "GET" || method === "HEAD") return Buffer.alloc(0);
  return encoding === "gzip" ? gzipSync(body) : Buffer.from(body, encoding);
}

type Header = readonly [string, string];

const json: Header = ["content-type", "application/json"];

const methods = ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "M-SEARCH"];

const targets = [
  "/graphql",
  "/graphql",
  "/graphql",
  "/graphql/",
  "/graphql?",
  "/graphql?query=%7B__typename%7D",
  "/graphql?query=%7B__typename%7D&query=mutation%7B__typename%7D",
  "/graphql?query=%7B__typename%7D&variables=%7B",
  "/graphql?query=%7B__typename%7D&extensions=1&operationName=",
  "/graphql?variables[__proto__][x]=1&query[]=1",
  "/graphql?query=%ff%fe%00",
  "/graphql?query=%",
  "/graphql/stream",
  "/GRAPHQL",
  "//graphql",
  "//evil.example/graphql",
  "/graphql%00",
  "/%67raphql",
  "/../graphql",
  "/..%2f..%2fetc/passwd",
  "/assets/../../package.json",
  "/assets/%2e%2e/x.js",
  "/assets/x.js",
  "/",
  "/health",
  "/ready",
  "/metrics",
  "/health/",
  "/metrics?x=%",
  "/favicon.ico",
  "/__proto__",
  "/constructor",
  "*",
  "http://other.example/graphql",
  "http://127.0.0.1:1/graphql",
  `/${"a".repeat(10_000)}`,
  `/graphql?query=${"%7B".repeat(2_000)}`,
];

/** Addresses of the parts by which readers of addresses tell host, path and query apart. */
const pieces = fc
  .array(
    fc.constantFrom(
      ...["/", "//", "\\", ":", "@", "[", "]", "%", "%2f", "%00", ".", "..", "?", "#", ";", "&", "=", "99999999", "a"],
      ...["runs", "result.csv", "graphql", "assets", "index.html", "__proto__"],
    ),
    { maxLength: 6, size: "max" },
  )
  .map((parts) => `/${parts.join("")}`);

function addressOf({ query, variables }: { readonly query: string; readonly variables: unknown }): string {
  const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  // Longer heads are refused by their length alone.
  return `/graphql?${parameters.toString().slice(0, 8_000)}`;
}

const wrong = (key: string): readonly string[] => [
  "Bearer",
  "Bearer ",
  "Basic",
  "Basic Og==",
  "Basic \xff",
  `Bearer ${key}x`,
  `Bearer ${key.toUpperCase()}`,
  `Bearer ${key}, Bearer ${key}`,
  `Digest ${key}`,
  key,
  `Bearer ${"x".repeat(4_000)}`,
  `Basic ${Buffer.from("a:b").toString("base64")}`,
  "Bearer eyJhbGciOiJub25lIn0.e30.",
];

const headerValues: Readonly<Record<string, readonly string[]>> = {
  "content-type": [
    "application/json; charset=utf-8",
    "application/json; charset=utf-16",
    'application/json; charset="',
    "application/json;;;;",
    "APPLICATION/JSON",
    "application/graphql",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
    "application/json, text/plain",
    "application/cbor",
    "/",
    "",
    "x".repeat(2_000),
  ],
  accept: [
    "*/*",
    "application/json",
    "application/graphql-response+json",
    "text/event-stream",
    "multipart/mixed",
    "text/html",
    "text/html, application/json",
    "application/json;q=0",
    "application/*",
    ",,;;q=",
    "\xff",
    "a/b,".repeat(500),
  ],
  "accept-encoding": ["gzip", "br;q=1", "identity;q=0", "*"],
  "content-encoding": ["gzip", "br", "identity", "x"],
  origin: ["null", "https://evil.example", "file://"],
  host: ["localhost", "evil.example", "127.0.0.1", "[::1]", "a b", "a/b", "x@y", "", "%00", "x".repeat(300)],
  expect: ["100-continue", "200-ok"],
  connection: ["close", "keep-alive", "upgrade", "authorization"],
  upgrade: ["websocket", "h2c"],
  "idempotency-key": ["k", "", "\xff", "k".repeat(3_000)],
  "x-request-id": ["r", "", "a b", "\xff", '"}{', "r".repeat(3_000)],
  traceparent: [
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0-0-0",
    "x",
    `00-${"0".repeat(32)}-${"0".repeat(16)}-01`,
  ],
  tracestate: ["a=1", "=,=,", "x".repeat(2_000)],
  "sec-fetch-mode": ["cors", "navigate", "no-cors"],
  "x-http-method-override": ["POST", "DELETE"],
  "x-forwarded-for": ["127.0.0.1", "'", "x".repeat(500)],
  "x-forwarded-host": ["evil.example"],
  cookie: ["a=b; __proto__=1", ";;;="],
  range: ["bytes=0-1", "bytes=-"],
  "if-none-match": ["*"],
  "last-event-id": ["1"],
  te: ["trailers"],
  __proto__: ["x"],
  constructor: ["x"],
};

const header: fc.Arbitrary<Header> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(json) },
  ...Object.entries(headerValues).map(([name, values]) => fc.constantFrom(...values).map((value): Header => [name, value])),
);

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat({ max: 999 }),
  removed: fc.nat({ max: 3 }),
  inserted: fc.oneof(
    fc.constantFrom(
      "",
      "\r\n",
      "\n",
      "\r",
      "\r\n\r\n",
      "\0",
      " ",
      ":",
      "\t",
      "\xff\xfe",
      "\r\ncontent-length: -1\r\n",
      "\r\ncontent-length: 1e3\r\n",
      "\r\ncontent-length: 5\r\ncontent-length: 6\r\n",
      "\r\ntransfer-encoding: chunked\r\n",
      "\r\ntransfer-encoding: gzip, chunked\r\n",
      "\r\n folded\r\n",
      `\r\nx: ${"x".repeat(20_000)}\r\n`,
      `\r\n${"x: y\r\n".repeat(2_500)}`,
      " HTTP/0.9\r\n",
      "HTTP/2.0",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ),
    anyText({ maxLength: 8 }),
  ),
});
