import { type GraphQLObjectType, type GraphQLResolveInfo, getNamedType } from "graphql";
import type { Account } from "../accounts/model.ts";
import type { Backend } from "../adapter/backends.ts";
import { BillingError, notFound, settle } from "../model/errors.ts";
import type { Charge, Customer, Plan, Service, Stub, Tax } from "../model/model.ts";
import type { Referable } from "../reads/reads.ts";
import { builder, type Context } from "./builder.ts";
import { goneBackend } from "./kinds.ts";

/**
 * References to the entity types, apart from their fields, so that the types can refer to each other. An entity is either loaded or
 * a stub, i.e. a reference in another record. A stub's id, backend and, where the record has it, name cost no call.
 */

export const backendRef = builder.objectRef<Backend>("Backend");
export const customerRef = builder.objectRef<Customer | Stub>("Customer");
export const chargeRef = builder.objectRef<Charge>("Charge");
export const taxRef = builder.objectRef<Tax | Stub>("Tax");
export const planRef = builder.objectRef<Plan | Stub>("Plan");
export const accountRef = builder.objectRef<Account>("Account");
export const serviceRef = builder.objectRef<Service | Stub>("Service");

/** The backend of an entity. */
export function backendOf({ backend }: { readonly backend: string }, _arguments: object, { backends }: Context): Backend {
  const found = backends.get(backend);
  if (!found) throw notFound(backend, "The backend");
  return found;
}

/** The backend of a record of the gateway's own, which outlives the backend's configuration. */
export function recordedBackendOf({ backend }: { readonly backend: string }, _arguments: object, { backends }: Context): Backend {
  return backends.get(backend) ?? goneBackend(backend);
}

type Entity = Customer | Plan | Service | Tax;

/** Resolvers that need the loaded entity. */
const ofEntities = new WeakSet<object>();

/**
 * Makes a resolver of an entity's field. It calls `pick` at once if the entity is loaded, and after a batched lookup if it is a stub.
 * NOT_FOUND if the stub refers to nothing.
 */
export function loaded<Loaded extends Entity>(loader: Referable) {
  return <Result>(pick: (entity: Loaded, context: Context, info: GraphQLResolveInfo) => Result | Promise<Result>) => {
    const resolve = (
      entity: Loaded | Stub,
      _arguments: object,
      context: Context,
      info: GraphQLResolveInfo,
    ): Result | Promise<Result> => {
      if ("type" in entity) return pick(entity, context, info);
      return load(loader, entity, context).then((found) => {
        if (found === null) throw notFound(entity.backend, "What this refers to");
        return pick(found as Loaded, context, info);
      });
    };
    ofEntities.add(resolve);
    return resolve;
  };
}

/** Makes the resolver of a name, which a stub may have. */
export function nameOf(loader: Referable) {
  const ofEntity = loaded(loader)(({ name }) => name);
  return (entity: Entity | Stub, _arguments: object, context: Context, info: GraphQLResolveInfo): string | Promise<string> =>
    entity.name ?? ofEntity(entity, _arguments, context, info);
}

/**
 * The value of a field that refers to an entity: the stub if the query selects nothing else, otherwise the entity, looked up once
 * instead of once a field. If the lookup fails it stays a stub: its own fields have values, and each other field has the error.
 */
export function referred<Loaded extends Entity>(
  loader: Referable,
  stub: Stub | null,
  context: Context,
  info: GraphQLResolveInfo,
): Loaded | Stub | null | Promise<Loaded | Stub> {
  if (stub === null) return null;
  if (!needsEntity(stub, context, info)) return stub;
  return context.reads.referred(loader, stub) as Promise<Loaded | Stub>;
}

/**
 * The same for a record above, such as a reseller, that the gateway's user of the backend may not see. It is null if the backend does
 * not show it or forbids it. Its id alone is in the record below and costs no lookup.
 */
export function referredIfShown<Loaded extends Entity>(
  loader: Referable,
  stub: Stub | null,
  context: Context,
  info: GraphQLResolveInfo,
): Loaded | Stub | null | Promise<Loaded | Stub | null> {
  if (stub === null || !needsEntity(stub, context, info)) return stub;
  return settle(load(loader, stub, context)).then((found) => {
    if (!(found instanceof BillingError)) return found as Loaded | null;
    return found.code === "FORBIDDEN" ? null : stub;
  });
}

function load(loader: Referable, stub: Stub, { reads }: Context): Promise<Entity | null> {
  return reads.load[loader].load(stub);
}

/** Whether the query selects more than the stub has. */
function needsEntity(stub: Stub, context: Context, info: GraphQLResolveInfo): boolean {
  const { entity, name } = context.lookAhead(info, neededOf);
  return entity || (name && stub.name === null);
}

interface Needed {
  readonly entity: boolean;
  readonly name: boolean;
}

function neededOf(names: ReadonlySet<string>, { returnType }: GraphQLResolveInfo): Needed {
  const type = getNamedType(returnType) as GraphQLObjectType;
  const isOfEntity = (name: string): boolean => ofEntities.has(type.getFields()[name]?.resolve ?? type);
  return { entity: [...names].some(isOfEntity), name: names.has("name") };
}
