import type { NamedCustomer, LinkWarning as Shape } from "../accounts/link-warnings.ts";
import { refOf } from "../adapter/backends.ts";
import { invalidInput } from "../model/errors.ts";
import { access } from "./access.ts";
import { builder, type Context } from "./builder.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { customerRef } from "./refs.ts";

/** Warnings for a person who links customers, or who looks at an account. */

const LinkWarningKind = describedEnum("LinkWarningKind", "Kind of a link warning.", {
  SAME_BACKEND: "The customers are in one backend: an account usually has one customer in each.",
  DISSIMILAR: "Their names differ, and they share no reference, telephone number, e-mail address or company domain.",
  NOT_READ: "The customer cannot be read now, so it was not compared.",
});

const LinkWarning = builder.objectRef<Shape>("LinkWarning").implement({
  description: "A reason to doubt that customers are the same. They can be linked anyway.",
  fields: (t) => ({
    kind: t.field({ type: LinkWarningKind, description: "Kind of the warning.", resolve: ({ kind }) => kind }),
    customers: t.field({
      extensions: cost({ length: 2 }),
      type: [customerRef],
      description: "The customers that it is about.",
      resolve: ({ customers }) => customers.map(({ backend, id, name }) => ({ backend, id, name })),
    }),
  }),
});

/** The customers that a link would join: with each, its whole account. A customer whose name the directory does not know is named by its id. */
async function together(globalIds: readonly string[], { backends, accounts, directory }: Context): Promise<NamedCustomer[]> {
  const refs = globalIds.map((id, index) => refOf(backends, "Customer", id, ["customerIds", String(index)]));
  const found = await Promise.all(refs.map((ref) => accounts.ofCustomer(ref)));
  const alone = await Promise.all(refs.map(async (ref) => ({ ...ref, name: (await directory.customerName(ref)) ?? ref.id })));
  const all = alone.flatMap((customer, index) => [customer, ...(found[index]?.members ?? [])]);
  return [...new Map(all.map(({ backend, id, name }) => [`${backend}:${id}`, { backend, id, name }])).values()];
}

const mostCustomers = 50;

builder.queryField("linkWarnings", (t) =>
  t.field({
    extensions: cost({ counts: "call", each: "customerIds" }),
    authScopes: access.read,
    type: [LinkWarning],
    description:
      "Reasons to doubt that customers are the same, for use before or after they are linked. Each customer is compared together with its whole account. Empty if there are none.",
    args: {
      customerIds: t.arg.idList({ required: true, description: `Global ids of the customers, at most ${mostCustomers}.` }),
    },
    resolve: async (_root, { customerIds }, context) => {
      if (customerIds.length > mostCustomers) throw invalidInput("customerIds", `must name at most ${mostCustomers} customers`);
      return [...(await context.views.linkWarnings(await together(customerIds, context)))];
    },
  }),
);
