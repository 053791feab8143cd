import { createRandom, hash } from "../../../src/sandbox/variations.ts";
import { startGatewayOf } from "../../support/gateway.ts";
import { createEnswitch } from "./enswitch.ts";
import { followChanges } from "./following.ts";
import { createHostedSuiteV2 } from "./hostedsuite-v2.ts";
import { createHostedSuiteV3 } from "./hostedsuite-v3.ts";
import { pageChargesWhileTheyMove, pageCustomersWhileTheyMove, readFromFaulty } from "./moving.ts";
import { askCharges, askCustomers, askInterleaved, askNodes, askTaxes, type Scene } from "./oracle.ts";
import { askSearch } from "./searching.ts";
import { serve } from "./serving.ts";
import type { Simulator } from "./simulator.ts";
import { askAccount } from "./summing.ts";
import { createV01 } from "./v01.ts";
import { type Draw, drawFrom } from "./world.ts";

export const kinds: Readonly<Record<string, (draw: Draw, mostPeople: number) => Simulator>> = {
  enswitch: createEnswitch,
  suite: createHostedSuiteV2,
  offices: createHostedSuiteV3,
  v01: createV01,
};

export interface Told {
  readonly problems: readonly string[];
  /** What was drawn, by backend. */
  readonly chosen: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface WorldOptions {
  readonly keys?: readonly string[];
  readonly mostPeople?: number;
  /** Choices that are not drawn. */
  readonly forced?: Readonly<Record<string, unknown>>;
}

/** Draws a world for a gateway with some backends, asks everything, and says what is wrong. */
export async function tryWorld(
  seed: string,
  { keys = Object.keys(kinds), mostPeople = 40, forced = {} }: WorldOptions = {},
): Promise<Told> {
  const problems: string[] = [];
  const chosen: Record<string, Readonly<Record<string, unknown>>> = {};
  const backends: Record<string, Simulator> = {};
  const sections: Record<string, unknown> = {};
  const ends: (() => Promise<void>)[] = [];
  const draw = drawFrom(createRandom(hash(`${seed}/world`)));
  try {
    for (const key of keys) {
      const own = drawFrom(createRandom(hash(`${seed}/${key}`)), forced);
      const simulator = kinds[key]?.(own, own.pick([0, 3, mostPeople, mostPeople]));
      if (!simulator) throw new Error(`no kind ${key}`);
      const served = await serve(simulator.answer, own);
      ends.push(served.close);
      backends[key] = simulator;
      sections[key] = { ...simulator.section, url: served.url };
      chosen[key] = own.chosen;
    }
    const gateway = await startGatewayOf(sections, {
      limits: { maxBackendCalls: 100_000, maxComplexity: 1_000_000 },
    });
    ends.unshift(gateway.close);
    const scene: Scene = {
      gateway,
      backends,
      draw,
      report: (problem) => problems.push(problem),
    };
    const lists = [];
    for (const key of keys) lists.push([key, await askCustomers(scene, key)] as const);
    const ids = new Map(
      lists.flatMap(([key, { edges }]) => edges.map(({ node }) => [`${key}:${node.backendId}`, node.id] as const)),
    );
    const charges = await askCharges(scene, ids);
    await askNodes(
      scene,
      lists.flatMap(([, { edges }]) => edges),
      charges,
    );
    await askTaxes(scene);
    await askAccount(scene, ids);
    for (const key of keys) await askSearch({ ...scene, key, people: backends[key]?.people() ?? [] }, 4);
    await askInterleaved(scene);
  } catch (error) {
    problems.push(error instanceof Error ? `${error.message}\n${error.stack}` : String(error));
  } finally {
    for (const end of ends) await end();
  }
  return { problems, chosen };
}

/** Draws a backend whose records come and go while somebody pages, and whose answers break off afterwards. */
export async function tryMoving(seed: string, key: string): Promise<Told> {
  const problems: string[] = [];
  const draw = drawFrom(createRandom(hash(`${seed}/${key}`)));
  const simulator = kinds[key]?.(draw, draw.pick([3, 12, 30]));
  if (!simulator) throw new Error(`no kind ${key}`);
  const served = await serve(simulator.answer, draw);
  const gateway = await startGatewayOf(
    { [key]: { ...simulator.section, url: served.url } },
    { limits: { maxBackendCalls: 100_000, maxComplexity: 1_000_000 } },
  );
  const scene = {
    gateway,
    key,
    simulator,
    draw,
    report: (problem: string) => problems.push(problem),
  };
  const customers = async (): Promise<readonly { readonly id: string; readonly backendId: string }[]> =>
    (await gateway.data("{ customers(first: 200) { nodes { id backendId } } }")).customers.nodes;
  try {
    await pageCustomersWhileTheyMove(scene);
    await pageChargesWhileTheyMove(scene, await customers());
    const ids = await customers();
    served.faulty = true;
    await readFromFaulty(scene, ids);
  } finally {
    await gateway.close();
    await served.close();
  }
  return { problems, chosen: { [key]: draw.chosen } };
}

/** Draws a backend whose records others change while a gateway keeps its directory, and is restarted. */
export async function tryFollowing(seed: string, key: string): Promise<Told> {
  const problems: string[] = [];
  const draw = drawFrom(createRandom(hash(`${seed}/${key}`)));
  const simulator = kinds[key]?.(draw, draw.pick([3, 8, 12]));
  if (!simulator) throw new Error(`no kind ${key}`);
  const served = await serve(simulator.answer, draw);
  try {
    const section = { ...simulator.section, url: served.url };
    await followChanges({ key, simulator, section, draw, report: (problem) => problems.push(problem) });
  } finally {
    await served.close();
  }
  return { problems, chosen: { [key]: draw.chosen } };
}
