import { type GraphQLObjectType, type GraphQLResolveInfo, getNamedType } from "graphql";
import type { Account } from "../accounts/model.ts";
import type { Backend } from "../adapter/backends.ts";
import { BillingError, notFound, settle } from "../model/errors.ts";
import type { Charge, Customer, Plan, Service, Stub, Tax } from "../model/model.ts";
import type { Referable } from "../reads/reads.ts";
import { builder, type Context } from "./builder.ts";

/**
 * The types behind the entities, apart from their fields, so that they can refer to each other. An entity is either loaded or a
 * stub: a reference from another record. A stub's id, backend and, where the record carries it, name cost no call.
 */

export const backendRef = builder.objectRef<Backend>("Backend");
export const customerRef = builder.objectRef<Customer | Stub>("Customer");
export const chargeRef = builder.objectRef<Charge>("Charge");
export const taxRef = builder.objectRef<Tax | Stub>("Tax");
export const planRef = builder.objectRef<Plan | Stub>("Plan");
export const accountRef = builder.objectRef<Account>("Account");
export const serviceRef = builder.objectRef<Service | Stub>("Service");

/** The backend of an entity; configured, because entities come from configured backends only. */
export function backendOf({ backend }: { readonly backend: string }, _arguments: object, { backends }: Context): Backend {
  const found = backends.get(backend);
  if (!found) throw notFound(backend, "The backend");
  return found;
}

type Entity = Customer | Plan | Service | Tax;

/** Resolvers that need the entity itself. */
const ofEntities = new WeakSet<object>();

/**
 * A resolver of a loaded entity's field: `pick` at once where the entity is loaded, after a batched lookup where it is a stub.
 * NOT_FOUND when a stub refers to nothing.
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

/** The resolver of a name, which a stub may tell too. */
export function nameOf(loader: Referable) {
  const ofEntity = loaded(loader)(({ name }) => name);
  return (entity: Entity | Stub, _arguments: object, context: Context, info: GraphQLResolveInfo): string | Promise<string> =>
    entity.name ?? ofEntity(entity, _arguments, context, info);
}

/**
 * What stands for a reference. Where the query asks for more than the stub tells, that is the entity, looked up once instead of
 * once a field. What cannot be looked up stays a stub: what it tells is told, and each of its other fields says what is wrong.
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
 * The same for what stands above: a reseller, whose row the gateway's user may not see. What its backend does not show, or forbids, is
 * null; its id alone, which the record below tells, is looked up nowhere.
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

/** Whether the query asks for more than the stub tells. */
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
