import { createEnswitch } from "../../src/sandbox/enswitch/index.ts";
import { createHostedSuiteV2, createHostedSuiteV3 } from "../../src/sandbox/hostedsuite/index.ts";
import { type RunningBackend, serveSimulated } from "../../src/sandbox/server.ts";
import type { Fault, SandboxAnswer, SandboxRequest, SimulatedBackend } from "../../src/sandbox/simulated.ts";
import { createV01 } from "../../src/sandbox/v01/index.ts";
import { createWorld } from "../../src/sandbox/world.ts";
import { type BackendName, clerks, dump, passwords, privateColumn, usernames } from "./canaries.ts";
import { hostileAnswers, type Occasion } from "./hostile-answers.ts";

/** The sandbox's backends with canaries for credentials and in their records, which answer as badly as they are told to. */

export interface Misbehaviour {
  /** A fault of the sandbox, or one of hostile-answers.ts. */
  readonly kind: string;
  /** Reads are answered properly, so that mutations get as far as to be sent. */
  readonly onlyWrites: boolean;
}

export interface HostileBackends extends AsyncDisposable {
  readonly urls: Readonly<Record<BackendName, string>>;
  /** Null: regular answers. */
  readonly misbehave: (how: Misbehaviour | null) => void;
  /** All requests and answers of each: these contain the texts that are searched for elsewhere. */
  readonly said: Readonly<Record<BackendName, () => string>>;
  /** Tokens that Enswitch has given out. */
  readonly tokens: () => readonly string[];
}

const faultKinds = [
  "delay",
  "dropBefore",
  "dropAfter",
  "truncate",
  "html502",
  "html502After",
  "blockedAfter",
  "emptyEnvelope",
  "rateLimit",
  "echo",
] as const satisfies readonly Fault["kind"][];

export const misbehaviours: readonly string[] = [...faultKinds, ...Object.keys(hostileAnswers)];

/** Longer than the gateway waits here. */
const delayMs = 2_500;

/** Parts of the names of functions that write, in any of the backends. */
const writing = [
  "create",
  "update",
  "delete",
  "charges/charge",
  "liable/set",
  "/new",
  "save",
  "archive",
  "restore",
  "POST",
  "PATCH",
  "DELETE",
  "modify",
  "reverse",
];

type Refuse = (message: string, code: string) => Omit<SandboxAnswer, "function">;

const refusals: Readonly<Record<BackendName, Refuse>> = {
  pbx: (message, code) => ({ status: 200, body: JSON.stringify({ responses: [{ code: "400", key: code, message }] }) }),
  suite: (message, code) => ({
    status: 400,
    body: JSON.stringify({
      ResponseStatus: { ErrorCode: code, Message: message, Errors: [{ ErrorCode: code, FieldName: code, Message: message }] },
    }),
  }),
  offices: (message, code) => ({
    status: 400,
    body: JSON.stringify({
      responseStatus: { errorCode: code, message, errors: [{ errorCode: code, fieldName: code, message }] },
    }),
  }),
  recurring: (message, code) => ({ status: 400, body: JSON.stringify({ failureCode: code, failureMessage: message }) }),
};
const usualCodes: Readonly<Record<BackendName, string>> = {
  pbx: "name",
  suite: "ArgumentException",
  offices: "ArgumentException",
  recurring: "F01",
};

