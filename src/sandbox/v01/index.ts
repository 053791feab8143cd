import { createHash } from "node:crypto";
import { createConditions } from "../conditions.ts";
import type { SandboxAnswer, SandboxRequest, SimulatedBackend } from "../simulated.ts";
import { byHand } from "../table.ts";
import type { World } from "../world.ts";
import { type Action, Failure, type FailureCode, type Installation } from "./action.ts";
import { planActions, taxActions } from "./catalogue.ts";
import { customerActions } from "./customers.ts";
import type { Fields } from "./fields.ts";
import { defaultSettings, type V01Options, type V01Settings } from "./options.ts";
import { paymentActions } from "./payments.ts";
import { seed } from "./seed.ts";
import { localised, shaped } from "./shapes.ts";
import { entriesByHand, type V01StateView } from "./state.ts";
import { subscriptionActions } from "./subscriptions.ts";
import { transactionActions } from "./transactions.ts";

/**
 * Checks an Authorization header (section 2.2): HTTP Basic or Digest, and the Management API privilege, which the reader lacks.
 * Fails with L01 for missing or wrong credentials (A1), with L02 for the missing privilege.
 */
const authorize = (request: SandboxRequest, settings: V01Settings): void => {
  const { username, password, readerUsername, readerPassword } = settings;
  const proves = settings.authentication === "digest" ? signedBy(request) : sentBy(request);
  if (proves(username, password)) return;
  if (proves(readerUsername, readerPassword)) {
    throw new Failure("L02", "The user does not have the Management API privilege.");
  }
  throw new Failure("L01", "The user name or the password is wrong.");
};

type Proof = (username: string, password: string) => boolean;

const sentBy = ({ headers }: SandboxRequest): Proof => {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(headers["authorization"] ?? "")?.[1] ?? "";
  const credentials = Buffer.from(encoded, "base64").toString("utf8");
  return (username, password) => credentials === `${username}:${password}`;
};

const nonce = "c2FuZGJveA==";
const challenge = `Digest realm="api", qop="auth", algorithm=SHA-256, nonce="${nonce}", opaque="x"`;

const signedBy = ({ method, path, query, headers }: SandboxRequest): Proof => {
  const sent = headers["authorization"] ?? "";
  const part = (name: string): string => new RegExp(`[ ,]${name}="?([^",]*)`).exec(sent)?.[1] ?? "";
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
  const uri = query === "" ? path : `${path}?${query}`;
  return (username, password) =>
    sent.startsWith("Digest ") &&
    part("nonce") === nonce &&
    part("opaque") === "x" &&
    sent.includes(`uri="${uri}"`) &&
    part("response") ===
      hash(`${hash(`${username}:api:${password}`)}:${nonce}:${part("nc")}:${part("cnonce")}:auth:${hash(`${method}:${uri}`)}`);
};

/**
 * Writes a value as JSON. Ids are bigints and become number literals with all their digits, which JSON.stringify cannot do
 * beyond 2^53 (section 2.6: Long is 64-bit). Undefined members are omitted (A13). With "text" every scalar is a string, as in
 * the vendor's samples (section 2.5).
 */
