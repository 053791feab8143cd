import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { GatewayProgram } from "../e2e/process.ts";
import type { FencedBlock } from "../support/markdown.ts";

/** Runs the commands of a page. */

export interface Shell {
  /** How many commands were run. */
  readonly run: (block: FencedBlock) => Promise<number>;
  readonly close: () => Promise<void>;
}

export async function openShell(_page: string, gateway: GatewayProgram): Promise<Shell> {
  const ports = [gateway.origin, ...gateway.backends.map(({ url }) => url)].map((url) => new URL(url).port);
  const atRealPorts = (text: string): string =>
    ["4000", "4101", "4102", "4103", "4104"].reduce(
      (changed, shown, place) => changed.replaceAll(`127.0.0.1:${shown}`, `127.0.0.1:${ports[place]}`),
      text,
    );
  return {
    run: async ({ text }) => {
      const commands = text.split("\n").filter((line) => line.startsWith("curl "));
      for (const command of commands)
        await promisify(execFile)("bash", ["-ec", atRealPorts(command.replace("curl ", "curl --fail -sS "))]);
      return commands.length;
    },
    close: async () => {},
  };
}
