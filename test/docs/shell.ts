import { once } from "node:events";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { ask } from "../e2e/ask.ts";
import { writeConfiguration } from "../e2e/configuration.ts";
import { type GatewayProgram, runGateway } from "../e2e/process.ts";
import { setFaults } from "../e2e/sandbox.ts";
import { freePortBase } from "../support/ports.ts";
import { startProcess } from "../support/processes.ts";
import { startable } from "../support/program-files.ts";
import { pathOf } from "./pages.ts";

/** Runs the commands of a page in a shell, in a folder of its own, with the programs that a reader has. */

export interface Shell extends AsyncDisposable {
  /** Runs a block. Throws, with what was printed, where a command fails. */
  readonly run: (script: string) => Promise<void>;
}

/** npm, npx and the package's program, as far as pages use them. They run this Node and the sources instead of a build. */
const programs: Readonly<Record<string, string>> = {
  node: `exec "$NODE" "$@"`,
  npm: `exec "$NODE" "$PROGRAMS/npm.mjs" "$@"`,
  npx: `case "$1" in billing-gateway) shift; exec "$NODE" "$GATEWAY" "$@";; *) exec "$NODE" "$PROGRAMS/npm.mjs" npx "$@";; esac`,
  "billing-gateway": `exec "$NODE" "$GATEWAY" "$@"`,
};

/** Of the gateway and the sandbox's backends, as the pages show them. */
const shownPorts = ["4000", "4101", "4102", "4103", "4104"];

export async function openShell(page: string, gateway: GatewayProgram): Promise<Shell> {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/bash\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  for (const name of ["docs", "config", "schema", "src", "test", "package.json", "node_modules"])
    symlinkSync(pathOf(name), join(folder, name));
  const backends = gateway.backends.map(({ key, url }) => ({ key, url, password: `sandbox-${key}` }));
  const operations = { settleSeconds: 1, reconcileSeconds: [3_600] };
  const configuration = writeConfiguration({ backends }, { operations });
  copyFileSync(configuration.file, join(folder, "gateway.yaml"));
  const portBase = await freePortBase(4);
  const program = startable("src/main.ts");
  const ports = [gateway.origin, ...gateway.backends.map(({ url }) => url)].map((url) => new URL(url).port);
  const values = new Map<string, string>();
  const prepared = await preparations[page]?.({ gateway, folder, configuration, values });

  const asHere = (script: string): string => {
    // In one pass: a port of this machine may begin with the digits of one that is shown.
    const placed = script
      .replaceAll(/127\.0\.0\.1:(4000|410[1-4])\b/g, (_, shown: string) => `127.0.0.1:${ports[shownPorts.indexOf(shown)]}`)
      .replaceAll("--port-base 4200", `--port-base ${portBase}`)
      .replaceAll(/^curl /gm, "curl --fail -sS ");
    // "ID" and such: what an earlier command has printed, or what was prepared; one line may have its own.
    return placed
      .split("\n")
      .map((line) =>
        line.replaceAll(/\b[A-Z]{2,}\b/g, (name) => {
          const special = line.includes("--happened") ? "happened" : "";
          return values.get(`${name} ${special}`) ?? values.get(name) ?? name;
        }),
      )
      .join("\n");
  };

  return {
    run: async (script) => {
      const commands = tolerant(asHere(script));
      const child = startProcess("bash", ["-c", `set -eo pipefail\n${commands}`], {
        cwd: folder,
        env: {
          PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
          HOME: folder,
          NODE: process.execPath,
          NODE_NO_WARNINGS: "1",
          REPOSITORY: pathOf(""),
          GATEWAY: program.script,
          SANDBOX: startable("src/sandbox/command.ts").script,
          ...program.environment,
          PROGRAMS: dirname(import.meta.filename),
          LAST_HASH: "0".repeat(64),
          BILLING_GATEWAY_CONFIG: join(folder, "gateway.yaml"),
          ...configuration.environment,
        },
      });
      const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
      if (code !== 0) throw new Error(`${commands}ended with ${code}. It printed:\n${stdout}\n${stderr}`);
      for (const [, name = "", value = ""] of stdout.matchAll(/^(run|plan) +(\S+)$/gm))
        values.set(name === "run" ? "ID" : "PLAN", value);
    },
    [Symbol.asyncDispose]: async () => {
      await prepared?.[Symbol.asyncDispose]();
      configuration[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * Exit code 2 of these commands means that there is something to look at, as their pages say. Until some seconds after the
 * request, "nothing happened" is refused with exit code 1 and the time from which it is possible.
 */
function tolerant(script: string): string {
  return script.replaceAll(/^.*\boperations .*\b(?:reconcile|resolve)\b.*$/gm, (command) =>
    command.includes("--not-happened")
      ? `for attempt in {1..60}; do code=0; ${command} || code=$?; [ $code = 1 ] || break; sleep 0.5; done; [ $code != 1 ]`
      : `${command} || [ $? = 2 ]`,
  );
}

interface Preparing {
  readonly gateway: GatewayProgram;
  readonly folder: string;
  readonly configuration: ReturnType<typeof writeConfiguration>;
  readonly values: Map<string, string>;
}

/** Preconditions of a page. */
const preparations: Readonly<Record<string, (given: Preparing) => Promise<AsyncDisposable | undefined>>> = {
  // A file of the reader's own, for Ada's Bakery.
  "docs/runs.md": async ({ folder }) => {
    const rows = [1, 2, 3].map((day) => `pbx,101,Copies,${day}.50,2026-11-0${day}`);
    writeFileSync(join(folder, "usage.csv"), ["backend,customerId,name,amount,date", ...rows, ""].join("\n"));
    return undefined;
  },
  // Two charges with unknown outcomes: one that happened (NODE), and one that did not.
  "docs/operating.md": async ({ gateway, configuration, values }) => {
    const pbx = gateway.backends.find(({ key }) => key === "pbx")?.url ?? "";
    const running = await runGateway(["--config", configuration.file], configuration.environment);
    const { data: found } = await ask<{ customers: { nodes: { id: string }[] } }>(
      running.origin,
      '{ customers(first: 1, backends: ["pbx"], filter: { status: ACTIVE }) { nodes { id } } }',
    );
    const customerId = found.customers.nodes[0]?.id;
    const lose = async (kind: "dropAfter" | "dropBefore", name: string): Promise<string> => {
      await setFaults(pbx, [{ kind, times: 1, function: "charges/create" }]);
      const { data } = await ask<{ createCharge: { operation: { id: string } } }>(
        running.origin,
        "mutation ($charge: ChargeSpec!) { createCharge(input: { charge: $charge }) { operation { id } } }",
        { variables: { charge: { customerId, name, amount: "19.99" } } },
      );
      return data.createCharge.operation.id;
    };
    values.set("ID", await lose("dropBefore", "Not done"));
    values.set("ID happened", await lose("dropAfter", "Done"));
    const { data } = await ask<{ charges: { nodes: { id: string; name: string }[] } }>(
      running.origin,
      "query ($id: ID!) { charges(customerIds: [$id], first: 100) { nodes { id name } } }",
      { variables: { id: customerId } },
    );
    values.set("NODE", data.charges.nodes.find(({ name }) => name === "Done")?.id ?? "");
    return running;
  },
};