const writeJson = (value: unknown, scalars: "native" | "text"): string => {
  if (Array.isArray(value)) return `[${value.map((item) => writeJson(item, scalars)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${writeJson(member, scalars)}`).join(",")}}`;
  }
  return typeof value === "string" || scalars === "text" ? JSON.stringify(String(value)) : String(value);
};

/**
 * Reads a JSON object. Numbers that a double cannot hold exactly stay text, so that ids lose no digit. Fails with F01 if the
 * text is not exactly one JSON object.
 */
const readJsonObject = (text: string): Readonly<Record<string, unknown>> => {
  const value = parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Failure("F01", "The body must be one JSON object.");
  }
  return { ...value };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text, exactNumber);
  } catch {
    throw new Failure("F01", "The body is not well-formed JSON.");
  }
};

const exactNumber = (_name: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" && !Number.isSafeInteger(value) ? context?.source : value;

const basePath = "/api/v01/";

const actions: readonly Action[] = [
  ...customerActions,
  ...transactionActions,
  ...paymentActions,
  ...subscriptionActions,
  ...planActions,
  ...taxActions,
];

/**
 * A simulated v01 (UniPay/UniBill recurring Billing API) installation, seeded with the world's companies that the backend
 * "recurring" knows. Its functions are named "customers/~create", "transactions/~reverse", "taxes/~load" and so on; an unknown
 * URL is "unknown". `state` shows the stored records.
 *
 * Sections and A-numbers in this folder's comments are those of the v01 backend contract.
 *
 * XML, which the vendor also supports (section 2.4), is not simulated: a request for it fails with U02.
 */
export const createV01 = (world: World, options: V01Options = {}): SimulatedBackend & { readonly state: V01StateView } => {
  const conditions = createConditions(options.now ?? defaultSettings.now);
  const settings = { ...defaultSettings, ...options, now: conditions.now };
  const state = seed(world, settings, conditions);
  const installation: Installation = { state, settings };
  return {
    kind: "v01",
    basePath,
    state,
    conditions,
    byHand: {
      customers: byHand(state.customers, BigInt),
      transactions: entriesByHand(state),
      taxes: byHand(state.taxRates, BigInt),
    },
    functionOf: (request) => functionName(findRoute(request)),
    answer: (request) => answer(request, installation),
    forbidden: () => ({ status: 403, headers: jsonHeaders, body: failureBody("L02", "A privilege is missing.", settings) }),
    failure: (message) => ({ status: 500, body: failureBody("S01", message, settings) }),
  };
};

const functionName = (route: Route | undefined): string =>
  route === undefined ? "unknown" : `${pluralOf(route.action)}/~${route.action.name}`;

const answer = (request: SandboxRequest, installation: Installation): SandboxAnswer => {
  const { settings } = installation;
  const route = findRoute(request);
  const name = functionName(route);
  try {
    authorize(request, settings);
    if (route === undefined) throw new Failure("U02", "There is no such resource, or no such action with this method.");
    const { action, variables } = route;
    if (action.name === "find") refuseLargePages(request.query, installation);
    refuseOtherFormats(request.headers);
    const result = action.answer({ variables, ...readFields(request, action) }, installation);
    const status = action.name === "create" ? settings.createStatus : 200;
    return {
      function: name,
      status,
      headers: jsonHeaders,
      body: writeJson(shaped(localised(result, settings.timeZone), pluralOf(action), settings.listShape), settings.scalars),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { unknownIds } = installation.state.customers.conditions.inForce();
    if (error.isUnknownId && unknownIds === "empty") return { function: name, status: 200, headers: jsonHeaders, body: "" };
    const failure = error.isUnknownId && unknownIds === "error" ? new Failure("S01", "Internal error.") : error;
    return { function: name, ...failureAnswer(failure, settings, request) };
  }
};

const jsonHeaders = { "content-type": "application/json;charset=UTF-8" };

/** The resource of an action's URL: its last segment that is no variable, e.g. "transactions". */
const pluralOf = ({ resource }: Action): string => resource.split("/").findLast((segment) => segment !== "*") ?? resource;

interface Route {
  readonly action: Action;
  readonly variables: readonly string[];
}

/** The action for a method and URL (section 2.3). An explicit action must be named; naming an implicit one is allowed. */
const findRoute = ({ method, path }: SandboxRequest): Route | undefined => {
  if (!path.startsWith(basePath)) return undefined;
  const segments = path.slice(basePath.length).split("/").map(decode);
  const last = segments.at(-1);
  const named = last?.startsWith("~") ? last.slice(1) : undefined;
  const resource = named === undefined ? segments : segments.slice(0, -1);
  const action = actions.find(
    (candidate) =>
      candidate.method === method &&
      (named === undefined ? candidate.implicit : candidate.name === named) &&
      matches(candidate.resource.split("/"), resource),
  );
  if (action === undefined) return undefined;
  const pattern = action.resource.split("/");
  return { action, variables: resource.filter((_segment, index) => pattern[index] === "*") };
};

const matches = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((expected, index) => (expected === "*" ? segments[index] !== "" : segments[index] === expected));

/** A segment with invalid percent-encoding is taken literally, and so matches nothing. */
const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

/**
 * The contract does not say how the response format is chosen (section 2.4): here by Accept, where absent or general means
 * JSON. The format of the request comes from its Content-Type.
 */
const refuseOtherFormats = (headers: SandboxRequest["headers"]): void => {
  const accept = headers["accept"] ?? "*/*";
  const acceptsJson = ["json", "*/*", "application/*"].some((range) => accept.includes(range));
  if (!acceptsJson) throw new Failure("U02", "Only json is produced.");
  if (headers["content-type"]?.includes("xml")) throw new Failure("U02", "Only json and xurl are consumed.");
};

const readFields = (request: SandboxRequest, action: Action): { readonly parameters: Fields; readonly object: Fields } => {
  const query = Object.fromEntries(new URLSearchParams(request.query));
  const isForm = request.headers["content-type"]?.includes("x-www-form-urlencoded") ?? false;
  if (action.consumes === "object") {
    if (isForm) throw new Failure("F01", "This action consumes json, not xurl.");
    return { parameters: query, object: readJsonObject(request.body) };
  }
  if (request.method === "GET" || request.body === "") return { parameters: query, object: {} };
  if (!isForm) throw new Failure("F01", "This action consumes xurl only.");
  return { parameters: { ...query, ...Object.fromEntries(new URLSearchParams(request.body)) }, object: {} };
};

/** Login failures have the status of A1, unknown ids in the URL that of A5. */
const failureAnswer = (failure: Failure, settings: V01Settings, { query }: SandboxRequest): Omit<SandboxAnswer, "function"> => {
  const { failureCode, isUnknownId } = failure;
  const scheme = settings.authentication === "digest" ? challenge : 'Basic realm="api"';
  const headers = failureCode === "L01" ? { ...jsonHeaders, "www-authenticate": scheme } : jsonHeaders;
  const echo = query.replaceAll("&", ", ");
  const message = settings.messageEcho ? `${failure.message} [requestType=find${echo && `, ${echo}`}]` : failure.message;
  const status = loginStatuses[failureCode] ?? (isUnknownId ? settings.unknownIdStatus : settings.failureStatus);
  return { status, headers, body: failureBody(failureCode, message, settings) };
};

/** `failureCode` is the vendor's, `failureMessage` its natural companion (section 3). */
const failureBody = (code: FailureCode, failureMessage: string, { scalars, failureCodes }: V01Settings): string => {
  if (failureCodes === "chosen") return writeJson({ failureCode: code, failureMessage }, scalars);
  return writeJson({ responseType: "exception", failureCode: siblingCodes[code] ?? code, failureMessage }, scalars);
};

/** Section 18: "not found or not accessible", "invalid field". */
const siblingCodes: Partial<Record<FailureCode, string>> = { V01: "V24", F01: "V21", V03: "V21" };

/** Section 18: some servers refuse a limit, with V30. */
const refuseLargePages = (query: string, { state, settings }: Installation): void => {
  const asked = Number(new URLSearchParams(query).get("limit") ?? 100);
  if (state.customers.conditions.pageSize(Math.min(asked, settings.maximumLimit)) === null) {
    throw new Failure("V30", "The limit is larger than this server allows.");
  }
};

/** Bad credentials (A1) and a missing privilege; the latter's status is not stated, 403 is what HTTP has for it. */
const loginStatuses: Partial<Record<FailureCode, number>> = { L01: 401, L02: 403 };
