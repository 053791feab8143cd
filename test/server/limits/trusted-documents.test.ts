import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BackendsDocument, createGatewayClient } from "../../../src/client/index.ts";
import { type LimitedGateway, startLimitedGateway } from "./gateway.ts";

const manifest = new URL("../../../schema/trusted-documents.json", import.meta.url);
const trusted = Object.entries(JSON.parse(readFileSync(manifest, "utf8")) as Record<string, string>);
const [id = "", text = ""] = trusted.find(([, each]) => /\bquery Backends\b/.test(each)) ?? [];
const idOf = (query: string): string => `sha256:${createHash("sha256").update(query).digest("hex")}`;
const apollo = (documentId: string) => ({ persistedQuery: { version: 1, sha256Hash: documentId.replace("sha256:", "") } });

const unknown = idOf("{ backends { key } }");
const notFound = {
  status: 400,
  errors: [{ message: "PersistedQueryNotFound", extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } }],
};
const invalid = { status: 400, errors: [{ extensions: { code: "INVALID_INPUT", retryable: false } }] };
const backends = { status: 200, data: { backends: expect.arrayContaining([expect.objectContaining({ key: "pbx" })]) } };

function gatewayWith(trustedDocuments: string, limits: Readonly<Record<string, unknown>> = {}): () => LimitedGateway {
  let gateway: LimitedGateway | undefined;
  beforeAll(async () => {
    gateway = await startLimitedGateway({ limits: { ...limits, trustedDocuments } });
  });
  afterAll(async () => gateway?.close());
  return () => {
    if (!gateway) throw new Error("The gateway has not started.");
    return gateway;
  };
}

describe.each(["allow", "require"])("trusted documents, %s", (mode) => {
  const gateway = gatewayWith(mode);

  it("run by their hash, in both request forms", async () => {
    expect(await gateway().post({ documentId: id })).toMatchObject(backends);
    expect(await gateway().post({ extensions: apollo(id) })).toMatchObject(backends);
  });

  it("run by their text, with and without their hash", async () => {
    expect(await gateway().post({ query: text })).toMatchObject(backends);
    expect(await gateway().post({ query: text, extensions: apollo(id) })).toMatchObject(backends);
    expect(await gateway().post({ query: text, documentId: id })).toMatchObject(backends);
  });

  it("run with a GET", async () => {
    const url = `${gateway().url}?extensions=${encodeURIComponent(JSON.stringify(apollo(id)))}`;
    const response = await fetch(url, { headers: { accept: "application/json" } });
    expect(await response.json()).toMatchObject({ data: backends.data });
  });

  it("are not found by another hash", async () => {
    expect(await gateway().post({ documentId: unknown })).toMatchObject({
      errors: [
        {
          message: expect.stringMatching(/^No trusted document has this hash/),
          extensions: { code: "PERSISTED_QUERY_NOT_FOUND" },
        },
      ],
    });
    expect(await gateway().post({ extensions: apollo(unknown) })).toMatchObject(notFound);
    expect(await gateway().post({ documentId: "sha256:constructor" })).toMatchObject(invalid);
  });

  it.each([
    ["a hash of another text", { query: "{ __typename }", documentId: id }],
    ["a number", { documentId: 7 }],
    ["capital letters", { documentId: id.toUpperCase() }],
    ["an extension without a hash", { extensions: { persistedQuery: { version: 1 } } }],
    ["an extension that is a text", { extensions: { persistedQuery: id } }],
  ])("are refused with %s", async (_, body) => {
    expect(await gateway().post(body)).toMatchObject(invalid);
  });

  it("are what the client sends, as text and as hash", async () => {
    for (const documents of ["text", "hash"] as const) {
      const client = createGatewayClient({ url: gateway().url, documents });
      expect((await client.request(BackendsDocument)).backends.length).toBeGreaterThan(0);
    }
  });

  it("are counted like any other document", async () => {
    const [charges = ""] = trusted.find(([, each]) => /\bquery Charges\b/.test(each)) ?? [];
    const customerIds = Array.from({ length: 600 }, String);
    const answer = await gateway().post({ documentId: charges, variables: { customerIds } });
    expect(answer).toMatchObject({ status: 400, errors: [{ message: expect.stringContaining("maxComplexity") }] });
  });
});

describe("trusted documents, require", () => {
  const gateway = gatewayWith("require");

  it.each([
    ["a text of one's own", "{ backends { key } }"],
    ["introspection", getIntrospectionQuery()],
    ["a blank more", `${text} `],
  ])("refuse %s", async (_, query) => {
    const answer = await gateway().post({ query });
    expect(answer).toMatchObject(invalid);
    expect(answer.errors?.[0]?.message).toMatch(/^Only trusted documents run here/);
    expect(await gateway().post({ query, extensions: apollo(idOf(query)) })).toMatchObject(invalid);
  });
});

describe("trusted documents, allow", () => {
  const gateway = gatewayWith("allow");

  it("allow every other text too", async () => {
    expect(await gateway().post({ query: "{ __typename }" })).toMatchObject({ status: 200, data: { __typename: "Query" } });
  });

  it("let Apollo Client send the text of a document that is not among them", async () => {
    const sent: object[] = [];
    const link = new PersistedQueryLink({ sha256: (query) => idOf(query).replace("sha256:", "") }).concat(
      new HttpLink({
        uri: gateway().url,
        fetch: (input, init) => {
          sent.push(JSON.parse(String(init?.body)) as object);
          return fetch(input, init);
        },
      }),
    );
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const { data } = await client.query({ query: gql("query Own { backends { key } }") });
    expect(data).toMatchObject({ backends: expect.arrayContaining([expect.objectContaining({ key: "pbx" })]) });
    expect(sent.map((body) => "query" in body)).toEqual([false, true]);
    client.stop();
  });
});

describe("trusted documents, off", () => {
  const gateway = gatewayWith("off");

  it("do not exist: Apollo's clients are told to send texts", async () => {
    const expected = (message: string) => ({ errors: [{ message, extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" } }] });
    expect(await gateway().post({ extensions: apollo(id) })).toMatchObject(expected("PersistedQueryNotSupported"));
    const told = "This gateway takes no hashes of documents (limits.trustedDocuments is off): send the text.";
    expect(await gateway().post({ documentId: id })).toMatchObject(expected(told));
    expect(await gateway().post({ query: text, extensions: apollo(id) })).toMatchObject(backends);
  });
});

describe("every trusted document", () => {
  const gateway = gatewayWith("require");

  // A subscription's answer is a stream.
  const answered = trusted.filter(([, each]) => !each.startsWith("subscription"));

  it.each(answered.map(([hash, each]) => [/\b(?:query|mutation) (\w+)/.exec(each)?.[1] ?? hash, hash]))(
    "%s is known and valid",
    async (_, documentId) => {
      const { errors = [] } = await gateway().post({ documentId });
      // Without their variables they cannot run; that is their only error.
      expect(errors.filter(({ message }) => !/of required type|was not provided/.test(message))).toEqual([]);
    },
  );
});
