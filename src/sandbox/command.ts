import { Command, InvalidArgumentError, Option } from "commander";
import { stringify } from "yaml";
import { z } from "zod";
import { faultSchema, lastingUnknown } from "./faults.ts";
import { type BackendKey, type Sandbox, startSandbox } from "./index.ts";
import type { Fault } from "./simulated.ts";
import { backendKeys } from "./world.ts";

type FaultsByBackend = Partial<Record<BackendKey, readonly Fault[]>>;

const wholeNumber =
  (minimum: number, maximum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
  };

/** Adds a fault written as "<backend>:<kind>[:key=value,...]", e.g. "pbx:delay:milliseconds=500,function=customers/list". */
const addFault = (text: string, faults: FaultsByBackend): FaultsByBackend => {
  const [backend, kind, ...rest] = text.split(":");
  const key = backendKeys.find((candidate) => candidate === backend);
  if (key === undefined) throw new InvalidArgumentError(`The backend must be one of: ${backendKeys.join(", ")}.`);
  const pairs = rest
    .join(":")
    .split(",")
    .filter((pair) => pair !== "");
  const settings = pairs.map((pair): [string, string | number] => {
    const [name = "", value = ""] = pair.split("=", 2);
    return [name, name === "function" || name === "after" ? value : Number(value)];
  });
  const fault = faultSchema.safeParse({ kind, ...Object.fromEntries(settings) });
  if (!fault.success) throw new InvalidArgumentError(`\n${z.prettifyError(fault.error)}`);
  return { ...faults, [key]: [...(faults[key] ?? []), fault.data] };
};

const describe = ({ backends, configuration }: Sandbox): string => {
  const rows = backendKeys.map((key) => {
    const { username, password, tenant } = configuration[key];
    const user = tenant === undefined ? String(username) : `${tenant}/${username}`;
    return [key, backends[key].kind, backends[key].url, user, String(password)];
  });
  const table = [["KEY", "KIND", "URL", "USER", "PASSWORD"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const { pbx } = backends;
  return [
    ...table.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    ),
    "",
    "Each origin also answers GET|DELETE /_sandbox/calls, GET|PUT|DELETE /_sandbox/faults and /_sandbox/conditions, and",
    "GET|PATCH|DELETE /_sandbox/records/{kind}/{id} (see docs/sandbox.md), for example",
    `  curl -X PUT ${pbx.origin}/_sandbox/faults -d '[{"kind":"delay","milliseconds":2000,"times":1}]'`,
    "",
    "After this, the next charge of the backend stays of unknown outcome until DELETE ends the faults:",
    ...backendKeys.map(
      (key) => `  curl -X PUT ${backends[key].origin}/_sandbox/faults -d '${JSON.stringify(lastingUnknown[key])}'`,
    ),
    "",
    "For a gateway in front of them, save what follows as sandbox.yaml and start it: npm start -- --config sandbox.yaml",
    "",
    stringify(gatewayConfiguration(configuration)).trimEnd(),
    "",
    "",
    "Try",
    `  curl '${pbx.url}customers/get/?auth_username=gateway;auth_password=sandbox-pbx;id=101'`,
    "",
  ].join("\n");
};

/** The journal is in memory: it ends with the sandbox, which forgets its records. */
const gatewayConfiguration = (configuration: Sandbox["configuration"]) => ({
  server: { port: 4000, debug: true },
  store: { url: "sqlite::memory:" },
  backends: configuration,
});

const command = new Command("sandbox")
  .description("Runs the four simulated billing backends on loopback ports until it is interrupted.")
  .option("--port-base <port>", "the backends listen on this port + 1 to + 4", wholeNumber(1, 65_531), 4100)
  .option("--customers <count>", "companies of each backend", wholeNumber(1, 10_000), 300)
  .option("--latency <milliseconds>", "every answer comes this much later", wholeNumber(0, 600_000), 0)
  .addOption(
    new Option("--fault <fault>", '"<backend>:<kind>[:key=value,...]", repeatable').argParser(addFault).default({}, "none"),
  )
  .parse();

const { portBase, customers, latency, fault } = command.opts<{
  portBase: number;
  customers: number;
  latency: number;
  fault: FaultsByBackend;
}>();

const sandbox = await startSandbox({ portBase, customers, latencyMs: latency, faults: fault }).catch((error: unknown) =>
  command.error(`error: ${error instanceof Error ? error.message : String(error)}`),
);
process.stdout.write(describe(sandbox));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void sandbox.close());
