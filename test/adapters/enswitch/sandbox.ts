import type { Adapter, List, Page, WritePlan, Written } from "../../../src/adapter/adapter.ts";
import { create, settings as schema } from "../../../src/adapters/enswitch/index.ts";
import { type BackendConnection, connect } from "../../../src/connections/http.ts";
import type { Ref } from "../../../src/model/model.ts";
import { createEnswitch, type EnswitchOptions, type SimulatedEnswitch } from "../../../src/sandbox/enswitch/index.ts";
import { type RunningBackend, serveSimulated } from "../../../src/sandbox/server.ts";
import { createWorld } from "../../../src/sandbox/world.ts";
import { noting } from "./fake-connection.ts";

const now = new Date("2026-11-21T12:00:00Z");
const world = createWorld({ customers: 40, now: new Date("2026-11-21T00:00:00Z") });

export interface Run {
  readonly simulated: SimulatedEnswitch;
  readonly server: RunningBackend;
  readonly connections: BackendConnection[];
}

export async function start(options: EnswitchOptions = {}): Promise<Run> {
  const simulated = createEnswitch(world, { now: () => now, ...options });
  return { simulated, server: await serveSimulated(simulated), connections: [] };
}

export function adapterFor({ simulated, server, connections }: Run, options: Readonly<Record<string, unknown>> = {}): Adapter {
  const settings = schema.parse({ kind: "enswitch", url: server.url, currency: "EUR", ...simulated.credentials, ...options });
  const connection = connect({ backend: "pbx", ...settings });
  connections.push(connection);
  return create("pbx", settings, connection);
}

export async function stop({ server, connections }: Run): Promise<void> {
  await Promise.all(connections.map((connection) => connection.close()));
  await server.close();
}

/** Carries out a plan as the gateway does: its steps in order, then a read of the stored object. */
export async function perform<T extends Ref>(plan: WritePlan<T> | undefined, id: string | null = null): Promise<T> {
  if (plan === undefined) throw new Error("the adapter has no such verb");
  let written: Written<T> = { id };
  for (const [order, step] of plan.steps.entries()) {
    const writtenId = order === 0 ? id : written.id;
    const intent = { stepId: `step-${order}`, createdAt: now.toISOString(), note: null };
    written = await step.send(writtenId, await noting(step, writtenId, intent), {});
  }
  return written.value ?? plan.read(written.id ?? "", {});
}

export async function everything<T>(list: List<T, Record<string, never>> | undefined, first: number): Promise<T[]> {
  const found: T[] = [];
  let after: string | null = null;
  for (;;) {
    const page: Page<T> | undefined = await list?.({}, { first, after }, {});
    if (page === undefined) throw new Error("the adapter has no such list");
    found.push(...page.items.map(({ value }) => value));
    if (!page.hasNextPage) return found;
    after = page.items.at(-1)?.position ?? null;
  }
}
