/**
 * Documents are texts. What their types say besides is how TypedDocumentNode and TypedDocumentString say it, so that clients and
 * functions which read the one read the other: TanStack Query's callers, urql, Apollo Client (through ./apollo), ResultOf and
 * VariablesOf of @graphql-typed-document-node/core.
 */

/** What a document's type says of its answer and its variables. Nothing of it is there at run time. */
export interface TypeDecoration<Data, Variables> {
  readonly __apiType?: (variables: Variables) => Data;
}

/** A document of this package: its text. */
export type TypedDocument<Data, Variables> = string & TypeDecoration<Data, Variables>;

/**
 * Whatever holds a document: a text, typed or not; a TypedDocumentString, as GraphQL Code Generator makes it; or a parsed document
 * (TypedDocumentNode), for which the client has to be given graphql's `print`.
 */
export type AnyDocument<Data, Variables> = string | TypeDecoration<Data, Variables>;

/** Under which hash the gateway knows the text of a document: of those that a front end uses. */
const hashes = new Map<string, string>();

/** A document of this package, whose hash the gateway knows. */
export function typedDocument<Data, Variables>(text: string, hash: string): TypedDocument<Data, Variables> {
  hashes.set(text, hash);
  return text;
}

/** The hash of a document that the gateway knows; null for documents made otherwise. */
export function hashOf(document: AnyDocument<unknown, never>): string | null {
  if (typeof document === "string") return hashes.get(document) ?? null;
  return (document as { readonly __meta__?: { readonly hash?: string } }).__meta__?.hash ?? null;
}

/** Prints a parsed document: `print` of graphql. */
export type PrintDocument = (document: never) => string;

/** The text that is sent. Throws a TypeError for a parsed document without `print`, and for what is no document. */
export function textOf(document: AnyDocument<unknown, never>, print?: PrintDocument): string {
  if (typeof document === "string") return document;
  if (Object.prototype.toString.call(document) === "[object String]") return String(document);
  if (!isParsed(document)) throw new TypeError("This is no document: neither a text nor a parsed one.");
  if (!print) throw new TypeError("A parsed document can only be sent by a client that was given `print`, e.g. that of graphql.");
  return print(document as never);
}

/** The name of a document's operation; "anonymous" for one without. */
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
