import { refOf } from "../adapter/backends.ts";
import type { KnownCustomer as Known } from "../directory/model.ts";
import type { CustomerStatus as Status } from "../model/model.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { CustomerStatus } from "./customer.ts";
import { backendOf, backendRef } from "./refs.ts";
import { globalId } from "./relay.ts";

/** A customer as the gateway's directory has it: also while its backend does not answer. */

const statuses: readonly Status[] = ["ACTIVE", "ARCHIVED", "UNKNOWN"];

export const KnownCustomer = builder.objectRef<Known>("KnownCustomer").implement({
  description: "What the gateway itself knows of a customer, and since when: its backend need not answer.",
  fields: (t) => ({
    id: t.id({ description: "The customer's global id.", resolve: globalId("Customer") }),
    backend: t.field({ type: backendRef, description: "Where it lives.", resolve: backendOf }),
    backendId: t.string({ description: "The id inside that backend.", resolve: ({ id }) => id }),
    name: t.exposeString("name", { description: "Display name." }),
    organizationName: t.string({
      nullable: true,
      description: "The organisation.",
      resolve: ({ data }) => data.organizationName,
    }),
    firstName: t.string({
      nullable: true,
      description: "First name of the person or contact.",
      resolve: ({ data }) => data.firstName,
    }),
    lastName: t.string({
      nullable: true,
      description: "Last name of the person or contact.",
      resolve: ({ data }) => data.lastName,
    }),
    email: t.string({ nullable: true, description: "E-mail address.", resolve: ({ data }) => data.email }),
    phone: t.string({ nullable: true, description: "Telephone number.", resolve: ({ data }) => data.phone }),
    reference: t.string({ nullable: true, description: "The operator's own reference.", resolve: ({ data }) => data.reference }),
    postalCode: t.string({ nullable: true, description: "Postal code of its address.", resolve: ({ data }) => data.postalCode }),
    city: t.string({ nullable: true, description: "City of its address.", resolve: ({ data }) => data.city }),
    country: t.string({
      nullable: true,
      description: "Country of its address, as the backend stores it.",
      resolve: ({ data }) => data.country,
    }),
    status: t.field({
      type: CustomerStatus,
      description: "Whether it is live.",
      resolve: ({ data }) => statuses.find((status) => status === data.status) ?? "UNKNOWN",
    }),
    readAt: t.expose("readAt", {
      type: "DateTime",
      nullable: true,
      description: "When the directory last read it; null when its backend said so just now.",
    }),
  }),
});

builder.queryFields((t) => ({
  knownCustomer: t.field({
    extensions: cost({ counts: "lookup" }),
    authScopes: access.read,
    type: KnownCustomer,
    nullable: true,
    description:
      "What the gateway's directory knows of a customer, without a call to its backend; null where it knows nothing, or the caller is another user of that backend.",
    args: { id: t.arg.id({ required: true, description: "The customer's global id." }) },
    resolve: (_root, { id }, { backends, directory }) => directory.known(refOf(backends, "Customer", id, ["id"])),
  }),
}));
