import { inspect } from "node:util";
import {
  type GraphQLArgumentConfig,
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfig,
  GraphQLFloat,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  type GraphQLIsTypeOfFn,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLNullableType,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  type GraphQLType,
  GraphQLUnionType,
} from "graphql";
import { type Entity, hashOf, resolve, type World } from "./synthetic-world.ts";

/** A schema with every feature of GraphQL, and resolvers that do everything that resolvers can do. */

type Field = GraphQLFieldConfig<Entity | undefined, World>;
type Values = Record<string, GraphQLArgumentConfig>;

const required = <Type extends GraphQLNullableType>(type: Type) => new GraphQLNonNull(type);
const list = <Type extends GraphQLType>(type: Type) => new GraphQLList(type);
/** A member of its object. */
const member = (type: GraphQLOutputType): Field => ({ type });
const resolved = (type: GraphQLOutputType, args: Values = {}): Field => ({ type, args, resolve });

function even(value: unknown): number {
  if (typeof value !== "number" || value % 2 !== 0) throw new TypeError(`${inspect(value)} is not even`);
  return value;
}

const Even = new GraphQLScalarType<number, unknown>({
  name: "Even",
  coerceOutputValue: (value) => (value === 0 ? undefined : even(value)),
  coerceInputValue: even,
});
const Anything = new GraphQLScalarType<unknown, unknown>({ name: "Anything" });
const Color = new GraphQLEnumType({
  name: "Color",
  values: { RED: { value: { rgb: "f00" } }, GREEN: { value: 0 }, BLUE: { value: new Date(0) }, GREY: {} },
});

const Choice = new GraphQLInputObjectType({
  name: "Choice",
  isOneOf: true,
  fields: { number: { type: GraphQLInt }, text: { type: GraphQLString }, colors: { type: list(Color) } },
});
const Nested: GraphQLInputObjectType = new GraphQLInputObjectType({
  name: "Nested",
  fields: () => ({
    id: { type: required(GraphQLInt), default: { value: 7 } },
    name: { type: GraphQLString, default: { value: "nobody" } },
    cleared: { type: GraphQLString },
    tags: { type: list(required(GraphQLString)) },
    even: { type: Even },
    color: { type: Color, default: { value: "BLUE" } },
    matrix: { type: list(list(GraphQLInt)) },
    choice: { type: Choice },
    inner: { type: Nested },
  }),
});

const everyInput: Values = {
  int: { type: GraphQLInt, default: { value: 3 } },
  float: { type: GraphQLFloat },
  id: { type: GraphQLID },
  flag: { type: required(GraphQLBoolean), default: { value: true } },
  even: { type: Even },
  color: { type: Color, default: { value: "RED" } },
  anything: { type: Anything },
  nested: { type: Nested },
  several: { type: list(required(Nested)) },
  choice: { type: Choice },
};

const echo: Field = { type: GraphQLString, args: everyInput, resolve: (_, values) => inspect(values, { depth: 9 }) };
const demanding: Field = {
  type: required(GraphQLString),
  args: { number: { type: required(GraphQLInt) }, texts: { type: required(list(required(GraphQLString))) } },
  resolve: (_, values) => inspect(values),
};
/** Everything that a resolver receives. */
const where: Field = { type: GraphQLString, resolve: (_source, _values, _world, info) => describeInfo(info) };

/** Each member by name: the gateway makes some members on access, so a copy would lack them. */
function describeInfo(info: GraphQLResolveInfo): string {
  const { path, fieldNodes, parentType, returnType, fieldName, operation, fragments, variableValues, rootValue, schema } = info;
  const steps: unknown[] = [];
  for (let step: typeof path | undefined = path; step; step = step.prev) steps.push([step.key, step.typename]);
  const nodes = fieldNodes.map(({ name, alias, loc }) => [name.value, alias?.value, loc?.start]);
  const names = [operation.name?.value, Object.keys(fragments), schema.getQueryType()?.name];
  const is = [Object.keys(variableValues.sources), info.getAbortSignal()?.aborted, typeof info.getAsyncHelpers().promiseAll];
  return inspect([steps, nodes, fieldName, `${parentType}.${returnType}`, variableValues.coerced, rootValue, names, is], {
    depth: 9,
  });
}

/** Sometimes a promise, sometimes wrong, sometimes an exception. */
const isKind =
  (kind: string): GraphQLIsTypeOfFn<Entity, World> =>
  ({ key, kind: own }, world) => {
    const hash = hashOf(world, `${key} is ${kind}`);
    const answer = own === kind;
    if (world.oddity > 0 && hash % 61 === 0) throw new Error(`nobody knows what ${key} is`);
    if (world.oddity > 0 && hash % 47 === 0) return !answer;
    return hash % 3 === 0 ? Promise.resolve(answer) : answer;
  };

