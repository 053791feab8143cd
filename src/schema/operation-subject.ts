import { BillingError, settle } from "../model/errors.ts";
import { decodeId } from "../model/id.ts";
import type { Ref } from "../model/model.ts";
import type { Subject } from "../mutations/subject.ts";
import { builder, type Context, cost } from "./builder.ts";
import { loadNode } from "./node.ts";
import { customerRef } from "./refs.ts";
import { Node } from "./relay.ts";

type SubjectShape = Subject & { readonly backend: string };

/** The customer and the object that a step of an operation is about. */
export const OperationSubject = builder.objectRef<SubjectShape>("OperationSubject").implement({
  description: "The customer and the object that a call to a backend is about, from the input of the mutation.",
  fields: (t) => ({
    customerId: t.exposeID("customerId", {
      nullable: true,
      description: "Global id of the customer: a charge's customer, a tax's owner. Null if the input names none.",
    }),
    customerName: t.string({
      extensions: cost({ counts: "lookup" }),
      nullable: true,
      description:
        "Name of the customer as the gateway last read it, or from the input that creates it. Null if it is unknown. Costs no call to the backend, unless the caller has a user of its own there.",
      resolve: ({ customerId, customerName }, _arguments, { directory }) =>
        (customerId !== null && localOf(customerId, (ref) => directory.customerName(ref))) || customerName,
    }),
    customer: t.field({
      extensions: cost({ counts: "lookup" }),
      type: customerRef,
      nullable: true,
      description: "The customer as it is now; null if there is none, or if it cannot be read.",
      resolve: ({ customerId }, _arguments, { reads }) =>
        customerId === null ? null : unlessMissing(localOf(customerId, (ref) => reads.load.customers.load(ref))),
    }),
    object: t.field({
      extensions: cost({ counts: "lookup" }),
      type: Node,
      nullable: true,
      description: "The object to be changed, as it is now. Null for an object to be created, or if it cannot be read.",
      resolve: ({ objectId }, _arguments, context) => (objectId === null ? null : unlessMissing(loadNode(objectId, context))),
    }),
    name: t.exposeString("name", { nullable: true, description: "Name of the charge or tax in the input." }),
    description: t.exposeString("description", {
      nullable: true,
      description: "Description in the input, otherwise its notes.",
    }),
    amount: t.expose("amount", {
      type: "Decimal",
      nullable: true,
      description: "Amount of a charge, excluding taxes, or fixed amount of a tax. Null if the input has none.",
    }),
    currency: t.field({
      type: "CurrencyCode",
      nullable: true,
      description: "Currency in the input, otherwise the only one that the backend takes. Null if the backend decides.",
      resolve: ({ currency, amount, backend }, _arguments, { backends }) =>
        currency ?? (amount === null ? null : onlyCurrency(backends, backend)),
    }),
    date: t.expose("date", { type: "Date", nullable: true, description: "The day of a charge; null if the input has none." }),
  }),
});

async function localOf<T>(globalId: string, load: (ref: Ref) => Promise<T>): Promise<T | null> {
  const decoded = decodeId(globalId);
  return decoded === null ? null : load({ backend: decoded.backend, id: decoded.id });
}

/** Null if it cannot be read: that must not hide the operation. */
async function unlessMissing<T>(loading: Promise<T | null>): Promise<T | null> {
  const loaded = await settle(loading);
  return loaded instanceof BillingError ? null : loaded;
}

function onlyCurrency(backends: Context["backends"], key: string): string | null {
  const rule = backends.get(key)?.adapter.charges.create?.takes.currency;
  if (rule === undefined || rule.use === "refused") return null;
  const [only, ...others] = rule.values ?? [];
  return others.length === 0 ? (only ?? null) : null;
}
