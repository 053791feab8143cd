import type { Patient, Reply } from "../../adapter/doctoring/diagnosis.ts";
import { isRow, type Row } from "../../adapter/kit/reading.ts";
import { type FunctionParameters, placed } from "./call.ts";
import type { Settings } from "./settings.ts";
import { readEnvelope } from "./wire.ts";

/** How the doctor calls Enswitch and reads its answers. */

/** A reply and its envelope. */
export interface ReadReply {
  readonly reply: Reply;
  /** Null where there is no envelope. */
  readonly code: string | null;
  readonly key: string;
  readonly data: unknown;
  readonly rows: readonly Row[];
}

export const customersOfWhichCharges = 12;
export const rowsOfSample = 200;

export function asking({ settings, ask }: Patient<Settings>) {
  const credentials = { auth_username: settings.username, auth_password: settings.password };
  return async (name: string, parameters: FunctionParameters, writes?: true): Promise<ReadReply> =>
    readReply(
      await ask({
        function: name,
        method: "POST",
        path: `${name}/`,
        ...placed({ ...parameters, ...credentials }, settings.parameters),
        ...(writes && { writes }),
      }),
    );
}

export type Ask = ReturnType<typeof asking>;

export function readReply(reply: Reply): ReadReply {
  const envelope = readEnvelope(reply.json);
  const data = envelope?.data ?? null;
  const first = envelope?.responses[0];
  const rows = Array.isArray(data) ? data.filter(isRow) : [];
  return { reply, code: first?.code ?? null, key: first?.key ?? "", data, rows };
}

export const everybody = { deleted: "-1", directory: "-1" };
