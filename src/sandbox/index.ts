import { createEnswitch, type EnswitchOptions } from "./enswitch/index.ts";
import { createHostedSuiteV2, createHostedSuiteV3 } from "./hostedsuite/index.ts";
import { type RunningBackend, serveSimulated } from "./server.ts";
import type { Fault, SimulatedBackend } from "./simulated.ts";
import { createV01 } from "./v01/index.ts";
import { backendKeys, createWorld } from "./world.ts";

export type BackendKey = (typeof backendKeys)[number];

export interface SandboxOptions {
  /** The backends listen on portBase + 1 to + 4. Default: on any free ports. */
  readonly portBase?: number;
  /** Companies of each backend, 1 to 10,000. Default 300. */
  readonly customers?: number;
  readonly latencyMs?: number;
  readonly faults?: Partial<Readonly<Record<BackendKey, readonly Fault[]>>>;
  /** The day on which all data ends. Default: today. */
  readonly now?: Date;
  /** The options of each backend's contract. */
  readonly pbx?: EnswitchOptions;
  readonly suite?: Parameters<typeof createHostedSuiteV2>[1];
  readonly offices?: Parameters<typeof createHostedSuiteV3>[1];
  readonly recurring?: Parameters<typeof createV01>[1];
}

type Simulated = ReturnType<typeof createSimulated>;

export interface Sandbox {
  readonly backends: { readonly [K in BackendKey]: RunningBackend & { readonly simulated: Simulated[K] } };
  /** The section `backends` of a gateway's configuration, pointing at these servers. */
  readonly configuration: Readonly<Record<BackendKey, Readonly<Record<string, unknown>>>>;
  readonly close: () => Promise<void>;
}

/**
 * Starts the four simulated backends on 127.0.0.1, seeded with the same companies. If a port is taken, it closes those that it
 * has opened and rejects.
 */
export const startSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const simulated = createSimulated(options);
  const started: RunningBackend[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(started.map((backend) => backend.close()));
  };

  const start = async <B extends SimulatedBackend>(key: BackendKey, backend: B) => {
    const running = await serveSimulated(backend, {
      port: options.portBase === undefined ? 0 : options.portBase + 1 + backendKeys.indexOf(key),
      latencyMs: options.latencyMs ?? 0,
      faults: options.faults?.[key] ?? [],
    });
    started.push(running);
    return { ...running, simulated: backend };
  };

  try {
    const backends = {
      pbx: await start("pbx", simulated.pbx),
      suite: await start("suite", simulated.suite),
      offices: await start("offices", simulated.offices),
      recurring: await start("recurring", simulated.recurring),
    };
    return { backends, configuration: configurationFor(backends, options), close };
  } catch (error) {
    await close();
    throw error;
  }
};

const timeZone = "America/New_York";

const createSimulated = (options: SandboxOptions) => {
  const { customers = 300, now } = options;
  const world = createWorld({ customers, ...(now !== undefined && { now }) });
  return {
    pbx: createEnswitch(world, options.pbx),
    suite: createHostedSuiteV2(world, { timeZone, ...options.suite }),
    offices: createHostedSuiteV3(world, { timeZone, ...options.offices }),
    recurring: createV01(world, options.recurring),
  };
};

const configurationFor = (
  backends: Readonly<Record<BackendKey, Pick<RunningBackend, "url">>>,
  { pbx, suite, offices, recurring }: SandboxOptions,
): Sandbox["configuration"] => ({
  pbx: {
    kind: "enswitch",
    label: "Telephony",
    url: backends.pbx.url,
    username: pbx?.username ?? "gateway",
    password: pbx?.password ?? "sandbox-pbx",
    currency: pbx?.currency ?? "EUR",
    timeZone: pbx?.timeZone ?? "UTC",
    functions: { chargesDelete: false, taxesGet: false, taxesDelete: false, ...pbx?.functions },
  },
  suite: {
    kind: "hostedsuite",
    label: "Hosted offices",
    url: backends.suite.url,
    generation: "v2",
    tenant: suite?.tenant ?? "acme",
    username: suite?.user ?? "api",
    password: suite?.password ?? "sandbox-suite",
    currency: "USD",
    timeZone: suite?.timeZone ?? timeZone,
  },
  offices: {
    kind: "hostedsuite",
    label: "Serviced offices",
    url: backends.offices.url,
    generation: "v3",
    tenant: offices?.tenant ?? "acme",
    username: offices?.user ?? "api",
    password: offices?.password ?? "sandbox-offices",
    currency: "USD",
    timeZone: offices?.timeZone ?? timeZone,
  },
  recurring: {
    kind: "v01",
    label: "Subscriptions",
    url: backends.recurring.url,
    username: recurring?.username ?? "api-gateway",
    password: recurring?.password ?? "sandbox-recurring",
    accountId: recurring?.accountId ?? 2001,
    currency: "USD",
    country: "US",
    timeZone: recurring?.timeZone ?? "UTC",
    taxValueScale: recurring?.taxUnit === "percent" ? 0 : 2,
    taxIncludedInAmount: recurring?.taxIncluded ?? true,
    balanceSign: recurring?.balanceSign ?? "positiveOwes",
  },
});

/** The sandbox behind a gateway without configuration: on the usual ports if they are free, otherwise on any. */
export async function startDefaultSandbox(portBase: number | undefined): Promise<Sandbox> {
  if (portBase === undefined) return startSandbox();
  try {
    return await startSandbox({ portBase });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return startSandbox();
  }
}
