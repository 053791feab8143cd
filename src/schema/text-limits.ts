import {
  defaultFieldResolver,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
} from "graphql";
import { invalidInput } from "../model/errors.ts";
import { longestText } from "../model/limits.ts";

/** Refuses what is longer than model/limits.ts allows. */

/** Items of a list. The estimate of a query limits what they cost together (server/document/cost.ts). */
const mostItems = 1_000;

/** Throws INVALID_INPUT with the path of the value that is too long. */
type Check = (value: unknown, path: readonly string[]) => void;

/** Makes every field that takes texts or lists check their lengths before its resolver runs. Changes the schema that it is given. */
export function limitTexts(schema: GraphQLSchema): GraphQLSchema {
  const ofType = new Map<string, Check>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const checks = field.args.flatMap(({ name, type: given }) => {
        const check = checkOf(name, given, ofType);
        return check ? [[name, check] as const] : [];
      });
      if (checks.length === 0) continue;
      const checked =
        <Rest extends readonly unknown[], Result>(
          resolve: (source: unknown, values: Record<string, unknown>, ...rest: Rest) => Result,
        ) =>
        (source: unknown, values: Record<string, unknown>, ...rest: Rest): Result => {
          for (const [name, check] of checks) check(values[name], [name]);
          return resolve(source, values, ...rest);
        };
      if (field.subscribe) field.subscribe = checked(field.subscribe);
      else field.resolve = checked(field.resolve ?? defaultFieldResolver);
    }
  }
  return schema;
}

/** Null if nothing in it can be too long. */
function checkOf(name: string, given: GraphQLInputType, ofType: Map<string, Check>): Check | null {
  const type = getNullableType(given);
  if (isListType(type)) {
    const check = checkOf(name, type.ofType, ofType);
    return (value, path) => {
      if (!Array.isArray(value)) return;
      if (value.length > mostItems) throw invalidInput(path, `may have at most ${mostItems} items`);
      if (check) for (const [index, item] of value.entries()) check(item, [...path, String(index)]);
    };
  }
  if (isInputObjectType(type)) return checkOfObject(type.name, () => Object.values(type.getFields()), ofType);
  if (type.name !== "String" && type.name !== "ID") return null;
  const maximum = longestText(name);
  return (value, path) => {
    if (typeof value === "string" && value.length > maximum) throw invalidInput(path, `may have at most ${maximum} characters`);
  };
}

type Fields = () => readonly { readonly name: string; readonly type: GraphQLInputType }[];

function checkOfObject(name: string, fields: Fields, ofType: Map<string, Check>): Check {
  const known = ofType.get(name);
  if (known) return known;
  let checks: readonly (readonly [string, Check])[] | null = null;
  // Made on first use, because input types may contain themselves.
  const check: Check = (value, path) => {
    if (typeof value !== "object" || value === null) return;
    checks ??= fields().flatMap((field) => {
      const inside = checkOf(field.name, field.type, ofType);
      return inside ? [[field.name, inside] as const] : [];
    });
    const members = value as Readonly<Record<string, unknown>>;
    for (const [member, inside] of checks) inside(members[member], [...path, member]);
  };
  ofType.set(name, check);
  return check;
}
