import type { ExecutionArgs, validate } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Context } from "../../schema/index.ts";
import type { AnalysedDocument, AnalysedOperation, Documents } from "./documents.ts";
import { resolveDocument, type TrustedDocuments } from "./trusted-documents.ts";

/** Where a request's document is kept while the request lasts. */
interface WithDocument {
  document?: AnalysedDocument;
}

/** The operation that is executed; null where its document has none of that name, which Yoga refuses. */
export function operationOf({
  contextValue,
  operationName,
}: Pick<ExecutionArgs, "contextValue" | "operationName">): AnalysedOperation | null {
  return documentOf(contextValue)?.operation(operationName) ?? null;
}

export function documentOf(context: unknown): AnalysedDocument | null {
  return (context as WithDocument).document ?? null;
}

/**
 * Finds a request's document, by its text or by its name among the trusted ones, and analyses it, once however often it is sent. Yoga's
 * own caches hold documents of any size, so that a caller could fill the memory with documents that it sends once each: they are off.
 */
export function analysedDocuments(
  documents: Documents,
  mode: "off" | "allow" | "require",
  trusted: TrustedDocuments,
): Plugin<Context> {
  return {
    onParams: ({ params, setParams }) => {
      const resolved = resolveDocument(params, mode, trusted, documents.idOf);
      if (resolved instanceof Error) throw resolved;
      setParams(resolved);
    },
    onParse: ({ context, setParseFn }) => {
      setParseFn((source: string) => {
        const document = documents.read(source);
        (context as WithDocument).document = document;
        return document.node;
      });
    },
    onValidate: ({ context, setValidationFn }) => {
      setValidationFn((() => documentOf(context)?.problems() ?? []) satisfies typeof validate);
    },
  };
}
