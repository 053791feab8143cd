import type { Account } from "../accounts/model.ts";
import type { Backend } from "../billing/backends.ts";
import { notFound } from "../billing/errors.ts";
import type { Loaders } from "../billing/loaders.ts";
import type { Charge, Customer, Plan, Service, Stub, Tax } from "../billing/model.ts";
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

type Loadable = { [Key in keyof Loaders]: Loaders[Key]["load"] extends (key: never) => Promise<infer Value> ? Value : never };

/**
 * A resolver of a loaded entity's field: `pick` at once where the entity is loaded, after a batched lookup where it is a stub.
 * NOT_FOUND when a stub refers to nothing.
 */
export function loaded<Entity extends { readonly type: string }>(loader: keyof Loaders) {
  return <Result>(pick: (entity: Entity, context: Context) => Result | Promise<Result>) =>
    (entity: Entity | Stub, _arguments: object, context: Context): Result | Promise<Result> => {
      if ("type" in entity) return pick(entity, context);
      const found = context.reads.load[loader].load(entity as never) as Promise<Loadable[typeof loader]>;
      return found.then((value) => {
        if (value === null) throw notFound(entity.backend, "What this refers to");
        return pick(value as unknown as Entity, context);
      });
    };
}
