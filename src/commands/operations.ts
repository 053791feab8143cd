import { userInfo } from "node:os";
import { pipeline } from "node:stream/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { pino } from "pino";
import { holdsSecret } from "../adapter/settings.ts";
import { backendSettings } from "../adapters/index.ts";
import { configurationPath, loadConfiguration } from "../config.ts";
import { type Composition, compose } from "../gateway/composition.ts";
import type { GatewayConfiguration } from "../gateway/configuration.ts";
import { type Operation, type OperationStatus, operationStatuses } from "../journal/model.ts";
import { BillingError, keyWithLabel } from "../model/errors.ts";
import { decodeId } from "../model/id.ts";
import { auditTrail, beginning, verifyTrail } from "./audit-trail.ts";
import { operationText, secretsOf } from "./operation-text.ts";
import { printableLines } from "./printable.ts";

/** `billing-gateway operations`: shows the journal to people at a terminal. Works on the configured store, beside running gateways. */

interface ListOptions {
  readonly status?: string[];
  readonly mutation?: string;
  readonly backend?: string;
  readonly first: number;
}

async function withGateway<T>(
  config: string | undefined,
  task: (gateway: Composition, configuration: GatewayConfiguration) => Promise<T>,
): Promise<T> {
  const file = configurationPath(config);
  if (file === undefined)
    throw new Error(
      "Name the gateway's configuration with --config FILE or BILLING_GATEWAY_CONFIG: the sandbox keeps its journal in memory.",
    );
  const configuration = loadConfiguration({ file, backendSettings });
  const gateway = await compose(configuration, pino({ level: "silent" }));
  try {
    return await task(gateway, configuration);
  } finally {
    await gateway.close();
  }
}

async function list(
  gateway: Composition,
  configuration: GatewayConfiguration,
  { status, mutation, backend, first }: ListOptions,
): Promise<string> {
  const { store, backends } = gateway;
  if (backend !== undefined && !backends.get(backend)) {
    const keys = backends.all.map(({ key, label }) => keyWithLabel(key, label)).join(", ");
    throw new Error(`There is no backend ${backend}; there are ${keys}.`);
  }
  const statuses = status?.map(statusOf);
  // Operations that were only validated have changed nothing, so they are shown only on demand.
  const validateOnly = statuses?.includes("VALIDATED") ? undefined : false;
  const operations = await store.list({ status: statuses, mutation, backend, validateOnly }, first, null);
  if (operations.length === 0) return "No operations.";
  const { summary } = await operationText(gateway, secretsOf(configuration), operations);
  return operations.map(summary).join("\n");
}

const detailsOf = async (gateway: Composition, configuration: GatewayConfiguration, operation: Operation): Promise<string> =>
  (await operationText(gateway, secretsOf(configuration), [operation])).details(operation);

async function show(gateway: Composition, configuration: GatewayConfiguration, id: string): Promise<string> {
  return detailsOf(gateway, configuration, await found(gateway.store, id));
}

/** Reconciles an operation now. Exit code 2 if its outcome is still unknown, so that scripts can tell. */
async function reconcile(gateway: Composition, configuration: GatewayConfiguration, id: string): Promise<string> {
  const { store, runner, presence } = gateway;
  await found(store, id);
  const operation = await whilePresent(presence, () => runner.reconcile(rawId(id), {}));
  if (operation?.status === "UNKNOWN") process.exitCode = 2;
  return operation ? detailsOf(gateway, configuration, operation) : `There is no operation ${id}.`;
}

interface ResolveOptions {
  readonly step: number;
  readonly happened?: true;
  readonly notHappened?: true;
  readonly node?: string;
  readonly reason: string;
  readonly actor: string;
}

/** Records a person's finding. Exit code 2 if the outcome of another step is still unknown. */
async function resolve(
  gateway: Composition,
  configuration: GatewayConfiguration,
  id: string,
  options: ResolveOptions,
): Promise<string> {
  const { store, runner, presence } = gateway;
  const { step, happened = false, notHappened = false, node = null, reason, actor } = options;
  if (happened === notHappened) throw new Error("Say what the outcome was: --happened or --not-happened.");
  await found(store, id);
  const decision = { operationId: rawId(id), step, happened, nodeId: node, reason, actor };
  const operation = await whilePresent(presence, () => runner.resolve(decision, {})).catch((error: unknown) => {
    throw error instanceof BillingError ? new Error(inOptions(error.message)) : error;
  });
  if (operation.status === "UNKNOWN") process.exitCode = 2;
  return detailsOf(gateway, configuration, operation);
}

/** Messages begin with the input member that they are about; this replaces it with its option. */
function inOptions(message: string): string {
  return message.replace(/^input\.(nodeId|step|reason):/, (_, member) => (member === "nodeId" ? "--node" : `--${member}`));
}

/** The person's name on this machine. The suffix sets it apart from callers, who may have the same name. */
function personAtTerminal(): string {
  try {
    return `${userInfo().username} (command line)`;
  } catch {
    // A container's user may have no name.
    return "command line";
  }
}

/** Announces this process while the task runs: gateways leave an operation to its owner as long as that keeps announcing itself. */
async function whilePresent<T>(presence: Composition["presence"], task: () => Promise<T>): Promise<T> {
  await presence.announce();
  presence.start();
  try {
    return await task();
  } finally {
    await presence.stop();
  }
}

async function found(store: Composition["store"], id: string): Promise<Operation> {
  const operation = await store.byId(rawId(id));
  if (!operation) throw new Error(`There is no operation ${id} (any more).`);
  return operation;
}

