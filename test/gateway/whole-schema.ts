import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from "graphql";
import { schema } from "../support/schema.ts";

/** For tests that walk the whole schema: every field of an answer, and everything in an answer that can be read. */

/**
 * All fields of a type, or selected leaves, nested to this depth. Each field has its own alias, since fields of other types have
 * the same name.
 */
export function everythingOf(type: GraphQLNamedType, depth: number, isWanted?: (leaf: string) => boolean): string {
  if (isLeafType(type)) return "";
  if (depth === 0) return "{ __typename }";
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type as GraphQLObjectType];
  const fragments = possible.map((object) => {
    const fields = Object.values(object.getFields()).filter(
      ({ name, type: of, args }) =>
        !args.some(isRequiredArgument) && (!isWanted || (isLeafType(getNamedType(of)) ? isWanted(name) : depth > 1)),
    );
    const selected = fields.map(
      ({ name, type: of }) => `${object.name}_${name}: ${name} ${everythingOf(getNamedType(of), depth - 1, isWanted)}`,
    );
    return `... on ${object.name} { __typename ${selected.join(" ")} }`;
  });
  return `{ __typename ${fragments.join(" ")} }`;
}

/**
 * A document for each member of the type that a field of Query returns, or of the items of its list: a failure in one removes
 * nothing of the others.
 */
export function askingForEachOf(name: string, depth: number): readonly string[] {
  const type = answerOf("Query", name);
  const items = type.getFields()["nodes"];
  const object = items === undefined ? type : (getNamedType(items.type) as GraphQLObjectType);
  return Object.values(object.getFields())
    .filter(({ args }) => !args.some(isRequiredArgument))
    .map((member) => {
      const own = `${object.name}_${member.name}: ${member.name} ${everythingOf(getNamedType(member.type), depth - 1)}`;
      const page = `${type.name}_pageInfo: pageInfo ${everythingOf(schema.getType("PageInfo") as GraphQLNamedType, 1)}`;
      return asking("Query", name, items === undefined ? `{ ${own} }` : `{ ${page} nodes { ${own} } }`);
    });
}

function answerOf(root: "Query" | "Mutation" | "Subscription", name: string): GraphQLObjectType {
  const object = schema.getType(root);
  const field = isObjectType(object) ? object.getFields()[name] : undefined;
  if (!field) throw new Error(`There is no ${root}.${name}.`);
  return getNamedType(field.type) as GraphQLObjectType;
}

/** A document that asks a field of Query, Mutation or Subscription for everything. */
export function askingFor(
  root: "Query" | "Mutation" | "Subscription",
  name: string,
  depth: number,
  isWanted?: (leaf: string) => boolean,
): string {
  return asking(root, name, everythingOf(answerOf(root, name), depth, isWanted));
}

function asking(root: "Query" | "Mutation" | "Subscription", name: string, selection: string): string {
  const object = schema.getType(root);
  const field = isObjectType(object) ? object.getFields()[name] : undefined;
  if (!field) throw new Error(`There is no ${root}.${name}.`);
  const declared = field.args.map((argument) => `$${argument.name}: ${argument.type}`);
  const given = field.args.map((argument) => `${argument.name}: $${argument.name}`);
  const head = declared.length === 0 ? "" : `(${declared.join(", ")})`;
  const call = given.length === 0 ? name : `${name}(${given.join(", ")})`;
  return `${root.toLowerCase()} ${head} { ${call} ${selection} }`;
}

export function fieldsOf(root: "Query" | "Mutation" | "Subscription"): readonly string[] {
  const object = schema.getType(root);
  return isObjectType(object) ? Object.keys(object.getFields()) : [];
}

/** The texts of an answer, with the decoded contents of cursors and ids. */
export function readable(answer: unknown): readonly string[] {
  if (typeof answer === "string") return [answer, Buffer.from(answer, "base64url").toString("utf8")];
  if (typeof answer !== "object" || answer === null) return [];
  return Object.values(answer).flatMap(readable);
}

/** Where a connection continues; null after its last page, and for what is no connection. */
export function nextPageOf(answer: unknown): string | null {
  const members = Object.entries(typeof answer === "object" && answer !== null ? answer : {});
  const [, page] = members.find(([name]) => name.endsWith("_pageInfo")) ?? [];
  const { PageInfo_hasNextPage: isMore, PageInfo_endCursor: end } = (page ?? {}) as Record<string, unknown>;
  return isMore === true && typeof end === "string" ? end : null;
}
