import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { startGatewayOf, type TestGateway } from "../../support/gateway.ts";
import { patience } from "../../support/patience.ts";
import type { Report } from "./oracle.ts";
import { askSearch, searchFor } from "./searching.ts";
import type { Simulator } from "./simulator.ts";
import { type Draw, drawLine, drawPerson, type Line, type Person } from "./world.ts";

/** The directory of a gateway that is restarted, over records that others change: its feed of changes, and what its search finds. */

type Gateway = Pick<TestGateway, "send" | "data" | "directory" | "close">;

export interface FollowedScene {
  readonly key: string;
  readonly simulator: Simulator;
  readonly section: Readonly<Record<string, unknown>>;
  readonly draw: Draw;
  readonly report: Report;
}

interface Change {
  readonly kind: string;
  readonly nodeId: string;
}
interface ChangePage {
  readonly nodes: readonly Change[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

const rounds = 3;
const mostPages = 1_000;
/** A change that is read as this text. */
const textOf = ({ kind, nodeId }: Change): string => `${kind} ${nodeId}`;

/** Changes records some rounds long, and reads the feed on from its last cursor, before or after a restart. */
export async function followChanges({ key, simulator, section, draw, report }: FollowedScene): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "world-"));
  const start = (): Promise<Gateway> =>
    startGatewayOf(
      { [key]: section },
      {
        store: `sqlite:${join(folder, "gateway.db")}`,
        directory: { refreshMinutes: 0.001, charges: true },
        limits: { maxBackendCalls: 100_000, maxComplexity: 1_000_000 },
      },
    );
  let gateway = await start();
  try {
    await untilRefreshed(gateway, key);
    const all: string[] = [];
    let cursor = await readChanges(gateway, null, 50, (change) => report(`${key}: ${change} before any change`));
    const beginning = cursor;
    await askSearch({ gateway, key, people: simulator.people(), draw, report }, 4);
    for (let round = 0; round < rounds; round += 1) {
      const ids = new Map(await idsIn(gateway, simulator));
      const changed = changeRecords(simulator, draw);
      const isDown = draw.chance(0.5);
      if (isDown) {
        await gateway.close();
        gateway = await start();
      }
      await untilRefreshed(gateway, key);
      for (const [name, id] of await idsIn(gateway, simulator)) ids.set(name, id);
      const came: string[] = [];
      cursor = await readChanges(gateway, cursor, draw.pick([1, 2, 20]), (change) => came.push(change));
      const wanted = changed.wanted.map(([kind, name]) => `${kind} ${ids.get(name)}`);
      const told = came.filter((change) => wanted.includes(change) || !changed.mayAlsoChange.some((kind) => isOf(change, kind)));
      if (told.toSorted().join() !== wanted.toSorted().join())
        report(
          `${key}, round ${round}${isDown ? ", restarted" : ""}: told ${told.map(readable).join()}, wanted ${wanted.map(readable).join()}`,
        );
      all.push(...came);
      const people = simulator.people();
      for (const text of changed.texts) await searchFor({ gateway, key, people, draw, report }, text);
    }
    await gateway.close();
    gateway = await start();
    const again: string[] = [];
    await readChanges(gateway, beginning, 200, (change) => again.push(change));
    if (again.join() !== all.join()) report(`${key}: read again: ${again.map(readable).join()}, not ${all.map(readable).join()}`);
  } finally {
    await gateway.close();
    rmSync(folder, { recursive: true });
  }
}

/** With the backend's own ids, which global ids hide. */
function readable(change: string): string {
  const [kind, id = ""] = change.split(" ");
  return `${kind} ${Buffer.from(id, "base64url").toString("utf8")}`;
}

const isOf = (change: string, [kind, type]: readonly [string, string]): boolean => readable(change).startsWith(`${kind} ${type}`);

/** Waits for reads of all records that began after now. HostedSuite v2 has no taxes. */
async function untilRefreshed({ directory: { sources } }: Gateway, key: string): Promise<void> {
  const before = new Map((await sources.all()).map(({ type, generation }) => [type, generation]));
  const isRead = async (): Promise<void> => {
    const states = await sources.all();
    const read = states.filter(({ type, generation, startedAt, refreshedAt }) => {
      const further = generation - (before.get(type) ?? -1);
      // The read that was in progress does not count.
      return refreshedAt !== null && (further > 2 || (further === 2 && startedAt === null));
    });
    expect(read.length, JSON.stringify(states)).toBe(key === "suite" ? 2 : 3);
  };
  await vi.waitFor(isRead, patience);
}

