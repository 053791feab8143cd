import { readFile, writeFile } from "node:fs/promises";
import { Command } from "commander";
import { z } from "zod";
import { type BackendSettings, backendSettings, doctorOf } from "../adapters/index.ts";
import { configurationPath, loadConfiguration } from "../config.ts";
import { type Examined, examineBackend } from "../doctor/examine.ts";
import { createAnswerRecorder, isDangerous, readSettings, table } from "../doctor/report.ts";
import { keyWithLabel } from "../model/errors.ts";
import { decodeId } from "../model/id.ts";
import { createReplay, recordingSchema } from "../sandbox/replaying.ts";
import { serveSimulated } from "../sandbox/server.ts";
import { printableLines } from "./printable.ts";

/** `billing-gateway doctor`: asks live backends what their contracts leave open. */

interface DoctorOptions {
  readonly config?: string;
  readonly backend?: string;
  readonly customer?: string;
  readonly write?: true;
  readonly json?: string;
  readonly sandboxFrom?: string;
}

const usualWidth = 160;

async function examine(options: DoctorOptions): Promise<void> {
  const { json, sandboxFrom } = options;
  const reports = sandboxFrom === undefined ? await examineLive(options) : await examineRecorded(sandboxFrom);
  const width = process.stdout.columns ?? usualWidth;
  console.log(printableLines(reports.map(({ examined }) => table(examined, width)).join("\n\n")));
  if (json !== undefined) {
    const document = {
      backends: reports.map(({ examined: { backend, kind, diagnoses }, settings, recording }) => ({
        backend,
        kind,
        settings,
        diagnoses,
        recording,
      })),
    };
    await writeFile(json, `${JSON.stringify(document, null, 1)}\n`);
  }
  if (reports.some(({ examined }) => isDangerous(examined))) process.exitCode = 1;
}

interface Report {
  readonly examined: Examined;
  readonly settings: object;
  readonly recording: object;
}

async function examineLive({ config, backend, customer, write }: DoctorOptions): Promise<readonly Report[]> {
  const file = configurationPath(config);
  if (file === undefined) throw new Error("Name the gateway's configuration with --config FILE or BILLING_GATEWAY_CONFIG.");
  const { backends } = loadConfiguration({ file, backendSettings });
  if (backend !== undefined && !(backend in backends)) {
    const keys = Object.entries(backends)
      .map(([key, { label }]) => keyWithLabel(key, label))
      .join(", ");
    throw new Error(`There is no backend ${backend}; there are ${keys}.`);
  }
  const trialCustomer = write ? trialCustomerOf(backend, customer) : null;
  const reports: Report[] = [];
  for (const [key, settings] of Object.entries(backends)) {
    if (backend !== undefined && key !== backend) continue;
    if (trialCustomer !== null) await announce(key, settings, trialCustomer);
    const recorder = createAnswerRecorder();
    const examined = await examineBackend(key, settings, { trialCustomer, onReply: recorder.onReply });
    reports.push({ examined, settings: readSettings(settings), recording: recorder.recording(examined.clockOffsetMs) });
  }
  return reports;
}

/** A trial needs a backend and one of its customers, both named by a person. */
function trialCustomerOf(backend: string | undefined, customer: string | undefined): string {
  if (backend === undefined || customer === undefined) throw new Error("--write needs --backend and --customer.");
  const node = decodeId(customer);
  if (node?.type !== "Customer") return customer;
  if (node.backend !== backend) throw new Error(`The customer is one of ${node.backend}, not of ${backend}.`);
  return node.id;
}

/** Says what the trial will do, before it does it. */
async function announce(backend: string, settings: BackendSettings, customer: string): Promise<void> {
  const called = keyWithLabel(backend, settings.label);
  if (settings.readOnly) throw new Error(`${called} is readOnly in the configuration: nothing is written there.`);
  const { doctor } = await doctorOf(settings);
  const left = doctor?.leaves(settings) ?? null;
  console.error(`A small charge is made in ${called} for its customer ${customer}.`);
  console.error(left === null ? "It is taken back at the end." : `It cannot be taken back. What stays: ${left}.`);
}

const fileSchema = z.object({
  backends: z.array(
    z.object({ backend: z.string(), kind: z.string(), settings: z.record(z.string(), z.json()), recording: recordingSchema }),
  ),
});

/** Placeholders: a replayed recording checks no credentials. */
const anyCredentials = { username: "recorded", password: "recorded", tenant: "recorded", accountId: 1 };

/** Repeats the examination from a file that --json has written, without the backend. */
async function examineRecorded(file: string): Promise<readonly Report[]> {
  const parsed = fileSchema.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (!parsed.success) throw new Error(`${file} is not a file that the doctor wrote:\n${z.prettifyError(parsed.error)}`);
  const reports: Report[] = [];
  for (const { backend, kind, settings, recording } of parsed.data.backends) {
    const simulated = createReplay(recording);
    const running = await serveSimulated(simulated);
    try {
      const schema = backendSettings[kind];
      if (schema === undefined) throw new Error(`${file}: there is no kind ${kind}.`);
      const { takes } = await doctorOf({ kind });
      const login = Object.fromEntries(Object.entries(anyCredentials).filter(([name]) => takes(name)));
      const section = schema.parse({ ...settings, ...login, url: running.url, retries: 0 });
      const examined = await examineBackend(backend, section, { trialCustomer: null, now: simulated.now });
      reports.push({ examined, settings, recording });
    } finally {
      await running.close();
    }
  }
  return reports;
}

export function command(): Command {
  return new Command("billing-gateway doctor")
    .description(
      "Asks live backends what their contracts leave open, and says what to put into the configuration. Only reads, unless --write is given. Exit code 1: there is a danger.",
    )
    .option("--config <file>", "the gateway's configuration; default: BILLING_GATEWAY_CONFIG")
    .option("--backend <key>", "only this backend")
    .option("--write", "also creates a small charge for --customer, reads it back, and voids it where possible")
    .option("--customer <id>", "for --write: a customer that exists for tests, by the backend's id or the gateway's")
    .option("--json <file>", "writes the verdicts and the answers, with personal data masked")
    .option("--sandbox-from <file>", "examines a file written by --json instead of live backends")
    .action(examine);
}
