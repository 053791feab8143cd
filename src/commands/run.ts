import { openAsBlob } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { parse } from "yaml";
import { gatewayKey } from "../config.ts";
import { addDecimals, compareDecimals, isDecimal } from "../model/money.ts";
import { mostBytes } from "../runs/model.ts";
import { ask, unreachable } from "./ask.ts";
import { printable, printableLines } from "./printable.ts";
import { isWaiting, untilStill, usualPatience } from "./run-waiting.ts";

/**
 * `billing-gateway run`: charge runs from files, on a running gateway. Exit code 0 only if everything is done (or ready, for a run that
 * is prepared); 2 if rows need attention, failed or wait; 1 if something went wrong.
 */

interface GatewayOption {
  readonly url: string;
}

interface PrepareOptions extends GatewayOption {
  readonly name?: string;
  readonly series?: string;
  readonly map?: string;
  readonly replace?: string;
  readonly dryRun?: true;
  readonly rowsPerSecond?: string;
  readonly key?: string;
  readonly executeIfClean?: true;
  readonly max: Readonly<Record<string, string>>;
}

interface Run {
  readonly id: string;
  readonly name: string;
  readonly series: string;
  readonly state: string;
  readonly planHash: string | null;
  readonly totals: readonly { backendLabel: string; currency: string; rows: number; amount: string; unpriced: number }[];
  readonly counts: readonly { state: string; rows: number }[];
  readonly pausedBackends: readonly { backendLabel: string; message: string }[];
  readonly problems: { readonly nodes: readonly { line: number; key: string; problems: readonly { message: string }[] }[] };
}

const fields = `id name series state planHash
  totals { backendLabel currency rows amount unpriced }
  counts { state rows }
  pausedBackends { backendLabel message }
  problems: rows(first: 20, filter: { state: [NEEDS_ATTENTION, FAILED] }) { nodes { line key problems { message } } }`;

const incomplete = 2;

async function read(url: string, id: string): Promise<Run> {
  const { chargeRun } = await ask<{ chargeRun: Run | null }>(
    { url },
    `query Run($id: ID!) { chargeRun(id: $id) { ${fields} } }`,
    { id },
  );
  if (!chargeRun) throw new Error(`There is no run ${id}.`);
  return chargeRun;
}

async function mutate(url: string, mutation: string, type: string, input: object): Promise<string> {
  const document = `mutation Run($input: ${type}!) { done: ${mutation}(input: $input) { run { id } errors { message } } }`;
  const { done } = await ask<{ done: { run: { id: string } | null; errors: readonly { message: string }[] } }>(
    { url },
    document,
    { input },
  );
  if (!done.run) throw new Error(done.errors.map(({ message }) => message).join("\n"));
  return done.run.id;
}

async function prepare(file: string, options: PrepareOptions): Promise<void> {
  const { url, executeIfClean, max } = options;
  const hasMax = Object.keys(max).length > 0;
  if (executeIfClean && !hasMax) throw new Error("--execute-if-clean needs --max, e.g. --max EUR=5000.");
  if (!executeIfClean && hasMax) throw new Error("--max does nothing without --execute-if-clean.");
  if (options.replace === undefined && options.name === undefined)
    throw new Error('A new run needs a name, e.g. --name "Mail room 2026-11".');
  const id = await send(file, options);
  const run = await untilStill(() => read(url, id), usualPatience);
  print(run);
  if (run.state !== "READY" && run.state !== "DONE") process.exitCode = incomplete;
  if (!executeIfClean || run.state !== "READY") return;
  const tooMuch = excess(run, max);
  if (tooMuch !== null) {
    console.error(`Not executed: ${tooMuch}.`);
    process.exitCode = incomplete;
    return;
  }
  await execute(id, { url, plan: run.planHash ?? "" });
}

/** @param file "-" = standard input. What comes through a pipe is read first. */
async function bodyOf(file: string): Promise<Blob> {
  const path = file === "-" ? "/dev/stdin" : file;
  const found = await stat(path).catch(() => null);
  if (!found) throw new Error(`There is no file ${file}, or it cannot be read.`);
  if (found.isDirectory()) throw new Error(`${file} is a directory.`);
  const body = found.isFile() ? await openAsBlob(path) : new Blob([await readFile(path)]);
  // The gateway would refuse it too, but it closes the connection while the file is still being sent.
  if (body.size > mostBytes) throw new Error(`${file} has ${body.size} bytes; a file may have at most ${mostBytes}.`);
  return body;
}

