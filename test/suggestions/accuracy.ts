import { backendKeys, createWorld } from "../../src/sandbox/world.ts";
import type { Engine } from "../../src/store/engine.ts";
import { suggestionDatabase } from "../../src/suggestions/tables.ts";

/** Measures suggestions against the sandbox's own knowledge of which customers are one company. */

/** "<backend>:<name> = <backend>:<name>": within a backend of the sandbox, names are unique. */
export type NamedPair = string;

export function knownPairs(customers: number): ReadonlySet<NamedPair> {
  const world = createWorld({ customers });
  const named = backendKeys.flatMap((backend) =>
    world.knownTo(backend).map(({ number, name }) => ({ number, name: `${backend}:${name}` })),
  );
  const pairs = [...Map.groupBy(named, ({ number }) => number).values()].flatMap((same) =>
    same.flatMap(({ name: one }, index) => same.slice(index + 1).map(({ name: other }) => pairOfNames(one, other))),
  );
  return new Set(pairs);
}

export async function foundPairs(engine: Engine): Promise<ReadonlySet<NamedPair>> {
  const rows = await suggestionDatabase(engine)
    .selectFrom("link_suggestions")
    .innerJoin("directory_records as left", (join) =>
      join.on("left.type", "=", "Customer").onRef("left.backend", "=", "left_backend").onRef("left.id", "=", "left_id"),
    )
    .innerJoin("directory_records as right", (join) =>
      join.on("right.type", "=", "Customer").onRef("right.backend", "=", "right_backend").onRef("right.id", "=", "right_id"),
    )
    .select(["left_backend", "left.name as left_name", "right_backend", "right.name as right_name"])
    .execute();
  return new Set(
    rows.map((row) => pairOfNames(`${row.left_backend}:${row.left_name}`, `${row.right_backend}:${row.right_name}`)),
  );
}

function pairOfNames(one: string, other: string): NamedPair {
  return [one, other].sort().join(" = ");
}

export function accuracyOf(known: ReadonlySet<NamedPair>, found: ReadonlySet<NamedPair>) {
  const right = found.intersection(known).size;
  return { known: known.size, found: found.size, right, precision: right / found.size, recall: right / known.size };
}
