import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
  parse,
  validate,
} from "graphql";
import type { GraphQLParams, Plugin } from "graphql-yoga";
import { LRUCache } from "lru-cache";
import { once } from "../../model/memoised.ts";
import { packageRoot } from "../../package-root.ts";
import { maximumErrors, refusal } from "../errors.ts";
import { type Fragments, fragmentsOf, type OperationPlan, planOperation, walkFields } from "../execution/plan.ts";
import { stateOf } from "../state.ts";
import { type CostPlan, planCost, type Shape, type Structure, structureOf } from "./cost.ts";

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

/** The limits of one document; see limits in the configuration. */
export interface DocumentLimits {
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxDirectives: number;
}

/** A document and its analysis, shared by all requests that send it. What needs a valid document is computed on demand. */
export interface AnalysedDocument {
  readonly node: DocumentNode;
  /** Why the document is not executed; empty if it is. A document past a limit is not validated. */
  readonly problems: () => readonly GraphQLError[];
  /** The operation that a request names, or the only one; null if there is none. */
  readonly operation: (name: string | null | undefined) => AnalysedOperation | null;
}

export interface AnalysedOperation {
  readonly node: OperationDefinitionNode;
  readonly kind: OperationTypeNode;
  readonly name: string | null;
  readonly shape: Shape;
  readonly tokens: number;
  /** Unique among all operations of this process. */
  readonly key: string;
  /** How many fields of Query, Mutation or Subscription the operation selects, as it is written. */
  readonly rootFields: () => number;
  readonly cost: () => CostPlan;
  readonly plan: () => OperationPlan;
}

interface DocumentSettings {
  readonly schema: GraphQLSchema;
  readonly limits: DocumentLimits & { readonly maxPageSize: number };
  /** Whether introspection is allowed. */
  readonly introspection: boolean;
  /** The estimated size of all cached documents, in bytes. */
  readonly maxBytes?: number;
}

export interface Documents {
  /** Parses and analyses a text. Throws a GraphQLError if it is too long or not GraphQL. */
  readonly read: (text: string) => AnalysedDocument;
  /** The id of a document among trusted ones. */
  readonly idOf: (text: string) => string;
}

/** 64 MiB: room for about a thousand ordinary documents, or 50 of the largest that limits.maxTokens permits. */
const usualRoom = 64 * 1024 * 1024;
/** The share of the room for documents that came once. Most of them never come again, and each would be held for long. */
const shareForNew = 1 / 16;

/** Measured with graphql 17: 320 to 420 bytes for nodes, their locations and tokens; 120 for the plan and the rest. */
const bytesForToken = 420 + 160;
const bytesForCharacter = 2;

/**
 * Caches documents by their text; nothing else caches anything about a document. The least recently used document is evicted first,
 * so a caller that keeps sending new documents cannot fill the memory. Nor does it evict those in use: a document that came once has
 * a small room of its own, and moves when it comes again.
 */
export function createDocuments({ schema, limits, introspection, maxBytes = usualRoom }: DocumentSettings): Documents {
  interface Kept {
    readonly document: AnalysedDocument;
    readonly id: () => string;
  }
  const createRoom = (maxSize: number) =>
    new LRUCache<string, Kept>({
      maxSize,
      sizeCalculation: ({ document }, text) =>
        1 + (document.node.tokenCount ?? 0) * bytesForToken + text.length * bytesForCharacter,
    });
  const kept = createRoom(Math.ceil(maxBytes * (1 - shareForNew)));
  const cameOnce = createRoom(Math.ceil(maxBytes * shareForNew));
  let operations = 0;

  function analyse(text: string): AnalysedDocument {
    const node = parseWithin(text, limits);
    const fragments = fragmentsOf(node);
    const structure = structureOf(node, fragments);
    const analysed = node.definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? [analyseOperation(node, definition, structure, fragments)] : [],
    );
    return {
      node,
      problems: once(() => {
        const problems = structuralProblems(structure, limits, introspection);
        if (problems.length > 0) return problems;
        return validate(schema, node, undefined, { maxErrors: maximumErrors, hideSuggestions: true });
      }),
      operation: (name) => {
        if (name == null) return analysed.length === 1 ? (analysed[0] ?? null) : null;
        return analysed.find((each) => each.name === name) ?? null;
      },
    };
  }

  function analyseOperation(
    document: DocumentNode,
    node: OperationDefinitionNode,
    structure: Structure,
    fragments: Fragments,
  ): AnalysedOperation {
    operations += 1;
    return {
      node,
      kind: node.operation,
      name: node.name?.value ?? null,
      shape: structure.operations.get(node) ?? structure.largest,
      tokens: document.tokenCount ?? 0,
      key: String(operations),
      rootFields: once(() => {
        let count = 0;
        const field = (): void => {
          count += 1;
        };
        walkFields([node], { fragments, field });
        return count;
      }),
      cost: once(() => planCost({ schema, fragments }, node, limits.maxPageSize)),
      plan: once(() => planOperation(schema, document, node)),
    };
  }

  return {
    read: (text) => {
      const known = kept.get(text);
      if (known) return known.document;
      const again = cameOnce.get(text);
      if (again) {
        cameOnce.delete(text);
        kept.set(text, again);
        return again.document;
      }
      const document = analyse(text);
      const entry = { document, id: once(() => idOf(text)) };
      // Not kept if it is larger than the whole room.
      cameOnce.set(text, entry);
      if (!cameOnce.has(text)) kept.set(text, entry);
      return document;
    },
    idOf: (text) => (kept.get(text) ?? cameOnce.get(text))?.id() ?? idOf(text),
  };
}

