import type { SandboxAnswer, SandboxRequest, SimulatedBackend } from "../simulated.ts";
import type { World } from "../world.ts";
import {
  createRefusals,
  debugEnvelope,
  errorEnvelope,
  malformedBody,
  Refusal,
  refusalAnswer,
  renderAnswer,
  targetOf,
  unknownFunction,
  unknownRoute,
} from "./envelope.ts";
import type { Printable } from "./jsv.ts";
import { createMembers, jsonEntries, type Members, queryEntries } from "./members.ts";
import { type HostedSuiteV3Options, v3Defaults } from "./options.ts";
import { type State, stateOf } from "./state.ts";
import { type Account, type Credentials, createTenant, type Tenant } from "./tenant.ts";
import type { V3Call } from "./v3-call.ts";
import { contracts, services, taxes } from "./v3-catalogue.ts";
import { charges } from "./v3-charges.ts";
import { assignToCenter, clients } from "./v3-clients.ts";
import type { Resource } from "./v3-resource.ts";

/**
 * The part of HostedSuite v3 that reads clients and charges, as OpenAPI 3.0 (contract 7.3, 7.5, 7.7): enough for tools that
 * generate clients. Answers also have members that it does not describe.
 *
 * @param url base address of the API, with or without a trailing slash
 */
const describeHostedSuiteV3 = (url: string) => ({
  openapi: "3.0.3",
  info: { title: "HostedSuite v3, simulated", version: "3" },
  servers: [{ url: url.replace(/\/$/, "") }],
  paths: {
    "/clients": { get: listOperation("listClients", "ClientPage", [text("ids", "Only these, with commas between.")]) },
    "/charges": {
      get: listOperation("listCharges", "ChargePage", [
        text("clientId", "Only charges of this client."),
        text("sortField", "The member to sort by."),
        { ...text("sortOrder", "Ascending unless told otherwise."), schema: { type: "string", enum: ["Ascend", "Descend"] } },
      ]),
    },
  },
  components: {
    schemas: {
      ClientPage: pageOf("Client"),
      ChargePage: pageOf("Charge"),
      Client: object(["id"], {
        id: { type: "string" },
        name: { type: "string" },
        referenceId: { type: "string" },
        thirdPartyInfo: object([], { thirdPartyAccountId: { type: "string" } }),
      }),
      Charge: object(["id"], {
        id: { type: "string" },
        clientId: { type: "string" },
        clientName: { type: "string" },
        serviceName: { type: "string" },
        description: { type: "string" },
        dateOfCharge: { type: "string", description: "Local to the tenant, without a zone." },
        quantity: { type: "number" },
        cost: { type: "number", description: "Of the whole line; absent where it is not priced." },
      }),
    },
  },
});

const text = (name: string, description: string) => ({ name, in: "query", description, schema: { type: "string" } });

/** Parameters of every list. */
const paging = [
  { name: "page", in: "query", description: "From 0.", schema: { type: "integer" } },
  { name: "countPerPage", in: "query", description: "Rows of a page.", schema: { type: "integer" } },
  { name: "archived", in: "query", description: "Archived records as well.", schema: { type: "boolean" } },
];

const listOperation = (operationId: string, page: string, parameters: readonly object[]) => ({
  operationId,
  parameters: [...parameters, ...paging],
  responses: {
    "200": {
      description: "A page of the list.",
      content: { "application/json": { schema: { $ref: `#/components/schemas/${page}` } } },
    },
  },
});

const object = (required: readonly string[], properties: Readonly<Record<string, object>>) => ({
  type: "object",
  ...(required.length > 0 && { required }),
  properties,
});

const pageOf = (item: string) =>
  object(["items"], {
    items: { type: "array", items: { $ref: `#/components/schemas/${item}` } },
    totalCount: { type: "integer" },
    totalPages: { type: "integer" },
  });

const basePath = "/api/";
const resources: readonly Resource[] = [clients, charges, services, taxes, contracts];

interface Route {
  /** "PATCH /clients/{id}" */
  readonly name: string;
  readonly access: "read" | "write";
  /** Undefined = an answer without a body. */
  readonly run: (call: V3Call) => Printable;
}

