import { type BackendKey, type Sandbox as Simulated, startSandbox as start } from "../../../src/sandbox/index.ts";
import type { Fault } from "../../../src/sandbox/simulated.ts";
import { backendKeys } from "../../../src/sandbox/world.ts";
import type { SandboxProgram } from "../sandbox.ts";

/** The simulated backends in the test's own process, which outlives the gateways that it kills: their state can be counted. */
export interface Sandbox extends AsyncDisposable {
  /** As a configuration names them. */
  readonly backends: SandboxProgram["backends"];
  /** The texts of the charges and credits that exist in one backend or in all, in the order of their creation, as often as they exist. */
  readonly chargeTexts: (prefix: string, keys?: readonly BackendKey[]) => readonly string[];
  /** How many requests have arrived that create what is counted, carried out or not. */
  readonly creates: (keys?: readonly BackendKey[]) => number;
  /** How many requests of any kind have arrived. */
  readonly calls: (key: BackendKey, functionName?: string) => number;
  /** Replaces the faults of every backend. With none, already delayed calls stay delayed. */
  readonly setFaults: (faults: readonly Fault[], keys?: readonly BackendKey[]) => void;
}

/** Each backend's name for the creation of a charge, in its call log and for faults that match it. */
export const createFunctions: Readonly<Record<BackendKey, string>> = {
  pbx: "charges/create",
  suite: "charges/new",
  offices: "POST /charges",
  recurring: "transactions/~create",
};

/** The same of a credit, where credits can be given. */
export const creditFunctions: Readonly<Partial<Record<BackendKey, string>>> = {
  pbx: "customers/balance/add",
  recurring: "transactions/~create",
};

/** @param counted what is counted, by what each backend calls its creation */
export async function startSandbox(counted: Readonly<Partial<Record<BackendKey, string>>> = createFunctions): Promise<Sandbox> {
  const sandbox = await start({ customers: 40 });
  return {
    backends: backendKeys.map((key) => ({
      key,
      url: sandbox.backends[key].url,
      password: String(sandbox.configuration[key]["password"]),
    })),
    chargeTexts: (prefix, keys = backendKeys) =>
      keys.flatMap((key) => textsOf[key](sandbox.backends)).flatMap((text) => (text?.startsWith(prefix) ? [text] : [])),
    creates: (keys = backendKeys) =>
      keys.reduce((sum, key) => sum + (counted[key] === undefined ? 0 : callsOf(sandbox.backends, key, counted[key])), 0),
    calls: (key, functionName) => callsOf(sandbox.backends, key, functionName),
    setFaults: (faults, keys = backendKeys) => {
      for (const key of keys) sandbox.backends[key].setFaults(faults);
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

type Running = Simulated["backends"];

const textsOf: { readonly [Key in BackendKey]: (backends: Running) => readonly (string | null | undefined)[] } = {
  pbx: ({ pbx: { simulated } }) => [
    ...[...simulated.state.charges.values()].map(({ name }) => name),
    ...[...simulated.state.transactions.values()].map(({ description }) => description),
  ],
  suite: ({ suite }) => [...suite.simulated.state.charges.values()].map(({ notes }) => notes),
  offices: ({ offices }) => [...offices.simulated.state.charges.values()].map(({ notes }) => notes),
  recurring: ({ recurring }) =>
    [...recurring.simulated.state.ledgers.values()].flatMap(({ transactions }) => transactions.map(({ note }) => note)),
};

function callsOf(backends: Running, key: BackendKey, functionName?: string): number {
  const { calls } = backends[key];
  return functionName === undefined ? calls.length : calls.filter((call) => call.function === functionName).length;
}
