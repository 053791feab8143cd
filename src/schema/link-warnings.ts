import type { NamedCustomer, LinkWarning as Shape } from "../accounts/link-warnings.ts";
import { refOf } from "../adapter/backends.ts";
import { invalidInput } from "../model/errors.ts";
import { access } from "./access.ts";
import { builder, type Context } from "./builder.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { customerRef } from "./refs.ts";

/** What a person should look at before customers are linked, and in an account that is there. */

const LinkWarningKind = describedEnum("LinkWarningKind", "What speaks against customers being one and the same.", {
  SAME_BACKEND: "They are of one backend: an account usually has one customer in each.",
  DISSIMILAR: "They are called otherwise, and share neither reference nor telephone number, e-mail address or company's domain.",
  NOT_READ: "It cannot be read now, so that it was compared with nobody.",
});

const LinkWarning = builder.objectRef<Shape>("LinkWarning").implement({
  description: "Something that speaks against customers being one and the same. Linking them is possible all the same.",
  fields: (t) => ({
    kind: t.field({ type: LinkWarningKind, description: "What it is.", resolve: ({ kind }) => kind }),
    customers: t.field({
      extensions: cost({ length: 2 }),
      type: [customerRef],
      description: "Of whom.",
      resolve: ({ customers }) => customers.map(({ backend, id, name }) => ({ backend, id, name })),
    }),
  }),
});

/** Those that linking them would bring together: with each, all of its account. One that nobody knows by name is called by its id. */
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
      "What speaks against customers being one and the same, before they are linked or afterwards: with each customer, all of its account is looked at. Empty where nothing does.",
    args: { customerIds: t.arg.idList({ required: true, description: `Global ids of customers; at most ${mostCustomers}.` }) },
    resolve: async (_root, { customerIds }, context) => {
      if (customerIds.length > mostCustomers) throw invalidInput("customerIds", `must name at most ${mostCustomers} customers`);
      return [...(await context.views.linkWarnings(await together(customerIds, context)))];
    },
  }),
);
