import { refOf } from "../adapter/backends.ts";
import type { KnownCustomer as Known } from "../directory/model.ts";
import type { CustomerStatus as Status } from "../model/model.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { CustomerStatus } from "./customer.ts";
import { backendOf, backendRef } from "./refs.ts";
import { globalId } from "./relay.ts";

/** A customer as the gateway's directory has it. Available while its backend does not answer. */

const statuses: readonly Status[] = ["ACTIVE", "ARCHIVED", "UNKNOWN"];

export const KnownCustomer = builder.objectRef<Known>("KnownCustomer").implement({
  description: "A customer as the gateway knows it without asking its backend, and how old that is.",
  fields: (t) => ({
    id: t.id({ description: "Global id of the customer.", resolve: globalId("Customer") }),
    backend: t.field({ type: backendRef, description: "The backend that keeps it.", resolve: backendOf }),
    backendId: t.string({ description: "Its id in that backend.", resolve: ({ id }) => id }),
    name: t.exposeString("name", { description: "Display name: the organisation, otherwise first and last name." }),
    organizationName: t.string({
      nullable: true,
      description: "Name of the organisation; null for a person.",
      resolve: ({ data }) => data.organizationName,
    }),
    firstName: t.string({
      nullable: true,
      description: "First name of the person, or of the organisation's contact.",
      resolve: ({ data }) => data.firstName,
    }),
    lastName: t.string({
      nullable: true,
      description: "Last name of the person, or of the organisation's contact.",
      resolve: ({ data }) => data.lastName,
    }),
    email: t.string({ nullable: true, description: "E-mail address.", resolve: ({ data }) => data.email }),
    phone: t.string({ nullable: true, description: "Telephone number.", resolve: ({ data }) => data.phone }),
    reference: t.string({
      nullable: true,
      description: 'The operator\'s own reference, e.g. "A-17".',
      resolve: ({ data }) => data.reference,
    }),
    postalCode: t.string({ nullable: true, description: "Postal code of its address.", resolve: ({ data }) => data.postalCode }),
    city: t.string({ nullable: true, description: "City of its address.", resolve: ({ data }) => data.city }),
    country: t.string({
      nullable: true,
      description: "Country of its address, as the backend stores it.",
      resolve: ({ data }) => data.country,
    }),
    status: t.field({
      type: CustomerStatus,
      description: "Whether it is in use.",
      resolve: ({ data }) => statuses.find((status) => status === data.status) ?? "UNKNOWN",
    }),
    readAt: t.expose("readAt", {
      type: "DateTime",
      nullable: true,
      description: "When the directory last read it; null if it was read from the backend for this answer.",
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
      "What the gateway's directory knows of a customer, without a call to its backend. Null if the directory does not have it, or if the caller has a user of its own in that backend.",
    args: { id: t.arg.id({ required: true, description: "Global id of the customer." }) },
    resolve: (_root, { id }, { backends, directory }) => directory.known(refOf(backends, "Customer", id, ["id"])),
  }),
}));