/** Sends the file as it is, and returns the id of its run. */
async function send(
  file: string,
  { url, name, series, map, replace, dryRun, rowsPerSecond, key }: PrepareOptions,
): Promise<string> {
  const body = await bodyOf(file);
  if (!URL.canParse(url)) throw new Error(`${url} is not an address such as http://127.0.0.1:4000.`);
  const place = new URL(replace === undefined ? "/runs" : `/runs/${encodeURIComponent(replace)}`, url);
  const mapping = map === undefined ? undefined : JSON.stringify(parse(await readFile(map, "utf8")));
  const parameters = {
    ...(replace === undefined && { name, series, rowsPerSecond, dryRun: dryRun && "true" }),
    map: mapping,
  };
  for (const [parameter, value] of Object.entries(parameters)) if (value) place.searchParams.set(parameter, value);
  const credential = gatewayKey();
  const response = await fetch(place, {
    method: "POST",
    redirect: "error",
    headers: {
      "content-type": /\.(jsonl|ndjson)$/i.test(file) ? "application/x-ndjson" : "text/csv",
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
      ...(key !== undefined && { "idempotency-key": key }),
    },
    body,
  }).catch((cause: unknown) => {
    throw unreachable(url, cause);
  });
  const answer = (await response.json().catch(() => ({}))) as { id?: string; errors?: readonly { message: string }[] };
  if (answer.id === undefined)
    throw new Error(
      answer.errors?.map(({ message }) => message).join("\n") ?? `${url} answered with HTTP status ${response.status}.`,
    );
  return answer.id;
}

/** Why a run must not be executed without a person's consent: it exceeds `max`, or its total is not known. Null if it may. */
export function excess({ totals }: Pick<Run, "totals">, max: Readonly<Record<string, string>>): string | null {
  const sums = new Map<string, string[]>();
  for (const { backendLabel, currency, amount, unpriced } of totals) {
    if (unpriced > 0) return `${backendLabel} prices ${counted(unpriced, "row")}, so the total is unknown`;
    if (max[currency] === undefined) return `--max has no amount for ${currency}`;
    sums.set(currency, [...(sums.get(currency) ?? []), amount]);
  }
  for (const [currency, amounts] of sums) {
    const most = max[currency] ?? "0";
    const sum = addDecimals(...amounts);
    if (compareDecimals(sum, most) > 0) return `${sum} ${currency} is more than ${most}`;
  }
  return null;
}

async function execute(id: string, { url, plan }: GatewayOption & { readonly plan: string }): Promise<void> {
  await mutate(url, "executeChargeRun", "ExecuteChargeRunInput", { id, planHash: plan });
  await status(id, { url, wait: true });
}

/** Whether nobody has to look at it. A run is UNDONE also if charges of it could not be voided. */
function isComplete({ state, counts }: Pick<Run, "state" | "counts">): boolean {
  return state === "DONE" || (state === "UNDONE" && counts.every((count) => count.state !== "SUCCEEDED"));
}

async function status(id: string, { url, wait }: GatewayOption & { readonly wait?: boolean }): Promise<void> {
  const run = wait ? await untilStill(() => read(url, id), usualPatience) : await read(url, id);
  print(run);
  if (wait && isWaiting(run))
    console.error("Some outcomes are still unknown. The gateway goes on reconciling them; perhaps a person has to settle them.");
  if (!isComplete(run)) process.exitCode = incomplete;
}

async function result(id: string, { url, out }: GatewayOption & { readonly out?: string }): Promise<void> {
  const run = await read(url, id);
  const credential = gatewayKey();
  const response = await fetch(new URL(`/runs/${encodeURIComponent(id)}/result.csv`, url), {
    redirect: "error",
    headers: credential === undefined ? {} : { authorization: `Bearer ${credential}` },
  });
  if (!response.ok) throw new Error(`${url} answered with HTTP status ${response.status}.`);
  const text = await response.text();
  if (out === undefined) process.stdout.write(text);
  else await writeFile(out, text);
  if (!isComplete(run)) process.exitCode = incomplete;
}

