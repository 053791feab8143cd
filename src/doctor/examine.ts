import { checkOf, type Diagnosis, type DoctorCall, type Patient, type Reply } from "../adapter/doctoring/diagnosis.ts";
import { type BackendSettings, connectDoctor, doctorOf } from "../adapters/index.ts";
import type { BackendConnection } from "../connections/http.ts";
import { BillingError } from "../model/errors.ts";

interface PatientOptions<Settings> {
  readonly settings: Settings;
  readonly takes: (key: string) => boolean;
  readonly connection: Pick<BackendConnection, "call">;
  readonly now?: (() => number) | undefined;
  /** Called with each request and its reply. */
  readonly onReply?: ((asked: DoctorCall, reply: Reply) => void) | undefined;
}

/** A Date header has whole seconds. On average it was written in the middle of its second. */
const halfSecondMs = 500;

/** A backend under examination: over the kind of connection that the gateway uses, with its timeouts and retries. */
export function createPatient<Settings>({
  settings,
  takes,
  connection,
  now = Date.now,
  onReply,
}: PatientOptions<Settings>): Patient<Settings> {
  const replies: Reply[] = [];
  let offset: number | null = null;

  async function ask(asked: DoctorCall): Promise<Reply> {
    const { writes, ...call } = asked;
    let reply: Reply;
    try {
      const effect = writes ? "write" : "read";
      const answer = await connection.call({ ...call, effect, decode: (whole) => whole, isOwnFailure: () => true }, {});
      reply = { function: asked.function, ...answer, problem: null };
      const date = typeof answer.headers["date"] === "string" ? Date.parse(answer.headers["date"]) : Number.NaN;
      if (!Number.isNaN(date)) offset = date + halfSecondMs - now();
    } catch (error) {
      if (!(error instanceof BillingError)) throw error;
      const status = /^\d{3}$/.test(error.backendCode ?? "") ? Number(error.backendCode) : 0;
      reply = { function: asked.function, status, headers: {}, json: undefined, empty: true, problem: error.message };
    }
    replies.push(reply);
    onReply?.(asked, reply);
    return reply;
  }

  return { settings, takes, ask, replies, now, clockOffsetMs: () => offset };
}

/** The findings about one backend. */
export interface Examined {
  readonly backend: string;
  /** Its name for people; undefined if it has none. */
  readonly label: string | undefined;
  readonly kind: string;
  readonly diagnoses: readonly Diagnosis[];
  /** How far its clock is ahead of this machine's, in milliseconds; below zero = behind. */
  readonly clockOffsetMs: number;
}

interface ExaminationOptions {
  /** Id, in the backend, of a customer for whom a small trial charge is made; null = read only. */
  readonly trialCustomer: string | null;
  readonly now?: (() => number) | undefined;
  readonly onReply?: ((asked: DoctorCall, reply: Reply) => void) | undefined;
}

/** Examines a backend over a connection of its own, with the gateway's settings. Never rejects because of the backend. */
export async function examineBackend(backend: string, settings: BackendSettings, options: ExaminationOptions): Promise<Examined> {
  const { doctor, takes } = await doctorOf(settings);
  const examined = { backend, label: settings.label, kind: settings.kind };
  if (doctor === null) return { ...examined, diagnoses: [], clockOffsetMs: 0 };
  const connection = connectDoctor(backend, settings);
  try {
    const patient = createPatient<unknown>({ settings, takes, connection, now: options.now, onReply: options.onReply });
    const found = await withoutSurprise(() => doctor.examine(patient));
    const isReached = found.some(({ check, verdict }) => check === "login" && verdict === "AGREES");
    const customer = options.trialCustomer;
    const tried = customer !== null && isReached ? await withoutSurprise(() => doctor.trial(patient, customer)) : [];
    const clockOffsetMs = patient.clockOffsetMs() ?? 0;
    return { ...examined, diagnoses: withTrial(found, tried), clockOffsetMs };
  } finally {
    await connection.close();
  }
}

/** An unexpected failure ends the examination of its own backend only. */
async function withoutSurprise(examination: () => Promise<readonly Diagnosis[]>): Promise<readonly Diagnosis[]> {
  try {
    return await examination();
  } catch (error) {
    const check = checkOf("doctor", "the examination ends");
    // The message is left out: it may quote the backend's answer.
    return [
      check.danger(
        `it failed unexpectedly (${error instanceof Error ? error.name : typeof error}): please report it with --json`,
      ),
    ];
  }
}

/** If both have a verdict on a check, the trial's counts: it created a record. */
function withTrial(found: readonly Diagnosis[], tried: readonly Diagnosis[]): readonly Diagnosis[] {
  const told = new Set(tried.filter(({ verdict }) => verdict !== "UNTOLD").map(({ check }) => check));
  return [...found.filter(({ check }) => !told.has(check)), ...tried];
}
