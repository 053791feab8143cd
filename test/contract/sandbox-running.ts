import { withPlainFilters } from "../../src/adapter/kit/filters.ts";
import type { BackendModule } from "../../src/adapters/index.ts";
import { type BackendConnection, connect } from "../../src/connections/http.ts";
import { serveSimulated } from "../../src/sandbox/server.ts";
import type { SimulatedBackend } from "../../src/sandbox/simulated.ts";
import { createWorld, type World } from "../../src/sandbox/world.ts";
import type { Line, Running } from "./dialect.ts";

/** Nothing else contains it. Its characters show whether it is encoded correctly wherever it is sent. */
export const canaryPassword = 'c4n4ry+/%&="é;';

export interface SandboxRecipe {
  readonly module: BackendModule;
  readonly simulate: (world: World) => SimulatedBackend;
  /** The backend's section of the configuration, without the address and what the suite sets for speed. */
  readonly configuration: Readonly<Record<string, unknown>> & { readonly username: string };
}

/** Serves a simulated backend over HTTP and connects real adapters to it. */
export async function startSimulated({ module, simulate, configuration }: SandboxRecipe): Promise<Running> {
  const simulated = simulate(createWorld({ customers: 40 }));
  const answer = simulated.answer;
  let alter: ((name: string, body: unknown) => void) | null = null;
  let pretended: ReadonlyMap<string, string> | null = null;
  const altered: typeof answer = (request) => {
    const name = pretended === null ? undefined : simulated.functionOf?.(request);
    const body = name === undefined ? undefined : pretended?.get(name);
    if (name !== undefined && body !== undefined) return { function: name, status: 200, body };
    const proper = answer(request);
    if (alter === null) return proper;
    const sent = exactly(proper.body);
    alter(proper.function, sent);
    return sent === undefined ? proper : { ...proper, body: asSent(sent) };
  };
  const server = await serveSimulated(Object.assign(simulated, { answer: altered }));
  const connections: BackendConnection[] = [];
  const changes: Readonly<Record<Line, Readonly<Record<string, unknown>>>> = {
    open: {},
    // Long enough for a call to leave on a busy machine.
    impatient: { timeoutMs: 1_000 },
    // Port 1 is reserved and closed on any machine that runs tests.
    unreachable: { url: "http://127.0.0.1:1/" },
    wrongCredentials: { password: "wrong" },
  };
  return {
    connect: (line = "open") => {
      const settings = module.settings.parse({
        password: canaryPassword,
        url: server.url,
        retries: 1,
        // The cases cause many failures on purpose: the circuit must not open because of them.
        circuit: { failures: 100_000 },
        ...configuration,
        ...changes[line],
      });
      const connection = connect({ ...settings, backend: "contract" });
      connections.push(connection);
      // As openBackend does, but for what it makes of an adapter's mistakes.
      return withPlainFilters(module.create("contract", settings, connection));
    },
    countCalls: () => server.calls.length,
    setFaults: server.setFaults,
    alterAnswers: (next) => {
      alter = next;
    },
    pretend: (next) => {
      pretended = next;
    },
    setConditions: server.setConditions,
    editByHand: server.editByHand,
    removeByHand: (kind, id) => void simulated.byHand?.[kind]?.remove(id),
    secrets: [
      canaryPassword,
      encodeURIComponent(canaryPassword),
      Buffer.from(`${configuration.username}:${canaryPassword}`).toString("base64"),
    ],
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
      await server.close();
    },
  };
}

/** Numbers beyond a double's precision, such as ids, are texts while an answer is changed. */
function exactly(text: string): unknown {
  try {
    return JSON.parse(text.replaceAll(/(?<=[:[,]\s*)\d{16,}(?=\s*[,}\]])/g, (digits) => `"${longNumber}${digits}"`));
  } catch {
    return undefined;
  }
}

function asSent(body: unknown): string {
  return JSON.stringify(body).replaceAll(new RegExp(`"${longNumber}(\\d+)"`, "g"), "$1");
}

export const longNumber = "@number:";