/** Comments, blanks and the insides of names and strings are no tokens; this limits them. Ordinary documents have about 8 a token. */
const charactersForToken = 40;

function parseWithin(text: string, { maxTokens }: DocumentLimits): DocumentNode {
  const { length } = text;
  if (length > maxTokens * charactersForToken) {
    throw refusal(
      `The document has ${length} characters, more than ${charactersForToken} for each of limits.maxTokens ${maxTokens}; send values as variables.`,
    );
  }
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    if (error instanceof RangeError) throw refusal("The document nests too deeply to be read; ask for less at once.");
    if (!(error instanceof Error && /\d tokens\. Parsing aborted/.test(error.message))) throw error;
    throw refusal(`The document has more than limits.maxTokens ${maxTokens} tokens; ask for less at once.`);
  }
}

/** Only one of a document's operations is executed, but GraphiQL sends all operations of a tab. */
const maximumOperations = 20;

/** All limits that the document's structure exceeds, as errors; empty if none. */
function structuralProblems(structure: Structure, limits: DocumentLimits, introspection: boolean): readonly GraphQLError[] {
  const { operations, largest, directives, inputDepth, introspects } = structure;
  const problems = [
    introspects && !introspection
      ? "Introspection is switched off here (server.introspection); the schema comes with the package, as schema.graphql."
      : null,
    over("maxDepth", limits.maxDepth, largest.depth, "levels of fields; read deeper objects by their id"),
    over("maxDepth", limits.maxDepth, inputDepth, "levels of lists and objects in an argument; flatten it"),
    over("maxAliases", limits.maxAliases, largest.aliases, "aliases and repeated fields; send several requests"),
    over("maxDirectives", limits.maxDirectives, directives, "directives; use fewer"),
    operations.size > maximumOperations
      ? `The document has ${operations.size} operations, more than ${maximumOperations}; send only what is to be executed.`
      : null,
  ];
  return problems.filter((problem) => problem !== null).map((problem) => refusal(problem));
}

function over(limit: string, allowed: number, found: number, what: string): string | null {
  return found > allowed ? `The query has ${found} ${what}. At most ${allowed} are allowed (limits.${limit}).` : null;
}

/**
 * Finds a request's document, by its text or by its id among the trusted ones. It is analysed once, however often it is sent. Yoga's
 * own caches are off: they hold documents of any size, so a caller could fill the memory by sending each document once.
 */
export function analysedDocuments(documents: Documents, mode: "off" | "allow" | "require", trusted: TrustedDocuments): Plugin {
  return {
    onParams: ({ params, setParams }) => {
      const resolved = resolveDocument(params, mode, trusted, documents.idOf);
      if (resolved instanceof Error) throw resolved;
      setParams(resolved);
    },
    onParse: ({ context, setParseFn }) => {
      setParseFn((source: string) => {
        const state = stateOf(context);
        state.document = documents.read(source);
        state.operation = state.document.operation((context as unknown as WithParameters).params.operationName);
        return state.document.node;
      });
    },
    onValidate: ({ context, setValidationFn }) => {
      setValidationFn((() => stateOf(context).document?.problems() ?? []) satisfies typeof validate);
    },
  };
}

interface WithParameters {
  readonly params: GraphQLParams;
}