const wrongNames = [undefined, null, "Nobody", "Query", "Color", "Stone", 5];

const Being: GraphQLInterfaceType = new GraphQLInterfaceType({
  name: "Being",
  fields: () => ({ name: member(GraphQLString), self: member(Being), age: member(required(GraphQLInt)) }),
  resolveType: ({ key, kind }: Entity, world: World) => {
    const hash = hashOf(world, `${key} type`);
    if (world.oddity > 0 && hash % 53 === 0) throw new Error(`${key} has no type`);
    const name = world.oddity > 0 && hash % 31 === 0 ? wrongNames[hash % wrongNames.length] : kind;
    return (hash % 4 === 0 ? Promise.resolve(name) : name) as string;
  },
});
const Pet: GraphQLInterfaceType = new GraphQLInterfaceType({
  name: "Pet",
  interfaces: [Being],
  fields: () => ({ ...beingFields(), owner: resolved(Being) }),
});

const beingFields = (): Record<string, Field> => ({
  name: member(GraphQLString),
  self: member(Being),
  age: member(required(GraphQLInt)),
});
const thingFields = (): Record<string, Field> => ({
  id: resolved(required(GraphQLID)),
  text: member(required(GraphQLString)),
  maybe: member(GraphQLString),
  ratio: member(GraphQLFloat),
  flag: resolved(GraphQLBoolean),
  even: member(Even),
  mustBeEven: resolved(required(Even)),
  color: resolved(Color),
  colors: member(required(list(required(Color)))),
  anything: member(Anything),
  texts: member(list(GraphQLString)),
  numbers: resolved(list(required(GraphQLInt))),
  matrix: resolved(required(list(list(required(GraphQLInt))))),
  thing: resolved(Thing, { number: { type: GraphQLInt } }),
  sameThing: member(required(Thing)),
  things: resolved(required(list(required(Thing)))),
  maybeThings: member(list(Thing)),
  being: resolved(Being),
  beings: resolved(list(required(Being))),
  pet: member(required(Pet)),
  anyOf: resolved(AnyOf),
  anyOfThem: member(list(AnyOf)),
  echo,
  demanding,
  where,
});

const Thing: GraphQLObjectType = new GraphQLObjectType({ name: "Thing", fields: thingFields });
const Dog: GraphQLObjectType = new GraphQLObjectType({
  name: "Dog",
  interfaces: [Being, Pet],
  fields: () => ({ ...beingFields(), owner: resolved(Being), barks: member(GraphQLBoolean), toys: resolved(list(Thing)), where }),
  isTypeOf: isKind("Dog"),
});
const Cat: GraphQLObjectType = new GraphQLObjectType({
  name: "Cat",
  interfaces: [Being, Pet],
  fields: () => ({
    ...beingFields(),
    name: resolved(GraphQLString),
    owner: resolved(Being),
    lives: member(required(GraphQLInt)),
  }),
  isTypeOf: isKind("Cat"),
});
const Stone: GraphQLObjectType = new GraphQLObjectType({
  name: "Stone",
  fields: () => ({ weight: resolved(GraphQLFloat), under: member(AnyOf), echo }),
  isTypeOf: isKind("Stone"),
});
const AnyOf: GraphQLUnionType = new GraphQLUnionType({ name: "AnyOf", types: () => [Dog, Cat, Stone] });

export const syntheticSchema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: "Query", fields: () => ({ ...thingFields(), nothing: member(GraphQLString) }) }),
  mutation: new GraphQLObjectType({
    name: "Mutation",
    fields: () => ({
      set: resolved(Thing, everyInput),
      mustSet: resolved(required(Thing), { number: { type: required(GraphQLInt) } }),
      setText: resolved(GraphQLString),
      echo,
    }),
  }),
  types: [Dog, Cat],
});

/** Values of its scalars. */
export const syntheticValues: Readonly<Record<string, readonly unknown[]>> = {
  Int: [0, 1, -5, 2147483647],
  Float: [0, 1.5, -2e10, 3],
  String: ["", "text", 'quo"te\\', "ünï 日本", "__proto__"],
  ID: ["a", "5", 7],
  Boolean: [true, false],
  Even: [0, 2, 4, -6],
  Anything: [1, "x", true, [1, ["y"], null], { a: { b: [1] }, c: null }, null],
};
