import type { Intent, WritePlan, WriteStep } from "../../../src/adapter/adapter.ts";
import { create, settings as schema } from "../../../src/adapters/enswitch/index.ts";
import type { BackendConnection } from "../../../src/connections/http.ts";
import { BillingError } from "../../../src/model/errors.ts";

export interface Sent {
  readonly function: string;
  readonly effect: "read" | "write";
  readonly path: string;
  /** Without credentials. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, string>>;
}

/** A canned answer: an envelope, anything that a broken server may send, or a failure in transit. */
export type Canned = unknown | BillingError;
export type Answering = (sent: Sent) => Canned;

export const ok = (data: unknown) => ({ responses: [{ code: "200", key: "", message: "OK" }], data });
export const done = { responses: [{ code: "204", key: "", message: "OK" }] };
export const valid = { responses: [{ code: "201", key: "", message: "OK" }] };
export const refused = (code: string | number, key = "", message = "") => ({ responses: [{ code, key, message }] });

/** An adapter whose backend answers with `answering`, and all requests to it. */
export function fakeAdapter(answering: Answering, options: Readonly<Record<string, unknown>> = {}) {
  const sent: Sent[] = [];
  const connection: BackendConnection = {
    call: async (call) => {
      const form = call.body && "form" in call.body ? call.body.form : {};
      const entries = Object.entries(form);
      const isCredential = ([name]: [string, string]) => name.startsWith("auth_");
      const record: Sent = {
        function: call.function,
        effect: call.effect,
        path: `${call.method} ${call.path}`,
        parameters: Object.fromEntries(entries.filter((entry) => !isCredential(entry))),
        credentials: Object.fromEntries(entries.filter(isCredential)),
      };
      sent.push(record);
      const json = answering(record);
      if (json instanceof BillingError) throw json;
      return call.decode({ status: 200, headers: {}, json, empty: false });
    },
    clock: () => ({ earliest: Date.now() - 1000, latest: Date.now() }),
    health: () => ({ status: "UP", circuit: "CLOSED", latencyMs: null, checkedAt: null, message: null }),
    close: async () => {},
  };
  const settings = schema.parse({
    kind: "enswitch",
    url: "http://127.0.0.1/api/json",
    username: "gateway@example.com",
    password: "s3cret;&=",
    currency: "EUR",
    ...options,
  });
  return { adapter: create("pbx", settings, connection), sent, functions: () => sent.map((call) => call.function) };
}

/** The error of a promise or function. */
export async function failureOf(act: () => unknown): Promise<BillingError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof BillingError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

export const intent: Intent = { stepId: "step-1", createdAt: "2026-11-21T06:00:00.789Z", note: null };

/** The intent with the step's note, as the gateway makes it before sending. */
export async function noting<T>(step: WriteStep<T>, id: string | null, intent: Intent): Promise<Intent> {
  return { ...intent, note: step.noteAtOnce?.(intent) ?? (await step.note?.(id, intent, {})) ?? null };
}

/** Sends the steps of a plan as the gateway does: each with the id from the previous one. */
export async function perform<T>(plan: WritePlan<T> | undefined, id: string | null = null) {
  let written: Awaited<ReturnType<WriteStep<T>["send"]>> | null = null;
  for (const step of plan?.steps ?? []) {
    const writtenId = written?.id ?? id;
    written = await step.send(writtenId, await noting(step, writtenId, intent), {});
  }
  return written;
}
