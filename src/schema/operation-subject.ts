import { BillingError, settle } from "../model/errors.ts";
import { decodeId } from "../model/id.ts";
import type { Ref } from "../model/model.ts";
import type { Subject } from "../mutations/subject.ts";
import { builder, type Context } from "./builder.ts";
import { cost } from "./cost.ts";
import { loadNode } from "./node.ts";
import { customerRef } from "./refs.ts";
import { Node } from "./relay.ts";

type SubjectShape = Subject & { readonly backend: string };

/** Whom and what a step of an operation is about. */
export const OperationSubject = builder.objectRef<SubjectShape>("OperationSubject").implement({
  description: "Whom and what a call to a backend is about, as the caller said it.",
  fields: (t) => ({
    customerId: t.exposeID("customerId", {
      nullable: true,
      description: "Global id of the customer: of a charge its customer, of a tax its owner. Null where the call names none.",
    }),
    customerName: t.string({
      extensions: cost({ counts: "lookup" }),
      nullable: true,
      description:
        "What the customer is called: as the gateway last read it, or as it was to be created. Asks no backend but for a caller that is mapped to a user of its own. Null where it is not known.",
      resolve: ({ customerId, customerName }, _arguments, { directory }) =>
        (customerId !== null && localOf(customerId, (ref) => directory.customerName(ref))) || customerName,
    }),
    customer: t.field({
      extensions: cost({ counts: "lookup" }),
      type: customerRef,
      nullable: true,
      description: "The customer as it is now; null where there is none, and where it cannot be read.",
      resolve: ({ customerId }, _arguments, { reads }) =>
        customerId === null ? null : unlessMissing(localOf(customerId, (ref) => reads.load.customers.load(ref))),
    }),
    object: t.field({
      extensions: cost({ counts: "lookup" }),
      type: Node,
      nullable: true,
      description: "What is to be changed, as it is now; null for what is created, and where it cannot be read.",
      resolve: ({ objectId }, _arguments, context) => (objectId === null ? null : unlessMissing(loadNode(objectId, context))),
    }),
    name: t.exposeString("name", { nullable: true, description: "What a charge or a tax was to be called." }),
    description: t.exposeString("description", {
      nullable: true,
      description: "How it was to be described; its notes, where it was not.",
    }),
    amount: t.expose("amount", {
      type: "Decimal",
      nullable: true,
      description: "Of a charge, without taxes; of a tax, its fixed amount. Null where none was said.",
    }),
    currency: t.field({
      type: "CurrencyCode",
      nullable: true,
      description: "As the caller said it, else the only one that the backend takes. Null where the backend decides.",
      resolve: ({ currency, amount, backend }, _arguments, { backends }) =>
        currency ?? (amount === null ? null : onlyCurrency(backends, backend)),
    }),
    date: t.expose("date", { type: "Date", nullable: true, description: "The day of a charge, where one was said." }),
  }),
});

async function localOf<T>(globalId: string, load: (ref: Ref) => Promise<T>): Promise<T | null> {
  const decoded = decodeId(globalId);
  return decoded === null ? null : load({ backend: decoded.backend, id: decoded.id });
}

/** What cannot be read now says nothing of the operation, which is told without it. */
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