/** Accepts both forms of an id: GraphQL's and the journal's own. */
function rawId(id: string): string {
  const decoded = decodeId(id);
  return decoded?.type === "Operation" ? decoded.id : id;
}

function statusOf(text: string): OperationStatus {
  const status = operationStatuses.find((each) => each === text.toUpperCase());
  if (!status) throw new Error(`There is no status ${text}; there are ${operationStatuses.join(", ")}.`);
  return status;
}

function stepOf(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be the number of the step, as `show` prints it.");
}

function countOf(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 10_000) return count;
  throw new InvalidArgumentError("It must be a whole number from 1 to 10000.");
}

interface ExportOptions {
  readonly since: string;
  readonly until?: string;
  readonly previous: string;
}

/**
 * Writes the trail of the operations recorded from `since` on and before `until`, as fast as its reader takes it. The next export
 * continues from the hash of the last line.
 */
async function exportTrail(
  { store }: Composition,
  configuration: GatewayConfiguration,
  { since, until, previous }: ExportOptions,
): Promise<void> {
  const secrets = secretsOf(configuration);
  const operations = store.trail({ since, until: until ?? null });
  await pipeline(
    auditTrail(operations, previous, (text) => holdsSecret(text, secrets)),
    process.stdout,
    { end: false },
  );
}

async function verify(file: string, { previous }: { readonly previous?: string }): Promise<void> {
  const { problem, lines, last } = await verifyTrail(file, previous ?? null);
  if (problem !== null) throw new Error(`${file}: ${problem}`);
  console.log(`${lines} lines, all unchanged and in order. The last hash is ${last}.`);
}

function instantOf(text: string): string {
  const isInstant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  if (isInstant && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new InvalidArgumentError("It must be a day such as 2026-01-31, which begins at midnight UTC, or 2026-01-31T08:00:00Z.");
}

function hashOf(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be the 64 hexadecimal digits that a line ends with.");
}

interface AcceptOptions {
  readonly reason: string;
  readonly actor: string;
}

/** Accepts a store after a loss. The operator has checked what happened, and answers for what is repeated from now on. */
async function acceptStore({ continuity }: Composition, { reason, actor }: AcceptOptions): Promise<string> {
  await continuity.check();
  const problem = continuity.problem();
  if (problem === null) return "Nothing is wrong with the store: nothing was changed.";
  await continuity.accept(actor, reason);
  return `Accepted: ${problem} Running gateways take mutations again within seconds; one that says its file was replaced or damaged needs a restart.`;
}

export function command(): Command {
  const program = new Command("billing-gateway operations")
    .description("Shows the journal of mutations, and reconciles unknown outcomes.")
    .option("--config <file>", "the gateway's configuration; default: BILLING_GATEWAY_CONFIG");

  const run = (task: (gateway: Composition, configuration: GatewayConfiguration) => Promise<string>): Promise<void> =>
    withGateway(program.opts<{ config?: string }>().config, task).then((text) => console.log(printableLines(text)));

  program
    .command("list")
    .description("lists operations, newest first")
    .option("--status <status...>", `only these: ${operationStatuses.join(", ")}`)
    .option("--mutation <name>", "only of this mutation")
    .option("--backend <key>", "only with a call to this backend")
    .option("--first <number>", "how many", countOf, 50)
    .action((options: ListOptions) => run((gateway, configuration) => list(gateway, configuration, options)));
  program
    .command("show <id>")
    .description("shows one operation with its steps")
    .action((id: string) => run((gateway, configuration) => show(gateway, configuration, id)));
  program
    .command("reconcile <id>")
    .description("reconciles an operation with an unknown outcome now; exit code 2 if it stays unknown")
    .action((id: string) => run((gateway, configuration) => reconcile(gateway, configuration, id)));
  program
    .command("resolve <id>")
    .description("records a person's finding about a step with an unknown outcome, under that person's name")
    .requiredOption("--step <number>", "number of the step, as `show` prints it", stepOf)
    .option("--happened", "it happened")
    .option("--not-happened", "it did not happen: repeating the call sends it again")
    .option("--node <id>", "id of the object that it created, if it happened: one of the candidates, or another object")
    .requiredOption("--reason <text>", "how that is known; one line, kept with the step")
    .option("--actor <name>", "who says so", personAtTerminal())
    .action((id: string, options: ResolveOptions) =>
      run((gateway, configuration) => resolve(gateway, configuration, id, options)),
    );

  program
    .command("export")
    .description("writes the audit trail as JSON lines, oldest first; each line has the hash of the one before")
    .requiredOption("--since <instant>", "operations recorded from this instant on", instantOf)
    .option("--until <instant>", "and before this instant", instantOf)
    .addOption(
      new Option("--previous <hash>", "the last line's hash of the export before this one")
        .argParser(hashOf)
        .default(beginning, "64 zeros, for the first export"),
    )
    .action((options: ExportOptions) =>
      withGateway(program.opts<{ config?: string }>().config, (gateway, configuration) =>
        exportTrail(gateway, configuration, options),
      ),
    );
  program
    .command("verify <file>")
    .description("checks that an exported audit trail has not been changed")
    .option("--previous <hash>", "the last line's hash of the export before this one", hashOf)
    .action(verify);
  program
    .command("accept-store")
    .description("after a store was lost, replaced or restored: accepts it as it is now, so that gateways take mutations again")
    .requiredOption("--reason <text>", "what happened, and what was done about it")
    .requiredOption("--actor <name>", "who says so")
    .action((options: AcceptOptions) => run((gateway) => acceptStore(gateway, options)));
  return program;
}
