/**
 * Documents are texts. Their types carry data and variables as TypedDocumentNode and TypedDocumentString do, so that clients and
 * functions that read one can read the other: TanStack Query's callers, urql, Apollo Client (through ./apollo), and ResultOf and
 * VariablesOf of @graphql-typed-document-node/core.
 */

/** The types of a document's data and variables. Does not exist at run time. */
export interface TypeDecoration<Data, Variables> {
  readonly __apiType?: (variables: Variables) => Data;
}

/** A document of this package: its text. */
export type TypedDocument<Data, Variables> = string & TypeDecoration<Data, Variables>;

/**
 * Anything that holds a document: a text, typed or not; a TypedDocumentString, as GraphQL Code Generator makes it; or a parsed
 * document (TypedDocumentNode), for which the client needs graphql's `print`.
 */
export type AnyDocument<Data, Variables> = string | TypeDecoration<Data, Variables>;

/** The gateway's hash of each document text that this front end uses. */
const hashes = new Map<string, string>();

/** Makes a document of this package, with the hash under which the gateway knows it. */
export function typedDocument<Data, Variables>(text: string, hash: string): TypedDocument<Data, Variables> {
  hashes.set(text, hash);
  return text;
}

/** The hash of a document of this package; null for any other. */
export function hashOf(document: AnyDocument<unknown, never>): string | null {
  if (typeof document === "string") return hashes.get(document) ?? null;
  return (document as { readonly __meta__?: { readonly hash?: string } }).__meta__?.hash ?? null;
}

/** Prints a parsed document, as `print` of graphql does. */
export type PrintDocument = (document: never) => string;

/** Returns the text to send. Throws a TypeError for a parsed document without `print`, and for anything that is no document. */
export function textOf(document: AnyDocument<unknown, never>, print?: PrintDocument): string {
  if (typeof document === "string") return document;
  if (Object.prototype.toString.call(document) === "[object String]") return String(document);
  if (!isParsed(document)) throw new TypeError("This is not a GraphQL document: give a text or a parsed document.");
  if (!print) throw new TypeError("A parsed document can only be sent by a client that was given `print`, e.g. that of graphql.");
  return print(document as never);
}

/** The name of a document's operation, or "anonymous". */
export function operationName(document: AnyDocument<unknown, never>): string {
  if (isParsed(document)) {
    return document.definitions.find(({ kind }) => kind === "OperationDefinition")?.name?.value ?? "anonymous";
  }
  const [, name] = /(?:^|[}\n])\s*(?:query|mutation|subscription)\s+([_A-Za-z]\w*)/.exec(textOf(document)) ?? [];
  return name ?? "anonymous";
}

interface ParsedDocument {
  readonly definitions: readonly { readonly kind: string; readonly name?: { readonly value: string } }[];
}

function isParsed(document: unknown): document is ParsedDocument {
  return typeof document === "object" && document !== null && "definitions" in document && Array.isArray(document.definitions);
}
