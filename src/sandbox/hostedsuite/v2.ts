import type { SandboxAnswer, SandboxRequest, SimulatedBackend } from "../simulated.ts";
import type { World } from "../world.ts";
import {
  type ApiPath,
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
import { isList, type Printable } from "./jsv.ts";
import { createMembers, isObject, jsonEntries, type Members, parseJson, queryEntries } from "./members.ts";
import { type HostedSuiteV2Options, v2Defaults } from "./options.ts";
import { type State, stateOf } from "./state.ts";
import { createTenant } from "./tenant.ts";
import type { Operation } from "./v2-call.ts";
import { createCharge, listAllCharges, listCharges } from "./v2-charges.ts";
import {
  archiveClient,
  deleteClient,
  listClientNames,
  listClients,
  restoreClient,
  saveClient,
  updateClient,
} from "./v2-clients.ts";
import {
  archiveContact,
  createContact,
  deleteContact,
  listContacts,
  listMyContacts,
  restoreContact,
  updateContact,
} from "./v2-contacts.ts";
import { authenticate, listCallAllowanceBalances, listCenters, listServices, saveCenter, updateCenter } from "./v2-settings.ts";

interface Route {
  /** Below /api/. */
  readonly path: string;
  /** The request DTO, by which /api/json/reply/ reaches the same operation. */
  readonly dto: string;
  readonly access: "read" | "write";
  readonly anyVerb: boolean;
  readonly run: Operation;
}

const read = (path: string, dto: string, run: Operation): Route => ({ path, dto, access: "read", anyVerb: false, run });
const write = (path: string, dto: string, run: Operation): Route => ({ path, dto, access: "write", anyVerb: false, run });

/** Contract 1.3, without operations outside of billing. DTOs that no metadata page shows are named like the others. */
const routes: readonly Route[] = [
  read("authenticate", "AuthenticateRequest", authenticate),
  read("clients", "ListClientsRequest", listClients),
  read("clients/names", "ListClientNamesRequest", listClientNames),
  write("clients/save", "NewClientRequest", saveClient),
  write("clients/update", "UpdateClientRequest", updateClient),
  write("clients/archive", "ArchiveClientRequest", archiveClient),
  write("clients/restore", "RestoreClientRequest", restoreClient),
  write("clients/delete", "DeleteClientRequest", deleteClient),
  read("charges", "ListChargesRequest", listCharges),
  { ...read("charges/all", "ListAllChargesRequest", listAllCharges), anyVerb: true },
  write("charges/new", "NewChargeRequest", createCharge),
  read("services", "ListServicesRequest", listServices),
  read("contacts", "ListContactsRequest", listContacts),
  write("contacts/new", "NewContactRequest", createContact),
  write("contacts/update", "UpdateContactRequest", updateContact),
  write("contacts/archive", "ArchiveContactRequest", archiveContact),
  write("contacts/restore", "RestoreContactRequest", restoreContact),
  write("contacts/delete", "DeleteContactRequest", deleteContact),
  read("contacts/my-contacts", "MyContactsRequest", listMyContacts),
  read("centers", "ListCentersRequest", listCenters),
  write("centers/save", "NewCenterRequest", saveCenter),
  write("centers/update", "UpdateCenterRequest", updateCenter),
  read("call-allowance/balance", "ListCallAllowanceBalanceRequest", listCallAllowanceBalances),
];

const basePath = "/api/";
const replyPath = "json/reply/";
const largestBatch = 1000;

interface Called {
  readonly route: Route;
  readonly batch: boolean;
}

/** A simulated HostedSuite of generation v2 (contract 2 to 6, 11), seeded with the world's share of companies. */
export function createHostedSuiteV2(
  world: World,
  overrides: Partial<HostedSuiteV2Options> = {},
): SimulatedBackend & { readonly state: State } {
  const options: HostedSuiteV2Options = { ...v2Defaults, ...overrides };
  const tenant = createTenant(world, "v2", options);
  const refuse = createRefusals({ ...options, badCredentialsCode: "SecurityException" });

  /** Signs in with the credentials among the members, as every v2 request has to, and runs the operation. */
  const run = (route: Route, members: Members): Printable => {
    const credentials = {
      tenant: members.text("CustomerName"),
      user: members.text("UserName"),
      password: members.text("Password"),
    };
    const account = tenant.signIn(credentials);
    if (account === null) {
      if (route.path === "authenticate" && options.authenticateRefusal === "authenticatedFalse") return { authenticated: false };
      throw refuse.badCredentials();
    }
    if (route.access === "write" && !account.mayWrite) throw refuse.forbidden();
    return route.run({ members, tenant, store: tenant.store, account, options, refuse });
  };

  const respond = ({ route, batch }: Called, request: SandboxRequest, format: ApiPath["format"]): SandboxAnswer => {
    try {
      if (batch) return runBatch(route, request, format, run);
      return renderAnswer(route.path, 200, pascalCase(run(route, bind(request))), format);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refusalAnswer(route.path, error, tenant, pascalCase, format);
    }
  };

  const find = (target: ApiPath | null): Called | null => (target === null ? null : findRoute(target.path, options.batch));

  return {
    kind: "hostedsuite-v2",
    basePath,
    state: stateOf(tenant.store),
    conditions: tenant.conditions,
    forbidden: () => ({ status: 403, body: JSON.stringify(pascalCase(errorEnvelope(refuse.forbidden()))) }),
    byHand: tenant.byHand,
    functionOf: (request) => find(targetOf(request, basePath))?.route.path ?? unknownFunction,
    failure: (message) => ({ status: 500, body: JSON.stringify(pascalCase(debugEnvelope(message))) }),
    answer: (request) => {
      const target = targetOf(request, basePath);
      const called = find(target);
      if (target === null || called === null) return unknownRoute(request, 404);
      if (request.method !== "POST" && !called.route.anyVerb) return unknownRoute(request, options.wrongVerb);
      return respond(called, request, target.format);
    },
  };
}

function findRoute(path: string, batchAllowed: boolean): Called | null {
  if (!path.startsWith(replyPath)) {
    const named = routes.find((route) => route.path === path);
    return named === undefined ? null : { route: named, batch: false };
  }
  const dto = path.slice(replyPath.length);
  const batch = dto.endsWith("[]");
  const route = routes.find((candidate) => candidate.dto.toLowerCase() === (batch ? dto.slice(0, -2) : dto));
  return route === undefined || (batch && !batchAllowed) ? null : { route, batch };
}

/** Query string and body populate the same DTO (contract 2.5); the body is read as its content type says. */
function bind({ headers, query, body }: SandboxRequest): Members {
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  const entries = isForm ? queryEntries(body) : jsonEntries(body);
  if (entries === null) throw malformedBody();
  return createMembers([...queryEntries(query), ...entries]);
}

/** Runs operations up to the first failure, whose envelope is the answer. Earlier ones have taken effect (contract 8). */
function runBatch(
  route: Route,
  { body }: SandboxRequest,
  format: ApiPath["format"],
  run: (route: Route, members: Members) => Printable,
): SandboxAnswer {
  const requests = parseJson(body);
  if (!Array.isArray(requests) || requests.length > largestBatch) throw malformedBody();
  const answers: Printable[] = [];
  try {
    for (const element of requests) {
      if (!isObject(element)) throw malformedBody();
      answers.push(run(route, createMembers(Object.entries(element))));
    }
    return renderAnswer(route.path, 200, pascalCase(answers), format);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const completed = String(answers.length);
    const failure = renderAnswer(
      route.path,
      error.status,
      pascalCase(errorEnvelope(error, { autoBatchIndex: completed })),
      format,
    );
    return { ...failure, headers: { ...failure.headers, "x-autobatch-completed": completed } };
  }
}

/** Member names with a capital, null members left out, 0 and false written (contract 2.6). */
function pascalCase(value: Printable): Printable {
  if (isList(value)) return value.map(pascalCase);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name.charAt(0).toUpperCase() + name.slice(1), pascalCase(member)]));
}
