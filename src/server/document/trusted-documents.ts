import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { GraphQLError } from "graphql";
import type { GraphQLParams } from "graphql-yoga";
import { packageRoot } from "../../package-root.ts";
import { refusal } from "../errors.ts";

/**
 * Trusted documents: a request names a document by the hash of its text instead of sending it. @graphql-yoga/plugin-persisted-operations
 * is not used: when only trusted documents may run, it refuses every text, even that of a trusted document, which this package's
 * client sends. And the ids are read here, so only a lookup would be left for it.
 */

/** Texts by id: "sha256:" and the lower-case hexadecimal hash of the text. */
export type TrustedDocuments = Readonly<Record<string, string>>;

/** Next to the schema. */
const manifest = new URL("schema/trusted-documents.json", packageRoot);

/** Reads the documents of schema/operations, which `npm run generate` lists. */
export function readTrustedDocuments(): TrustedDocuments {
  return JSON.parse(readFileSync(manifest, "utf8")) as TrustedDocuments;
}

interface NamingParameters extends GraphQLParams {
  readonly documentId?: unknown;
}

/**
 * Returns the parameters with the text of the document that they name, or the error that refuses them. A document is named as in
 * GraphQL over HTTP, appendix A (`documentId`), or as Apollo does it (`extensions.persistedQuery`). Apollo's error codes tell its
 * clients whether to send the text instead.
 */
export function resolveDocument(
  given: NamingParameters,
  mode: "off" | "allow" | "require",
  trusted: TrustedDocuments,
  hashOf: (text: string) => string = idOf,
): GraphQLParams | GraphQLError {
  const { documentId, ...parameters } = given;
  const { query } = parameters;
  const id = documentId ?? apolloId(parameters.extensions?.["persistedQuery"]);
  if (id !== undefined && (typeof id !== "string" || !/^sha256:[0-9a-f]{64}$/.test(id))) {
    return refusal('A document is named by documentId, "sha256:" and 64 hexadecimal digits, or by extensions.persistedQuery.');
  }
  if (typeof query === "string") {
    if (id === undefined && mode !== "require") return parameters;
    const own = hashOf(query);
    if (id !== undefined && id !== own) return refusal("The hash is not that of the document that was sent with it.");
    if (mode !== "require" || Object.hasOwn(trusted, own)) return parameters;
    return refusal("Only trusted documents run here (limits.trustedDocuments): send the hash of one, or add this one to them.");
  }
  // It has no text and no hash: Yoga says what is wrong.
  if (id === undefined) return parameters;
  // Apollo's clients and urql compare these two words with the message.
  const told = documentId === undefined ? apolloWords : words;
  if (mode === "off") return refusal(told.notSupported, "PERSISTED_QUERY_NOT_SUPPORTED");
  const text = Object.hasOwn(trusted, id) ? trusted[id] : undefined;
  if (text === undefined) return refusal(told.notFound, "PERSISTED_QUERY_NOT_FOUND");
  return { ...parameters, query: text };
}

const apolloWords = { notSupported: "PersistedQueryNotSupported", notFound: "PersistedQueryNotFound" } as const;
const words = {
  notSupported: "This gateway takes no hashes of documents (limits.trustedDocuments is off): send the text.",
  notFound: "No trusted document has this hash: send the text, or add the document to them.",
} as const;

function apolloId(extension: unknown): unknown {
  if (extension === undefined || extension === null) return undefined;
  const hash = typeof extension === "object" && "sha256Hash" in extension ? extension.sha256Hash : null;
  return typeof hash === "string" ? `sha256:${hash}` : null;
}

/** The id of a document among trusted ones. */
export function idOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
