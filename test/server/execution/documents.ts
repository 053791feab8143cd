import {
  doTypesOverlap,
  GraphQLBoolean,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  GraphQLNonNull,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  print,
  SchemaMetaFieldDef,
  valueToLiteral,
} from "graphql";

/** A whole number from 0 up to, but not including, the count. */
export type Choose = (count: number) => number;

/** The schema and the settings for making documents. */
export interface Source {
  readonly schema: GraphQLSchema;
  /** Values of the scalars, by scalar name. */
  readonly values: Readonly<Record<string, readonly unknown[]>>;
  /** Maximum nesting of fields. */
  readonly depth: number;
}

export interface Generated {
  readonly text: string;
  readonly operationName?: string;
  /** Variables of several requests with the same document. */
  readonly variables: readonly Readonly<Record<string, unknown>>[];
}

interface Variable {
  readonly name: string;
  readonly definition: string;
  readonly values: readonly { readonly value?: unknown }[];
}

const requests = 2;

/** A random walk through the schema as a document; mostly valid. */
export function generateDocument({ schema, values, depth: deepest }: Source, choose: Choose): Generated {
  const variables: Variable[] = [];
  const fragments: { readonly name: string; readonly on: GraphQLCompositeType; readonly text: string }[] = [];
  const asked = new Map<GraphQLField<unknown, unknown>, string[]>();
  const composites = Object.values(schema.getTypeMap()).filter((type) => isCompositeType(type) && !type.name.startsWith("__"));
  const oneIn = (count: number): boolean => choose(count) === 0;
  const pick = <Value>(from: readonly Value[]): Value => from[choose(from.length)] as Value;
  const times = <Value>(count: number, make: () => Value): Value[] => Array.from({ length: count }, make);

  /** As JSON variables. */
  function json(type: GraphQLInputType, depth: number): unknown {
    if (isNonNullType(type)) return json(type.ofType, depth);
    if (isListType(type)) return oneIn(5) ? json(type.ofType, depth) : times(choose(3), () => jsonOrNull(type.ofType, depth));
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (!isInputObjectType(type)) return pick(values[type.name] ?? [null]);
    const fields = Object.values(type.getFields());
    if (type.isOneOf) {
      const field = pick(fields);
      return { [field.name]: json(field.type, depth) };
    }
    const chosen = fields.filter((field) => isRequiredInputField(field) || (depth > 0 && oneIn(3)));
    return Object.fromEntries(chosen.map((field) => [field.name, jsonOrNull(field.type, depth - 1)]));
  }

  function jsonOrNull(type: GraphQLInputType, depth: number): unknown {
    return !isNonNullType(type) && oneIn(5) ? null : json(type, depth);
  }

  /** As GraphQL literals, with variables in them. */
  function literal(type: GraphQLInputType, depth: number): string {
    if (oneIn(4)) return variable(type);
    if (isNonNullType(type)) return literal(type.ofType, depth);
    if (oneIn(8)) return "null";
    if (isListType(type)) {
      return oneIn(5) ? literal(type.ofType, depth) : `[${times(choose(3), () => literal(type.ofType, depth)).join()}]`;
    }
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (!isInputObjectType(type)) return asLiteral(pick(values[type.name] ?? [null]), type);
    const fields = Object.values(type.getFields());
    const chosen = type.isOneOf
      ? [pick(fields)]
      : fields.filter((field) => isRequiredInputField(field) || (depth > 0 && oneIn(3)));
    return `{${chosen.map((field) => `${field.name}: ${literal(field.type, depth - 1)}`).join(" ")}}`;
  }

  function variable(type: GraphQLInputType): string {
    const name = `v${variables.length}`;
    const given = oneIn(3) ? asLiteral(json(type, 1), type) : null;
    const declared = given !== null && isNonNullType(type) && oneIn(2) ? type.ofType : type;
    const mayMiss = !isNonNullType(declared) || given !== null;
    const value = (): { readonly value?: unknown } => {
      if (mayMiss && oneIn(4)) return {};
      if (oneIn(60)) return { value: { wrong: [] } };
      return { value: jsonOrNull(declared, 2) };
    };
    variables.push({
      name,
      definition: `$${name}: ${declared}${given === null ? "" : ` = ${given}`}`,
      values: times(requests, value),
    });
    return `$${name}`;
  }

  function condition(): string {
    if (!oneIn(9)) return "";
    const value = oneIn(3) ? pick(["true", "false"]) : variable(aBoolean);
    return ` @${pick(["skip", "include"])}(if: ${value})`;
  }

  /** Alias, name and arguments. Some are repeated, so that selections are merged. */
  function head(field: GraphQLField<unknown, unknown>): string {
    const before = asked.get(field) ?? [];
    if (before.length > 0 && oneIn(2)) return pick(before);
    const chosen = field.args.filter((each) => isRequiredArgument(each) || oneIn(3));
    const given = chosen.map((each) => `${each.name}: ${literal(each.type, 2)}`).join(" ");
    const alias = given === "" ? (oneIn(4) ? `x_${field.name}: ` : "") : `a${asked.size}_${before.length}: `;
    const text = `${alias}${field.name}${given === "" ? "" : `(${given})`}`;
    asked.set(field, [...before, text]);
    return text;
  }

  function field(type: GraphQLCompositeType, depth: number): string {
    if (isUnionType(type) || oneIn(12)) return `__typename${condition()}`;
    const fields = Object.values(type.getFields()).filter((each) => depth > 0 || isLeafType(getNamedType(each.type)));
    if (fields.length === 0) return "__typename";
    return fieldText(pick(fields), depth);
  }

  function fieldText(chosen: GraphQLField<unknown, unknown>, depth: number): string {
    const named: GraphQLNamedType = getNamedType(chosen.type);
    return `${head(chosen)}${condition()}${isCompositeType(named) ? ` {${selections(named, depth - 1)}}` : ""}`;
  }

  function fragment(type: GraphQLCompositeType, depth: number): string {
    const fitting = composites.filter((each): each is GraphQLCompositeType => doTypesOverlap(schema, type, each as never));
    const known = fragments.filter(({ on }) => fitting.includes(on));
    if (known.length > 0 && oneIn(3)) return `...${pick(known).name}${condition()}`;
    const on = fitting.length > 0 ? pick(fitting) : type;
    if (oneIn(6)) return `...${condition()} {${selections(type, depth - 1)}}`;
    if (!oneIn(3)) return `... on ${on}${condition()} {${selections(on, depth - 1)}}`;
    const text = selections(on, depth - 1);
    const name = `F${fragments.length}`;
    fragments.push({ name, on, text });
    return `...${name}${condition()}`;
  }

  function selections(type: GraphQLCompositeType, depth: number): string {
    return times(1 + choose(depth > 0 ? 4 : 2), () =>
      depth > 0 && (isUnionType(type) || oneIn(4)) ? fragment(type, depth) : field(type, depth),
    ).join(" ");
  }

  const mutation = schema.getMutationType();
  const isMutation = mutation && oneIn(4);
  const root = (isMutation ? mutation : schema.getQueryType()) as GraphQLCompositeType;
  const meta = !isMutation && oneIn(20) ? ` ${fieldText(SchemaMetaFieldDef as never, 3)}` : "";
  const body = `{${selections(root, deepest)}${meta}}`;
  const definitions = variables.map(({ definition }) => definition).join(" ");
  const others = oneIn(6);
  const text = [
    `${isMutation ? "mutation" : "query"} Main${definitions && `(${definitions})`} ${body}`,
    ...(others ? ["query Other { __typename }"] : []),
    ...fragments.map(({ name, on, text: inside }) => `fragment ${name} on ${on} {${inside}}`),
  ].join("\n");
  const valuesOf = (request: number): Record<string, unknown> =>
    Object.fromEntries(
      variables.flatMap(({ name, values: all }) => {
        const given = all[request];
        return given && "value" in given ? [[name, given.value]] : [];
      }),
    );
  return {
    text,
    ...(others && { operationName: "Main" }),
    variables: Array.from({ length: requests }, (_, index) => valuesOf(index)),
  };
}

const aBoolean = new GraphQLNonNull(GraphQLBoolean);

function asLiteral(value: unknown, type: GraphQLInputType): string {
  const node = valueToLiteral(value, type);
  return node ? print(node) : "null";
}
