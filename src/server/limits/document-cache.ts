import type { DocumentNode } from "graphql";

/** What Yoga's cache of parsed documents asks for. */
export interface DocumentCache {
  readonly get: (text: string) => DocumentNode | undefined;
  readonly set: (text: string, document: DocumentNode) => void;
}

/** Room for some thousand ordinary documents, or 70 of the largest that limits.maxTokens lets pass. */
export const documentCacheBytes = 64 * 1024 * 1024;

/** Measured with graphql 17: nodes, their places in the text and the tokens that these refer to. */
const bytesForToken = 420;
const bytesForCharacter = 2;

/**
 * Parsed documents by their text; the one that was not asked for longest goes first. Yoga's own cache holds 1024 documents of any
 * size, so that a caller could fill the memory with documents that it sends once each.
 * @param maxBytes of all documents together, estimated
 */
export function createDocumentCache(maxBytes: number): DocumentCache {
  // A Map gives its entries in the order in which they were set.
  const documents = new Map<string, DocumentNode>();
  let bytes = 0;
  const remove = (text: string): void => {
    const document = documents.get(text);
    if (document && documents.delete(text)) bytes -= sizeOf(text, document);
  };
  return {
    get: (text) => {
      const document = documents.get(text);
      if (document && documents.delete(text)) documents.set(text, document);
      return document;
    },
    set: (text, document) => {
      remove(text);
      documents.set(text, document);
      bytes += sizeOf(text, document);
      for (const oldest of documents.keys()) {
        if (bytes <= maxBytes) break;
        remove(oldest);
      }
    },
  };
}

function sizeOf(text: string, { tokenCount = 0 }: DocumentNode): number {
  return tokenCount * bytesForToken + text.length * bytesForCharacter;
}

/** Texts that cannot be parsed are not worth keeping. */
export const noErrorCache = { get: () => undefined, set: () => {} } as const;
