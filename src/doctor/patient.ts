import type { DoctorCall, Patient, Reply } from "../adapter/doctoring/diagnosis.ts";
import type { BackendConnection } from "../connections/http.ts";
import { BillingError } from "../model/errors.ts";

export interface PatientOptions<Settings> {
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
