import { Kind, parse, visit } from "graphql";
import { errorCodes } from "../../src/model/errors.ts";
import { schema } from "./schema.ts";

/** Compares the error codes of mutations' answers with those in their descriptions: every answer of a test's gateway. */

interface Answered {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** "createTax: TIMEOUT" for each code that the mutation's description lacks; empty for a query. */
export function untoldCodes(document: string, { data, errors = [] }: Answered): readonly string[] {
  if (!/\bmutation\b/.test(document)) return [];
  const names = mutationsIn(document);
  const answers = Object.entries((data ?? {}) as Record<string, unknown>).map(
    ([alias, payload]) => [alias, codesIn(payload)] as const,
  );
  const failed = errors.flatMap(
    ({ path = [], extensions = {} }) => [[String(path[0] ?? ""), codeOf(extensions["code"])]] as const,
  );
  return [...answers, ...failed].flatMap(([alias, codes]) => {
    const name = names.get(alias);
    const description = name === undefined ? undefined : schema.getMutationType()?.getFields()[name]?.description;
    const told = new Set(/Error codes: ([A-Z_, ]+)\.$/.exec(description ?? "")?.[1]?.split(", "));
    return description === undefined ? [] : codes.filter((code) => !told.has(code)).map((code) => `${name}: ${code}`);
  });
}

/** The mutation fields of a document, by their names in the answer. */
function mutationsIn(document: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  try {
    visit(parse(document), {
      OperationDefinition: ({ operation, selectionSet }) => {
        if (operation !== "mutation") return false;
        for (const selection of selectionSet.selections) {
          if (selection.kind === Kind.FIELD) names.set(selection.alias?.value ?? selection.name.value, selection.name.value);
        }
        return false;
      },
    });
  } catch {
    // Not GraphQL: the gateway reports that itself.
  }
  return names;
}

/** The codes of a payload's own errors and of its results'; not those of an operation's steps, which may be older. */
function codesIn(payload: unknown): readonly string[] {
  if (typeof payload !== "object" || payload === null) return [];
  const { errors = [], results = [] } = payload as { readonly errors?: unknown; readonly results?: unknown };
  const own = Array.isArray(errors) ? errors.flatMap((error: { readonly code?: unknown }) => codeOf(error.code)) : [];
  return [...own, ...(Array.isArray(results) ? results.flatMap(codesIn) : [])];
}

function codeOf(code: unknown): readonly string[] {
  return errorCodes.filter((known) => known === code);
}