async function undo(id: string, { url, yes }: GatewayOption & { readonly yes?: true }): Promise<void> {
  const query = `query Undo($id: ID!) { chargeRun(id: $id) {
    undoPreview { rows totals { backendLabel currency rows amount unpriced } cannot { backendLabel rows reason } planHash }
  } }`;
  const { chargeRun } = await ask<{ chargeRun: { undoPreview: Pick<Run, "totals"> & Undo } | null }>({ url }, query, { id });
  if (!chargeRun) throw new Error(`There is no run ${id}.`);
  const { rows, totals, cannot, planHash } = chargeRun.undoPreview;
  console.log(`${counted(rows, "charge")} can be taken back.`);
  for (const line of totalLines(totals)) console.log(line);
  for (const { backendLabel, rows: count, reason } of cannot)
    console.log(printable(`${count} stay in ${backendLabel}: ${reason}`));
  if (!yes) {
    console.error("Nothing was changed; --yes takes them back.");
    process.exitCode = incomplete;
    return;
  }
  await mutate(url, "undoChargeRun", "UndoChargeRunInput", { id, planHash });
  await status(id, { url, wait: true });
}

interface Undo {
  readonly rows: number;
  readonly cannot: readonly { backendLabel: string; rows: number; reason: string }[];
  readonly planHash: string;
}

function print({ id, name, series, state, planHash, totals, counts, pausedBackends, problems }: Run): void {
  const byState = Map.groupBy(counts, (count) => count.state);
  console.log(printableLines(`run     ${id}\nname    ${name}\nseries  ${series}\nstate   ${state}`));
  if (planHash !== null) console.log(`plan    ${planHash}`);
  for (const [each, found] of byState) console.log(`rows    ${found.reduce((sum, { rows }) => sum + rows, 0)} ${each}`);
  for (const line of totalLines(totals)) console.log(line);
  for (const { backendLabel, message } of pausedBackends)
    console.error(printable(`${backendLabel} refuses everything: ${message}`));
  for (const { line, key, problems: found } of problems.nodes) {
    console.error(printable(`line ${line} (${key}): ${found.map(({ message }) => message).join(" ")}`));
  }
}

function totalLines(totals: Run["totals"]): readonly string[] {
  return totals.map(
    ({ backendLabel, currency, rows, amount, unpriced }) =>
      `total   ${backendLabel}: ${counted(rows, "row")}, ${amount} ${currency}${unpriced > 0 ? `, ${unpriced} priced by the backend` : ""}`,
  );
}

function maximumOf(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, currency, amount] = /^([A-Z]{3})=(.+)$/.exec(text) ?? [];
  if (currency === undefined || amount === undefined || !isDecimal(amount))
    throw new InvalidArgumentError("It must have a form such as EUR=5000.");
  if (before[currency] !== undefined) throw new InvalidArgumentError(`There is a maximum for ${currency} already.`);
  return { ...before, [currency]: amount };
}

export function command(): Command {
  const program = new Command("billing-gateway run").description(
    "Charge runs from files, on a running gateway. The API key is read from BILLING_GATEWAY_KEY. Exit code 0 only if all is done.",
  );
  const withUrl = (name: string): Command =>
    program.command(name).requiredOption("--url <address>", "of the running gateway, e.g. http://127.0.0.1:4000");
  withUrl("prepare")
    .description("checks a file (CSV, or JSON lines in a file .jsonl or .ndjson), and sends nothing")
    .argument("<file>", "- = CSV from standard input")
    .option("--name <name>", 'name of a new run, e.g. "Mail room 2026-11"')
    .option("--series <series>", "runs of one series never send the same row twice; default: the name without its month")
    .option("--map <file>", "YAML that says what the columns mean")
    .addOption(
      new Option("--replace <id>", "send the file as a new version of this run").conflicts([
        "name",
        "series",
        "dryRun",
        "rowsPerSecond",
        "key",
      ]),
    )
    .option("--dry-run", "let backends with a dry run check every row")
    .option("--rows-per-second <number>", "send at most this many rows a second")
    .option("--key <key>", "idempotency key")
    .option("--execute-if-clean", "execute the run if no row needs attention and it is within --max")
    .addOption(
      new Option("--max <currency=amount>", "with --execute-if-clean: the largest total; repeat it for each currency")
        .argParser(maximumOf)
        .default({}, "none"),
    )
    .action(prepare);
  withUrl("execute")
    .description("confirms a plan and waits until the run has ended")
    .argument("<id>")
    .requiredOption("--plan <hash>", "the plan, as prepare or status prints it")
    .action(execute);
  withUrl("status")
    .description("shows the state of a run")
    .argument("<id>")
    .option("--wait", "wait until the run has ended or needs a person")
    .action(status);
  withUrl("result")
    .description("writes the result of each row as CSV")
    .argument("<id>")
    .option("--out <file>", "where to")
    .action(result);
  withUrl("undo").description("shows what undoing a run would do").argument("<id>").option("--yes", "do it").action(undo);
  return program;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
