import { z } from "zod";
import { type FaultInjector, faultSchema } from "./faults.ts";
import type { LoggedCall } from "./simulated.ts";

/** The control's answer, always JSON. */
export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface Controlled {
  readonly calls: readonly LoggedCall[];
  readonly clearCalls: () => void;
  readonly faults: FaultInjector;
  /** Null where the backend has no description. */
  readonly openApi: object | null;
}

/**
 * Lets people with curl and other processes look at a running backend and break it: GET and DELETE /_sandbox/calls; GET, PUT (a
 * JSON array of Fault) and DELETE /_sandbox/faults; GET /_sandbox/openapi.json where the backend has one. Answers 400 with a readable message when the faults are wrong.
 */
export const control = (method: string, path: string, body: string, controlled: Controlled): ControlAnswer => {
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
    case "GET /_sandbox/openapi.json":
      if (controlled.openApi) return { status: 200, body: controlled.openApi };
      return { status: 404, body: { error: "This backend has no description; HostedSuite v3 has one." } };
    default:
      return { status: 404, body: { error: "Known here: GET|DELETE /_sandbox/calls, GET|PUT|DELETE /_sandbox/faults" } };
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

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
