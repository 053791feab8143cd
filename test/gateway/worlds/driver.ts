import { createRandom, hash } from "../../../src/sandbox/random.ts";
import { startGatewayOf } from "../../support/gateway.ts";
import { createEnswitch } from "./enswitch.ts";
import { createHostedSuiteV2 } from "./hostedsuite-v2.ts";
import { createHostedSuiteV3 } from "./hostedsuite-v3.ts";
import { askCharges, askCustomers, askInterleaved, askNodes, askTaxes, type Scene } from "./oracle.ts";
import { serve } from "./serving.ts";
import type { Simulator } from "./simulator.ts";
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
    const gateway = await startGatewayOf(sections, { limits: { maxBackendCalls: 100_000, maxComplexity: 1_000_000 } });
    ends.unshift(gateway.close);
    const scene: Scene = { gateway, backends, draw, report: (problem) => problems.push(problem) };
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
    await askInterleaved(scene);
  } catch (error) {
    problems.push(error instanceof Error ? `${error.message}\n${error.stack}` : String(error));
  } finally {
    for (const end of ends) await end();
  }
  return { problems, chosen };
}
