import { globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { buildSchema, type ExecutionArgs, type ExecutionResult, execute, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { depth, seed } from "../../support/sample.ts";
import { createExecutor, isValid } from "./compare.ts";
import { type Choose, generateDocument } from "./documents.ts";
import { syntheticSchema, syntheticValues } from "./synthetic-schema.ts";
import type { World } from "./synthetic-world.ts";

const schema = buildSchema(
  "type Query { now: Query later: Query items: [Query!]! } type Mutation { first: Int second: Int third: Int }",
);

/** Resolvers that record their start, and end when the test says so. */
function held() {
  const begun: string[] = [];
  const open: (() => void)[] = [];
  const later = (name: string, value: unknown) => (): Promise<unknown> => {
    begun.push(name);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    open.push(() => resolve(value));
    return promise;
  };
  const now = (name: string, value: unknown) => (): unknown => {
    begun.push(name);
    return value;
  };
  const release = (): void => {
    for (const each of open.splice(0)) each();
  };
  return { begun, later, now, release };
}

async function turns(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

const gone = new Error("nobody waits any more");

describe("an execution that is aborted", () => {
  it("rejects at once with the signal's reason, and begins no further resolver", async () => {
    const { begun, later, now, release } = held();
    const abort = new AbortController();
    const rootValue = { later: later("later", { now: now("below", null), later: later("below, later", null) }) };
    const document = parse("{ later { now { now { __typename } } later { __typename } } }");
    const answer = createExecutor()({ schema, document, rootValue, abortSignal: abort.signal });
    abort.abort(gone);
    await expect(answer).rejects.toBe(gone);
    release();
    await turns();
    expect(begun).toEqual(["later"]);
  });

  it("calls no resolver if it was aborted before", async () => {
    const { begun, now } = held();
    const given = { schema, document: parse("{ now { __typename } }"), rootValue: { now: now("now", {}) } };
    await expect(createExecutor()({ ...given, abortSignal: AbortSignal.abort(gone) })).rejects.toBe(gone);
    expect(begun).toEqual([]);
  });

  it("calls no further resolver if one of them aborts while nothing is pending", async () => {
    const { begun, now } = held();
    const abort = new AbortController();
    const rootValue = {
      items: () => {
        abort.abort(gone);
        return [{ now: now("item", null) }, { now: now("item", null) }];
      },
      now: now("another", null),
    };
    const document = parse("{ items { now { __typename } } now { __typename } }");
    await expect(createExecutor()({ schema, document, rootValue, abortSignal: abort.signal })).rejects.toBe(gone);
    expect(begun).toEqual([]);
  });

  it("executes no further field of a mutation", async () => {
    const { begun, later, release } = held();
    const abort = new AbortController();
    const rootValue = { first: later("first", 1), second: later("second", 2), third: later("third", 3) };
    const document = parse("mutation { first second third }");
    const answer = createExecutor()({ schema, document, rootValue, abortSignal: abort.signal });
    release();
    await turns();
    expect(begun).toEqual(["first", "second"]);
    abort.abort(gone);
    await expect(answer).rejects.toBe(gone);
    release();
    await turns();
    expect(begun).toEqual(["first", "second"]);
  });

  it("leaves no listener on the signal, whatever the end", async () => {
    const { later, release } = held();
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const counted = new Proxy(signal, {
      get: (target, name) => {
        if (name === "addEventListener") return (_: string, listener: unknown) => void listeners.add(listener);
        if (name === "removeEventListener") return (_: string, listener: unknown) => void listeners.delete(listener);
        return Reflect.get(target, name, target);
      },
    });
    const given = { schema, document: parse("{ later { __typename } }"), rootValue: { later: later("later", null) } };
    const answer = createExecutor()({ ...given, abortSignal: counted });
    expect(listeners.size).toBe(1);
    release();
    expect(await answer).toEqual({ data: { later: null } });
    expect(listeners.size).toBe(0);
  });

  it("at any moment either answers normally or rejects, and starts nothing afterwards", { timeout: 120_000 }, () =>
    fc.assert(
      fc.asyncProperty(fc.gen(), fc.nat({ max: 40 }), async (generate, moment) => {
        const choose: Choose = (count) => generate(fc.nat, { max: count - 1 });
        const source = { schema: syntheticSchema, values: syntheticValues, depth: 4 };
        const { text, operationName, variables } = generateDocument(source, choose);
        const document = parse(text);
        fc.pre(isValid({ schema: syntheticSchema, document }));
        const drawn = choose(1_000_000);
        const world = (): World => ({ seed: drawn, oddity: 7, calls: [] });
        const given = (contextValue: World): ExecutionArgs => ({
          schema: syntheticSchema,
          document,
          operationName,
          variableValues: variables[0],
          contextValue,
        });
        const expected = (await execute(given(world()))) as ExecutionResult;
        const abort = new AbortController();
        const watched = world();
        const answer = createExecutor()({ ...given(watched), abortSignal: abort.signal });
        fc.pre(answer !== null);
        const settled = Promise.resolve(answer).then(
          ({ data }) => JSON.stringify(data ?? null),
          (reason: unknown) => reason,
        );
        for (let turn = 0; turn < moment; turn += 1) await null;
        abort.abort(gone);
        const { length } = watched.calls;
        const outcome = await settled;
        if (outcome !== gone) expect(outcome).toBe(JSON.stringify(expected.data ?? null));
        await turns();
        expect(watched.calls).toHaveLength(length);
      }),
      { numRuns: 300 * depth, seed },
    ),
  );
});

describe("the README of the executor", () => {
  const folder = new URL("../../../src/server/execution/", import.meta.url);
  const readme = readFileSync(new URL("README.md", folder), "utf8");

  it("fits on one screen, and names what is imported from inside graphql", () => {
    const sources = globSync("*.ts", { cwd: folder.pathname }).map((file) => readFileSync(new URL(file, folder), "utf8"));
    const inside = sources.flatMap((text) => [...text.matchAll(/from "(graphql\/[^"]+)"/g)].map(([, name]) => name));
    expect([...new Set(inside)]).toEqual([...readme.matchAll(/^- `(graphql\/[^`]+)`/gm)].map(([, name]) => name));
    expect(readme.split("\n").length).toBeLessThan(50);
  });

  it("is about the installed version of graphql", () => {
    const { devDependencies } = JSON.parse(readFileSync(new URL("../../../package.json", folder), "utf8"));
    const installed = JSON.parse(readFileSync(new URL("../../../node_modules/graphql/package.json", folder), "utf8"));
    expect(devDependencies.graphql).toBe(installed.version);
  });
});