/** A simulated HostedSuite of generation v3 (contract 7, 11), seeded with the world's share of companies. */
export function createHostedSuiteV3(
  world: World,
  overrides: Partial<HostedSuiteV3Options> = {},
): SimulatedBackend & { readonly state: State } {
  const options: HostedSuiteV3Options = { ...v3Defaults, ...overrides };
  const tenant = createTenant(world, "v3", options);
  const refuse = createRefusals({ ...options, badCredentialsCode: "Unauthorized" });

  const run = (route: Route, request: SandboxRequest): SandboxAnswer => {
    const account = tenant.signIn(credentialsOf(request.headers["authorization"] ?? ""));
    if (account === null) throw refuse.badCredentials();
    if (route.access === "write" && !account.mayWrite) throw refuse.forbidden();
    const value = route.run({ members: bind(request), tenant, store: tenant.store, account, options, refuse });
    if (value === undefined) return { function: route.name, status: options.deleteAnswer, body: "" };
    return renderAnswer(route.name, 200, value, "json");
  };

  const respond = (route: Route, request: SandboxRequest): SandboxAnswer => {
    try {
      return run(route, request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refusalAnswer(route.name, error, tenant, (envelope) => envelope, "json");
    }
  };

  return {
    kind: "hostedsuite-v3",
    basePath,
    describe: describeHostedSuiteV3,
    state: stateOf(tenant.store),
    conditions: tenant.conditions,
    forbidden: () => ({ status: 403, body: JSON.stringify(errorEnvelope(refuse.forbidden())) }),
    byHand: tenant.byHand,
    functionOf: (request) => findRoute(request)?.name ?? (isAuthInfo(request) ? authInfo : unknownFunction),
    failure: (message) => ({ status: 500, body: JSON.stringify(debugEnvelope(message)) }),
    answer: (request) => {
      if (isAuthInfo(request)) return renderAnswer(authInfo, 200, describeAccount(tenant, request), "json");
      const route = findRoute(request);
      return route === null ? unknownRoute(request, 404) : respond(route, request);
    },
  };
}

const authInfo = "GET /auth/info";

function isAuthInfo(request: SandboxRequest): boolean {
  return request.method === "GET" && targetOf(request, basePath)?.path === "auth/info";
}

/**
 * Bad credentials are no error here: the answer is 200 with isAuthenticated, which is written even if false (contract 3.2,
 * 7.1).
 */
function describeAccount(tenant: Tenant, { headers }: SandboxRequest): Printable {
  const account = tenant.signIn(credentialsOf(headers["authorization"] ?? ""));
  return account === null ? { isAuthenticated: false } : { isAuthenticated: true, ...describe(tenant, account) };
}

function describe({ name, store }: Tenant, { user, login, mayWrite }: Account): { readonly [name: string]: Printable } {
  const centerIds = [...store.centers.all.keys()];
  return {
    userId: user.id,
    userName: login,
    name: user.name,
    customerName: name,
    centerId: centerIds[0],
    visibleCenterIds: centerIds,
    roles: [mayWrite ? "Administrator" : "Team"],
    permissions: [{ module: "Billing", permissions: mayWrite ? ["View", "Edit", "ModifyCosts"] : ["View"] }],
    userCulture: "en-US",
  };
}

/** `{tenant} {base64(user:password)}`: the scheme word is the tenant's name (contract 7.1). */
function credentialsOf(header: string): Credentials {
  const [, tenant = null, encoded = ""] = /^(\S+) +([A-Za-z0-9+/=_-]+)$/.exec(header) ?? [];
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return colon === -1
    ? { tenant, user: null, password: null }
    : { tenant, user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** The query's parameters for reads, the JSON body's members for writes. */
function bind({ method, query, body }: SandboxRequest): Members {
  const entries = method === "POST" || method === "PATCH" ? jsonEntries(body) : queryEntries(query);
  if (entries === null) throw malformedBody();
  return createMembers(entries);
}

function findRoute(request: SandboxRequest): Route | null {
  const [name, id, action, ...rest] = targetOf(request, basePath)?.path.split("/") ?? [];
  const resource = resources.find(({ route }) => route === name);
  if (resource === undefined || rest.length > 0) return null;
  if (id === undefined) return collectionRoute(resource, request.method);
  if (action === undefined) return recordRoute(resource, request.method, id);
  const assigns = request.method === "POST" && resource === clients && action === "assign-to-center";
  const run = (call: V3Call): Printable => assignToCenter(call, id);
  return assigns ? { name: "POST /clients/{id}/assign-to-center", access: "write", run } : null;
}

function collectionRoute({ route, list, create }: Resource, method: string): Route | null {
  if (method === "GET") return { name: `GET /${route}`, access: "read", run: list };
  return method === "POST" ? { name: `POST /${route}`, access: "write", run: create } : null;
}

function recordRoute({ route, get, patch, archive }: Resource, method: string, id: string): Route | null {
  const name = `${method} /${route}/{id}`;
  if (method === "GET") return { name, access: "read", run: (call) => get(call, id) };
  if (method === "PATCH") return { name, access: "write", run: (call) => patch(call, id) };
  return method === "DELETE" ? { name, access: "write", run: (call) => archive(call, id) } : null;
}
