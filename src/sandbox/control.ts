import { z } from "zod";
import { type Conditions, conditionsSchema } from "./conditions.ts";
import { type FaultInjector, faultSchema } from "./faults.ts";
import type { LoggedCall } from "./simulated.ts";
import type { RecordsByHand } from "./table.ts";

/** The answer of the control interface, always JSON. */
export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface Controlled {
  readonly calls: readonly LoggedCall[];
  readonly clearCalls: () => void;
  readonly faults: FaultInjector;
  /** Null where the backend has none. */
  readonly conditions: Conditions | null;
  readonly byHand: Readonly<Record<string, RecordsByHand>>;
  /** Null where the backend has no OpenAPI description. */
  readonly openApi: object | null;
}

/**
 * Lets people with curl, and other processes, inspect a running backend and break it: GET and DELETE /_sandbox/calls; GET, PUT
 * (a JSON array of Fault) and DELETE /_sandbox/faults; GET, PUT (a JSON object, see conditions.ts) and DELETE
 * /_sandbox/conditions; GET, PATCH (members as stored) and DELETE /_sandbox/records/{kind}/{id}; GET /_sandbox/openapi.json
 * where the backend has one. Answers 400 with a readable message if the body is invalid.
 */
export const control = (method: string, path: string, body: string, controlled: Controlled): ControlAnswer => {
  const [, kind, id] = /^\/_sandbox\/records\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (kind !== undefined && id !== undefined) return recordByHand(method, controlled.byHand[kind], id, body);
  switch (`${method} ${path}`) {
    case "GET /_sandbox/calls":
      return { status: 200, body: controlled.calls };
    case "DELETE /_sandbox/calls":
      controlled.clearCalls();
      return { status: 200, body: [] };
    case "GET /_sandbox/faults":
      return { status: 200, body: controlled.faults.active() };
    case "PUT /_sandbox/faults":
      return replaceFaults(body, controlled.faults);
    case "DELETE /_sandbox/faults":
      controlled.faults.set([]);
      return { status: 200, body: [] };
    case "GET /_sandbox/conditions":
      return { status: 200, body: controlled.conditions?.inForce() ?? {} };
    case "PUT /_sandbox/conditions":
      return replaceConditions(body, controlled.conditions);
    case "DELETE /_sandbox/conditions":
      return replaceConditions("{}", controlled.conditions);
    case "GET /_sandbox/openapi.json":
      if (controlled.openApi) return { status: 200, body: controlled.openApi };
      return { status: 404, body: { error: "This backend has no description; HostedSuite v3 has one." } };
    default:
      return { status: 404, body: { error: `Known here: ${known.join(", ")}` } };
  }
};

const replaceFaults = (body: string, faults: FaultInjector): ControlAnswer => {
  const parsed = z.array(faultSchema).safeParse(parseJson(body));
  if (!parsed.success) {
    return { status: 400, body: { error: `The body must be a JSON array of faults: ${z.prettifyError(parsed.error)}` } };
  }
  faults.set(parsed.data);
  return { status: 200, body: parsed.data };
};

const known = [
  "GET|DELETE /_sandbox/calls",
  "GET|PUT|DELETE /_sandbox/faults",
  "GET|PUT|DELETE /_sandbox/conditions",
  "GET|PATCH|DELETE /_sandbox/records/{kind}/{id}",
];

const replaceConditions = (body: string, conditions: Conditions | null): ControlAnswer => {
  if (conditions === null) return { status: 404, body: { error: "This backend has no conditions." } };
  const parsed = conditionsSchema.safeParse(parseJson(body));
  if (!parsed.success) {
    return { status: 400, body: { error: `The body must be a JSON object of conditions: ${z.prettifyError(parsed.error)}` } };
  }
  conditions.set(parsed.data);
  return { status: 200, body: parsed.data };
};

/** Changes or deletes a record as a person at the backend's own screens would. */
const recordByHand = (method: string, records: RecordsByHand | undefined, id: string, body: string): ControlAnswer => {
  const record = records?.get(id);
  if (records === undefined || record === undefined) return { status: 404, body: { error: "There is no such record." } };
  if (method === "DELETE") records.remove(id);
  if (method === "PATCH") {
    const members = z.record(z.string(), z.json()).safeParse(parseJson(body));
    if (!members.success)
      return { status: 400, body: { error: "The body must be a JSON object of members as they are stored." } };
    records.edit(id, members.data);
  }
  return { status: 200, body: JSON.parse(readable(records.get(id) ?? record)) };
};

/** JSON with ids beyond JavaScript's safe integers as text. */
const readable = (record: object): string =>
  JSON.stringify(record, (_name, value: unknown) => (typeof value === "bigint" ? String(value) : value));

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
