import type { validate } from "graphql";
import type { GraphQLParams, Plugin } from "graphql-yoga";
import { stateOf } from "../state.ts";
import type { Documents } from "./documents.ts";
import { resolveDocument, type TrustedDocuments } from "./trusted-documents.ts";

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