export async function startHostileBackends(): Promise<HostileBackends> {
  const world = createWorld({ customers: 20 });
  let how: Misbehaviour | null = null;
  const tokens = new Set<string>();

  async function serve(key: BackendName, backend: SimulatedBackend): Promise<RunningBackend & { readonly said: () => string }> {
    const said: string[] = [];
    const answer = (request: SandboxRequest): SandboxAnswer => {
      const stored = backend.answer(request);
      for (const [, token = ""] of stored.body.matchAll(/"auth_token":"([^"]+)"/g)) tokens.add(token);
      const proper = withPrivateColumns(stored);
      const hostile = how && appliesTo(how, proper.function) ? hostileAnswers[how.kind] : undefined;
      const given = hostile ? hostile(occasionOf(key, request, proper)) : proper;
      said.push(JSON.stringify({ request, given }));
      return { ...given, function: proper.function };
    };
    const failure = (message: string) => backend.failure?.(`${dump} ${message}`) ?? { status: 500, body: message };
    return { ...(await serveSimulated({ ...backend, answer, failure })), said: () => said.join("\n") };
  }

  const account = (key: BackendName) => ({ user: usernames[key], password: passwords[key] });
  const { username: readerUsername, password: readerPassword } = clerks.recurring;
  const functions = { chargesDelete: true, taxesGet: true, taxesDelete: true };
  const servers = {
    pbx: await serve("pbx", createEnswitch(world, { username: usernames.pbx, password: passwords.pbx, functions })),
    suite: await serve("suite", createHostedSuiteV2(world, account("suite"))),
    offices: await serve("offices", createHostedSuiteV3(world, account("offices"))),
    recurring: await serve(
      "recurring",
      createV01(world, {
        username: usernames.recurring,
        password: passwords.recurring,
        readerUsername,
        readerPassword,
      }),
    ),
  };
  const all = Object.values(servers);
  const mapped = <T>(value: (server: (typeof servers)[BackendName]) => T): Readonly<Record<BackendName, T>> => ({
    pbx: value(servers.pbx),
    suite: value(servers.suite),
    offices: value(servers.offices),
    recurring: value(servers.recurring),
  });
  return {
    urls: mapped(({ url }) => url),
    said: mapped(({ said }) => said),
    tokens: () => [...tokens],
    misbehave: (next) => {
      how = next;
      for (const server of all) server.setFaults(next ? faultsOf(next) : []);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(all.map((server) => server.close()));
    },
  };
}

function faultsOf({ kind, onlyWrites }: Misbehaviour): readonly Fault[] {
  const known = faultKinds.find((each) => each === kind);
  if (known === undefined) return [];
  const fault: Fault = { kind: known, milliseconds: delayMs, retryAfterSeconds: 0 };
  return onlyWrites ? writing.map((part) => ({ ...fault, function: part })) : [fault];
}

function appliesTo({ onlyWrites }: Misbehaviour, functionName: string): boolean {
  return !onlyWrites || writing.some((part) => functionName.includes(part));
}

/** Records with additional columns: some installations have them, and none of them is for callers. */
function withPrivateColumns(answer: SandboxAnswer): SandboxAnswer {
  const columns = ["password", "auth_token", "cardNumber", "bank_account_number", "accountNumber", "iban", "apiKey"];
  const members = columns.map((name) => `"${name}":"${privateColumn}",`).join("");
  return { ...answer, body: answer.body.replace(/\{(?="id":)/gi, `{${members}`) };
}

function occasionOf(key: BackendName, request: SandboxRequest, proper: SandboxAnswer): Occasion {
  return {
    ...shownCredential(request),
    request,
    proper,
    refuse: (message, code = usualCodes[key]) => refusals[key](message, code),
  };
}

/** In a form (Enswitch), in JSON (HostedSuite v2), or in a header in the manner of Basic (HostedSuite v3, v01). */
function shownCredential({ headers, body }: SandboxRequest): { readonly username: string; readonly secret: string } {
  const [, pair] = /^\S+ (.*)$/.exec(headers["authorization"] ?? "") ?? [];
  if (pair !== undefined) {
    const [username = "", ...rest] = Buffer.from(pair, "base64").toString("utf8").split(":");
    return { username, secret: rest.join(":") };
  }
  if (body.startsWith("{")) {
    const { UserName: username, Password: secret } = JSON.parse(body) as Readonly<Record<string, string>>;
    return { username: username ?? "", secret: secret ?? "" };
  }
  const form = new URLSearchParams(body);
  return { username: form.get("auth_username") ?? "", secret: form.get("auth_token") ?? form.get("auth_password") ?? "" };
}
