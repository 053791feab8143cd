import type { Account } from "../accounts/model.ts";
import type { Customer } from "../model/model.ts";
import type { WriteResult } from "../mutations/writes.ts";
import { builder, type Context, cost } from "./builder.ts";
import { CreateCustomerPayload } from "./customer-mutations.ts";
import { errorsField, mutation, operationField } from "./payloads.ts";
import { accountRef } from "./refs.ts";
import { idempotencyKeyField } from "./values.ts";

/** Linking customers into accounts, and taking them out. */

/** The account after the call. A call that linked: the account with its operation's id. One that unlinked: the account that a step noted. */
async function accountAfter({ operation, results }: WriteResult<unknown>, { accounts }: Context): Promise<Account | null> {
  if (results.every(({ node }) => node === null)) return null;
  const left = operation.mutation === "unlinkCustomers" ? operation.steps.find(({ note }) => note)?.note : operation.id;
  return left ? accounts.byId(left) : null;
}

const AccountPayload = builder.objectRef<WriteResult<Customer>>("AccountPayload").implement({
  description: "Result of linking or unlinking customers.",
  fields: (t) => ({
    account: t.field({
      extensions: cost({ counts: "lookup" }),
      type: accountRef,
      nullable: true,
      description: "The account after the call; null if nothing was linked, or if fewer than two of its customers are left.",
      resolve: (result, _arguments, context) => accountAfter(result, context),
    }),
    errors: errorsField(t),
    operation: operationField(t),
  }),
});

builder.objectField(CreateCustomerPayload, "account", (t) =>
  t.field({
    extensions: cost({ counts: "lookup" }),
    type: accountRef,
    nullable: true,
    description:
      "The account that the new customers were linked into; null if fewer than two were created, and with `link: false`.",
    resolve: (result, _arguments, context) => accountAfter(result, context),
  }),
);

const LinkCustomersInput = builder.inputType("LinkCustomersInput", {
  description: "Customers that are the same real-world customer.",
  fields: (t) => ({
    customerIds: t.idList({
      required: true,
      description: "Global ids of the customers: at least two, each once. The account lists them in this order.",
    }),
    name: t.string({
      description: "Name of the account from now on. Default: it keeps its name, or shows that of its first customer.",
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const UnlinkCustomersInput = builder.inputType("UnlinkCustomersInput", {
  description: "Customers to take out of their accounts.",
  fields: (t) => ({
    customerIds: t.idList({ required: true, description: "Global ids of the customers, each once." }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

mutation("linkCustomers", {
  type: AccountPayload,
  description:
    "Links customers into one account. If a customer is in an account already, that account is merged in, under the id of the oldest. Nothing is linked unless all of the customers exist. The records of the backends are not changed.",
  input: LinkCustomersInput,
  about: "The customers.",
  each: "input.customerIds",
  resolve: (input, { writes }) => writes.linkCustomers(input),
});

mutation("unlinkCustomers", {
  type: AccountPayload,
  description:
    "Takes customers out of their accounts. An account with fewer than two customers left no longer exists. The records of the backends are not changed.",
  input: UnlinkCustomersInput,
  about: "The customers.",
  each: "input.customerIds",
  resolve: (input, { writes }) => writes.unlinkCustomers(input),
});