/** Reads on to the end. @returns the cursor to continue with */
async function readChanges(
  gateway: Gateway,
  cursor: string | null,
  first: number,
  tell: (change: string) => void,
): Promise<string | null> {
  let after = cursor;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const { nodes, pageInfo } = (
      await gateway.data(
        `query ($first: Int, $after: String) { changes(first: $first, after: $after) { nodes { kind nodeId } pageInfo { hasNextPage endCursor } } }`,
        { first, after },
      )
    ).changes as ChangePage;
    for (const change of nodes) tell(textOf(change));
    after = pageInfo.endCursor;
    if (!pageInfo.hasNextPage) return after;
  }
  throw new Error("the feed does not end");
}

/** Global ids by "person …" and "line …". */
async function idsIn(gateway: Gateway, simulator: Simulator): Promise<readonly (readonly [string, string])[]> {
  const page = "nodes { id backendId } pageInfo { hasNextPage }";
  interface Listed {
    readonly nodes: readonly { readonly id: string; readonly backendId: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean };
  }
  const customers = (await gateway.data(`{ customers(first: 200) { ${page} } }`)).customers as Listed;
  const known = new Set(simulator.people().map(({ backendId }) => backendId));
  const ids = customers.nodes.filter(({ backendId }) => known.has(backendId)).map(({ id }) => id);
  const all = customers.nodes.map(({ id, backendId }): [string, string] => [`person ${backendId}`, id]);
  for (const id of ids) {
    const own = await gateway.data(`query ($ids: [ID!]!) { charges(customerIds: $ids, first: 200) { ${page} } }`, { ids: [id] });
    const charges = own.charges as Listed;
    if (customers.pageInfo.hasNextPage || charges.pageInfo.hasNextPage) throw new Error("too many records for this test");
    all.push(...charges.nodes.map((charge): [string, string] => [`line ${charge.backendId}`, charge.id]));
  }
  return all;
}

interface Changed {
  /** Changes to be told, with the names that idsIn gives. */
  readonly wanted: readonly (readonly [kind: string, name: string])[];
  /** Kinds of changes that follow from others, such as children of a customer who is gone. */
  readonly mayAlsoChange: readonly (readonly [kind: string, type: string])[];
  /** Texts to search for. */
  readonly texts: readonly string[];
}

function changeRecords(simulator: Simulator, draw: Draw): Changed {
  const { world, removes, provesGone } = simulator;
  const wanted: [string, string][] = [];
  const texts: string[] = [];
  const listed = new Set(simulator.people().map(({ backendId }) => backendId));
  const linesOf = (owner: string): Line[] => world.lines.filter((line) => line.owner === owner);
  const [renamed, gone, ...others] = draw.shuffled(world.people.filter(({ id, archived }) => listed.has(id) && !archived));
  if (renamed) {
    texts.push(renamed.name);
    renamed.name = `Renamed ${draw.integer(100, 999)} Später`;
    texts.push(renamed.name, "spater");
    wanted.push(["UPDATED", `person ${renamed.id}`]);
  }
  // Archived records that disappear are not looked for: lists may leave them out.
  const isWhole = ({ id }: Person): boolean => linesOf(id).every(({ archived }) => !archived);
  const removed = removes && gone && isWhole(gone) && draw.chance(0.6) ? gone : null;
  if (removed) {
    texts.push(removed.name);
    wanted.push(["REMOVED", `person ${removed.id}`]);
    if (provesGone) wanted.push(...linesOf(removed.id).map(({ id }): [string, string] => ["REMOVED", `line ${id}`]));
    world.people = world.people.filter(({ id }) => id !== removed.id);
    world.lines = world.lines.filter(({ owner }) => owner !== removed.id);
  }
  for (const { id } of others.slice(0, 2)) {
    const made = { ...drawLine(draw, simulator.nextId("line"), id), archived: false };
    const [changed, taken] = removes ? draw.shuffled(linesOf(id).filter(({ archived }) => !archived)) : [];
    world.lines.push(made);
    wanted.push(["CREATED", `line ${made.id}`]);
    if (changed) {
      changed.text = `Changed ${draw.integer(1000, 9999)}`;
      wanted.push(["UPDATED", `line ${changed.id}`]);
    }
    if (taken) {
      world.lines = world.lines.filter((line) => line.id !== taken.id);
      if (provesGone) wanted.push(["REMOVED", `line ${taken.id}`]);
    }
  }
  const added = { ...drawPerson(draw, simulator.nextId("person"), 70 + draw.integer(1, 900)), archived: false };
  world.people.push(added);
  wanted.push(["CREATED", `person ${added.id}`]);
  texts.push(...[added.name, added.email, added.phone, added.reference].filter((text) => text !== null));
  return { wanted, texts, mayAlsoChange: removed ? [["UPDATED", "Customer"]] : [] };
}
