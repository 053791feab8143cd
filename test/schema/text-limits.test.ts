import { type GraphQLField, type GraphQLInputType, getNullableType, isInputObjectType, isListType, isObjectType } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BillingError } from "../../src/model/errors.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { schema } from "../support/schema.ts";

/** A place that takes a text or a list, and a value that has `made` there and nothing else. */
interface Place {
  readonly path: readonly string[];
  readonly kind: "text" | "list";
  readonly value: (made: unknown) => unknown;
}

function placesOf(
  name: string,
  given: GraphQLInputType,
  path: readonly string[],
  seen: readonly string[] = [],
): readonly Place[] {
  const type = getNullableType(given);
  if (isListType(type)) {
    const inside = placesOf(name, type.ofType, [...path, "0"], seen);
    return [
      { path, kind: "list", value: (made) => made },
      ...inside.map((each) => ({ ...each, value: (made: unknown) => [each.value(made)] })),
    ];
  }
  if (isInputObjectType(type)) {
    if (seen.includes(type.name)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      placesOf(field.name, field.type, [...path, field.name], [...seen, type.name]).map((each) => ({
        ...each,
        value: (made: unknown) => ({ [field.name]: each.value(made) }),
      })),
    );
  }
  return ["String", "ID"].includes(type.name) ? [{ path, kind: "text", value: (made) => made }] : [];
}

const places = Object.values(schema.getTypeMap()).flatMap((type) => {
  if (!isObjectType(type) || type.name.startsWith("__")) return [];
  return Object.values(type.getFields()).flatMap((field) =>
    field.args.flatMap((argument) =>
      placesOf(argument.name, argument.type, [argument.name]).map((place) => ({
        name: `${type.name}.${field.name}(${place.path.join(".")}) as a ${place.kind}`,
        place,
        field: field as GraphQLField<unknown, unknown>,
      })),
    ),
  );
});

/** The field's validation error of a value. Later failures do not matter: the context is empty. */
function refusalOf({ field, place }: (typeof places)[number], made: unknown): unknown {
  try {
    const [argument = ""] = place.path;
    const run = (field.subscribe ?? field.resolve) as (...given: unknown[]) => unknown;
    const result = run({}, { [argument]: place.value(made) }, {}, {});
    if (result instanceof Promise) result.catch(() => undefined);
    return null;
  } catch (error) {
    return error;
  }
}

describe("what is too long is refused", () => {
  it("at every place that takes a text or a list", () => expect(places.length).toBeGreaterThan(150));

  it.each(places)("$name", (each) => {
    const tooMuch = each.place.kind === "text" ? "x".repeat(64_001) : Array.from({ length: 1_001 }, () => "x");
    const error = refusalOf(each, tooMuch);
    expect(error).toBeInstanceOf(BillingError);
    expect(error).toMatchObject({ code: "INVALID_INPUT", field: each.place.path });
    expect((error as BillingError).message).toMatch(/: may have at most \d+ (characters|items)$/);
    const enough = each.place.kind === "text" ? "x".repeat(200) : Array.from({ length: 1_000 }, () => null);
    expect((refusalOf(each, enough) as { message?: string } | null)?.message ?? "").not.toMatch(/at most/);
  });
});

describe("a text of 40 KB", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ sandbox: { customers: 3 } });
  });
  afterAll(async () => gateway?.close());

  it.each([
    ["query ($text: String!) { customers(filter: { search: $text }) { nodes { id } } }", ["filter", "search"]],
    ["query ($text: String!) { accounts(search: $text) { nodes { id } } }", ["search"]],
    ["query ($text: String!) { operations(filter: { mutation: $text }) { nodes { id } } }", ["filter", "mutation"]],
    ['query ($text: String!) { customerByBackendId(backend: "pbx", backendId: $text) { id } }', ["backendId"]],
    [
      'mutation ($text: String!) { createCustomer(input: { backends: ["pbx"], name: $text }) { operation { status } } }',
      ["input", "name"],
    ],
  ])("is refused before anything is called: %s", async (query, field) => {
    const answer = await gateway.send(query, { text: "x".repeat(40_000) });
    expect(answer.errors).toMatchObject([{ extensions: { code: "INVALID_INPUT", field, retryable: false } }]);
    expect(Object.values(gateway.callsSince()).flat()).toEqual([]);
  });
});
