import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parse, stringify } from "yaml";
import type { ConditionsInForce } from "../../src/sandbox/conditions.ts";
import type { Fault, LoggedCall } from "../../src/sandbox/simulated.ts";
import { freePortBase } from "../support/ports.ts";
import { type Environment, type GatewayProgram, type Program, run, runGateway } from "./process.ts";

/** The simulated backends as another process sees them: their command, and the control that each origin answers. */

/** All calls to a simulated backend, oldest first. `url` is any address at its origin. */
export async function callsOf(url: string): Promise<readonly LoggedCall[]> {
  const response = await fetch(new URL("/_sandbox/calls", url));
  return (await response.json()) as readonly LoggedCall[];
}

/** Replaces the faults of a simulated backend. */
export async function setFaults(url: string, faults: readonly Fault[]): Promise<void> {
  const response = await fetch(new URL("/_sandbox/faults", url), { method: "PUT", body: JSON.stringify(faults) });
  if (!response.ok) throw new Error(await response.text());
}

/** Replaces how a simulated backend behaves besides its contract. */
export async function setConditions(url: string, conditions: ConditionsInForce): Promise<void> {
  const response = await fetch(new URL("/_sandbox/conditions", url), { method: "PUT", body: JSON.stringify(conditions) });
  if (!response.ok) throw new Error(await response.text());
}

/** Waits until a simulated backend has received at least so many calls. */
export async function received(url: string, count: number): Promise<void> {
  const before = Date.now() + 60_000;
  while ((await callsOf(url)).length < count) {
    if (Date.now() > before) throw new Error(`${url} did not receive ${count} calls.`);
    await pause(20);
  }
}

export interface SandboxProgram extends Program {
  readonly backends: readonly { readonly key: string; readonly url: string; readonly password: string }[];
  /** The configuration that it prints for a gateway in front of it. */
  readonly configuration: { readonly server: object; readonly backends: Readonly<Record<string, { readonly kind: string }>> };
}

/** Runs the sandbox command on free ports and reads the table that it prints. */
export async function runSandbox(customers: number, environment: Environment = {}): Promise<SandboxProgram> {
  const portBase = await freePortBase(4);
  const parameters = ["--port-base", String(portBase), "--customers", String(customers)];
  const program = run("src/sandbox/command.ts", parameters, environment);
  try {
    const [, printed = ""] = await program.printed(/^(server:\n[\s\S]*)^Try\n/m);
    const rows = program.stdout().matchAll(/^(\w+) +\S+ +(http:\S+) +\S+ +(\S+)$/gm);
    const backends = Array.from(rows, ([, key = "", url = "", password = ""]) => ({ key, url, password }));
    return { ...program, backends, configuration: parse(printed) };
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}

export interface SmallSandboxOptions {
  /** Default: 60. */
  readonly customers?: number;
  /** Default: false. */
  readonly directory?: boolean;
}

/**
 * A gateway on simulated backends for those who neither search nor count: with fewer customers than the start without a configuration
 * has, and without the directory of them, it starts in a third of the processor time. Ends with its sandbox.
 */
export async function runOnSmallSandbox({
  customers = 60,
  directory = false,
}: SmallSandboxOptions = {}): Promise<GatewayProgram> {
  const folder = mkdtempSync(join(tmpdir(), "small-sandbox-"));
  const file = join(folder, "gateway.yaml");
  const sandbox = await runSandbox(customers);
  const { server, ...others } = sandbox.configuration;
  const end = async (): Promise<void> => {
    await sandbox[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  };
  try {
    const document = {
      ...others,
      server: { ...server, port: 0 },
      // As the start without a configuration has them.
      limits: { requestsPerMinute: 0 },
      operations: { settleSeconds: 5, reconcileSeconds: [1, 2, 5, 10, 30] },
      ...(!directory && { directory: { refreshMinutes: 0 } }),
    };
    writeFileSync(file, stringify(document));
    const gateway = await runGateway(["--config", file]);
    return {
      ...gateway,
      backends: sandbox.backends.map(({ key, url }) => ({ key, url, kind: others.backends[key]?.kind ?? "" })),
      [Symbol.asyncDispose]: async () => {
        await gateway[Symbol.asyncDispose]();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
