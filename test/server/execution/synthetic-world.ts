import { setImmediate as nextTurn } from "node:timers/promises";
import { inspect } from "node:util";
import {
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isListType,
  isObjectType,
  responsePathAsArray,
} from "graphql";
import { BillingError } from "../../../src/model/errors.ts";

/** The data behind the synthetic schema's resolvers: the same seed gives the same answers, in any order. */
export interface World {
  readonly seed: number;
  /** One in this many values is wrong; 0 = none. */
  readonly oddity: number;
  /** The calls of the resolvers. */
  readonly calls: string[];
}

/** An object of the synthetic schema. Its members are created on demand. */
export interface Entity {
  readonly key: string;
  readonly kind: string;
}

/** FNV-1a. */
export function hashOf(world: World, key: string): number {
  let hash = 2166136261 ^ world.seed;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 16777619);
  return (hash ^ (hash >>> 13)) >>> 0;
}

export const resolve: GraphQLFieldResolver<Entity | undefined, World> = (source, values, world, info) => {
  const asked = `${responsePathAsArray(info.path).join(".")} ${inspect(values, { depth: 9, sorted: true })}`;
  world.calls.push(asked);
  return makeValue(world, info.returnType, `${source?.key ?? ""}.${info.fieldName}${inspect(values, { depth: 9 })}`, info.schema);
};

type Types = { readonly getPossibleTypes: (type: never) => readonly GraphQLObjectType[] };

/** A value of the type, mostly: sometimes it comes later, sometimes it is something else. May throw. */
export function makeValue(world: World, type: GraphQLOutputType, key: string, types: Types): unknown {
  const hash = hashOf(world, key);
  const isOdd = world.oddity > 0 && hash % world.oddity === 0;
  const value = (): unknown => (isOdd ? oddValue(hash, key) : plainValue(world, type, key, types));
  switch ((hash >>> 8) % 8) {
    case 0:
      return Promise.resolve().then(value);
    case 1:
      return later((hash >>> 12) % 6, value);
    case 2:
      return thenable(() => later(1, value));
    case 3:
      return (hash >>> 12) % 3 === 0 ? nextTurn().then(value) : value();
    default:
      return value();
  }
}

type Settle = (value: unknown) => void;

/** A thenable that is not a promise. It does nothing until it is awaited. */
function thenable(start: () => Promise<unknown>): object {
  return Object.fromEntries([[Promise.prototype.then.name, (done: Settle, failed: Settle) => start().then(done, failed)]]);
}

async function later<Value>(turns: number, value: () => Value): Promise<Value> {
  for (let turn = 0; turn < turns; turn += 1) await null;
  return value();
}

function oddValue(hash: number, key: string): unknown {
  switch ((hash >>> 16) % 12) {
    case 0:
      return null;
    case 1:
      return undefined;
    case 2:
      return new Error(`returned by ${key}`);
    case 3:
      throw new GraphQLError(`known ${key}`, { extensions: { code: "KNOWN", key } });
    case 4:
      throw Object.assign(new Error(`extended ${key}`), { extensions: { code: "EXTENDED" } });
    case 5:
      throw `text ${key}`;
    case 6:
      throw null;
    case 7:
      throw new BillingError("UNAVAILABLE", `away ${key}`, { backend: "pbx" });
    case 8:
      return "neither a number nor a list";
    case 9:
      return 7;
    case 10:
      return Number.NaN;
    default:
      throw new TypeError(`thrown by ${key}`);
  }
}

function plainValue(world: World, type: GraphQLOutputType, key: string, types: Types): unknown {
  const hash = hashOf(world, `${key}!`);
  const nullable = getNullableType(type);
  if (nullable === type && world.oddity > 0 && hash % 9 === 0) return null;
  if (isListType(nullable)) return listOf(world, nullable.ofType, key, hash, types);
  if (isAbstractType(nullable)) {
    const possible = types.getPossibleTypes(nullable as never);
    return entity(world, possible[hash % possible.length] as GraphQLObjectType, key, types);
  }
  if (isObjectType(nullable)) return entity(world, nullable, key, types);
  if (isEnumType(nullable)) return nullable.getValues()[hash % nullable.getValues().length]?.value;
  return leafOf((nullable as GraphQLNamedType).name, hash, key);
}

function leafOf(name: string, hash: number, key: string): unknown {
  switch (name) {
    case "Int":
      return hash % 1000;
    case "Float":
      return hash / 7;
    case "Boolean":
      return hash % 2 === 0;
    case "Even":
      return (hash % 500) * 2;
    case "Anything":
      return { key, list: [hash % 5, null, { deep: true }] };
    default:
      return `${name} ${key}`.slice(0, 40);
  }
}

function listOf(world: World, item: GraphQLOutputType, key: string, hash: number, types: Types): unknown {
  const count = (hash >>> 4) % 4;
  const at = (index: number): unknown => {
    try {
      const value = makeValue(world, item, `${key}[${index}]`, types);
      return value instanceof Promise ? unwatched(value) : value;
    } catch (error) {
      return (hash >>> 6) % 2 === 0 ? unwatched(Promise.reject(error)) : (error ?? new Error("nothing"));
    }
  };
  const items = (): unknown[] => Array.from({ length: count }, (_, index) => at(index));
  switch ((hash >>> 9) % 9) {
    case 0:
      return new Map(items().entries()).values();
    case 1:
      // graphql-js does not watch promises that reject while it waits for the next item; that would end the process.
      return world.oddity === 0 ? asynchronously(items()) : items();
    case 2:
      return breaking(world, items(), key);
    default:
      return items();
  }
}

/** A promise that perhaps nobody awaits, since a list can end before it. */
function unwatched(promise: Promise<unknown>): Promise<unknown> {
  promise.catch(() => {});
  return promise;
}

async function* asynchronously(items: readonly unknown[]): AsyncGenerator<unknown> {
  for (const item of items) {
    await null;
    yield item;
  }
}

function* breaking(world: World, items: readonly unknown[], key: string): Generator<unknown> {
  for (const [index, item] of items.entries()) {
    if (world.oddity > 0 && index === 2) throw new Error(`the list ${key} breaks`);
    yield item;
  }
}

function entity(world: World, type: GraphQLObjectType, key: string, types: Types): Entity {
  const fields = type.getFields();
  const own = { key, kind: type.name };
  return new Proxy(own, {
    get: (target, name) => {
      if (name === "__typename") return hashOf(world, key) % 3 === 0 ? undefined : type.name;
      if (typeof name !== "string" || name in target || !fields[name]) return Reflect.get(target, name);
      const memberKey = `${key}.${name}`;
      const read = () => makeValue(world, fields[name]?.type as GraphQLOutputType, memberKey, types);
      return hashOf(world, memberKey) % 11 === 0 ? read : read();
    },
  });
}
