import { setTimeout as pause } from "node:timers/promises";
import type { ConditionsInForce } from "../../src/sandbox/conditions.ts";
import type { Fault, LoggedCall } from "../../src/sandbox/simulated.ts";
import { freePortBase } from "../support/ports.ts";
import { type Environment, type Program, run } from "./process.ts";

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
}

/** Runs the sandbox command on free ports and reads the table that it prints. */
export async function runSandbox(customers: number, environment: Environment = {}): Promise<SandboxProgram> {
  const portBase = await freePortBase(4);
  const parameters = ["--port-base", String(portBase), "--customers", String(customers)];
  const program = run("src/sandbox/command.ts", parameters, environment);
  try {
    await program.printed(/^recurring .*\n\n/m);
    const rows = program.stdout().matchAll(/^(\w+) +\S+ +(http:\S+) +\S+ +(\S+)$/gm);
    const backends = Array.from(rows, ([, key = "", url = "", password = ""]) => ({ key, url, password }));
    return { ...program, backends };
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}
