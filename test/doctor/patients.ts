import type { Diagnosis, Verdict } from "../../src/adapter/doctoring/diagnosis.ts";
import { type BackendSettings, backendSettings } from "../../src/adapters/index.ts";
import { examineBackend } from "../../src/doctor/examine.ts";
import { createAnswerRecorder } from "../../src/doctor/report.ts";
import type { ConditionsInForce } from "../../src/sandbox/conditions.ts";
import { createEnswitch, type EnswitchOptions } from "../../src/sandbox/enswitch/index.ts";
import { createHostedSuiteV2, createHostedSuiteV3 } from "../../src/sandbox/hostedsuite/index.ts";
import { createReplay, recordingSchema } from "../../src/sandbox/replaying.ts";
import { type RunningBackend, serveSimulated } from "../../src/sandbox/server.ts";
import type { SimulatedBackend } from "../../src/sandbox/simulated.ts";
import { createV01 } from "../../src/sandbox/v01/index.ts";
import { createWorld } from "../../src/sandbox/world.ts";

/** Simulated backends as the doctor sees them. */

/**
 * Enough customers for letters, accents and pages. Dated the day before: a record of the last hours could, depending on the time
 * of day, lie in the future of a zone that is ahead.
 */
const world = createWorld({ customers: 60, now: new Date(Date.now() - 86_400_000) });
const timeZone = "America/New_York";

export interface Installation {
  readonly kind: Kind;
  readonly options?: object;
  readonly conditions?: ConditionsInForce;
  /** In addition to the usual section of the configuration. */
  readonly settings?: object;
  readonly write?: boolean;
  /** After an earlier trial, whose charge the doctor finds. */
  readonly again?: boolean;
}

const login = { username: "api", tenant: "acme", currency: "USD", timeZone };

/** How to make each simulated backend, and its section of the configuration. */
const patients = {
  enswitch: {
    create: (options: EnswitchOptions) => createEnswitch(world, options),
    section: { kind: "enswitch", username: "gateway", password: "sandbox-pbx", currency: "EUR", timeZone: "UTC" },
  },
  "hostedsuite-v2": {
    create: (options: object) => createHostedSuiteV2(world, { timeZone, ...options }),
    section: { kind: "hostedsuite", generation: "v2", password: "sandbox-suite", ...login },
  },
  "hostedsuite-v3": {
    create: (options: object) => createHostedSuiteV3(world, { timeZone, ...options }),
    section: { kind: "hostedsuite", generation: "v3", password: "sandbox-offices", ...login },
  },
  v01: {
    create: (options: object) => createV01(world, options),
    section: {
      kind: "v01",
      username: "api-gateway",
      password: "sandbox-recurring",
      accountId: 2001,
      timeZone: "UTC",
      currency: "USD",
      country: "US",
    },
  },
} satisfies Record<string, Examinable>;

interface Examinable {
  readonly create: (options: never) => SimulatedBackend & { readonly state: object };
  readonly section: { readonly kind: string; readonly [key: string]: unknown };
}

export type Kind = keyof typeof patients;
export const kinds = Object.keys(patients) as readonly Kind[];

/** The settings of a kind, for a backend at this address. */
export function settingsOf(kind: Kind, url: string, further: object = {}): BackendSettings {
  const { section } = patients[kind];
  const schema = backendSettings[section.kind];
  if (!schema) throw new Error(`there is no kind ${section.kind}`);
  return schema.parse({ ...section, url, ...further });
}

export interface Served {
  readonly running: RunningBackend;
  readonly settings: BackendSettings;
  readonly customer: string;
}

export async function serve({ kind, options = {}, conditions = {}, settings = {} }: Installation): Promise<Served> {
  const { create }: Examinable = patients[kind];
  const simulated = create(options as never);
  const running = await serveSimulated(simulated);
  running.setConditions(conditions);
  const state = simulated.state as Record<"customers" | "clients", ReadonlyMap<unknown, { readonly parent?: number }>>;
  const [, customer] = [...(state.clients ?? state.customers).keys()];
  return { running, settings: settingsOf(kind, running.url, { retries: 0, ...settings }), customer: String(customer) };
}

export async function diagnose(installation: Installation): Promise<readonly Diagnosis[]> {
  const { running, settings, customer } = await serve(installation);
  try {
    if (installation.again) await examineBackend("it", settings, { trialCustomer: customer });
    const { diagnoses } = await examineBackend("it", settings, { trialCustomer: installation.write ? customer : null });
    return diagnoses;
  } finally {
    await running.close();
  }
}

/** Examines an installation by reads, and records its answers. */
export async function record(installation: Installation) {
  const { running, settings } = await serve(installation);
  const recorder = createAnswerRecorder();
  try {
    const examined = await examineBackend("it", settings, { trialCustomer: null, onReply: recorder.onReply });
    return { examined, settings, file: JSON.stringify(recorder.recording(examined.clockOffsetMs)) };
  } finally {
    await running.close();
  }
}

/** Examines what such a recording answers. */
export async function replay(file: string, settings: BackendSettings) {
  const simulated = createReplay(recordingSchema.parse(JSON.parse(file)));
  const running = await serveSimulated(simulated);
  try {
    return await examineBackend("it", { ...settings, url: running.url } as BackendSettings, {
      trialCustomer: null,
      now: simulated.now,
    });
  } finally {
    await running.close();
  }
}

/** Verdicts other than AGREES, by check. */
export function notable(diagnoses: readonly Diagnosis[]): Readonly<Record<string, Verdict>> {
  const found = diagnoses.filter(({ verdict }) => verdict === "DIFFERS" || verdict === "DANGER");
  return Object.fromEntries(found.map(({ check, verdict }) => [check, verdict]));
}
