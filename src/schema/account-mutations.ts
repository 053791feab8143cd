import type { Account } from "../accounts/model.ts";
import type { Customer } from "../model/model.ts";
import type { WriteResult } from "../mutations/writes.ts";
import { access } from "./access.ts";
import { builder, type Context } from "./builder.ts";
import { cost } from "./cost.ts";
import { CreateCustomerPayload } from "./customer-mutations.ts";
import { errorsField, operationField } from "./payloads.ts";
import { accountRef } from "./refs.ts";
import { idempotencyKeyField } from "./values.ts";

/** Linking customers into accounts, and taking them out. */

/** As it is now: of a call that linked, its operation's; of one that unlinked, the one that the first customer was in. */
async function accountAfter({ operation, results }: WriteResult<unknown>, { accounts }: Context): Promise<Account | null> {
  if (results.every(({ node }) => node === null)) return null;
  const left = operation.mutation === "unlinkCustomers" ? operation.steps.find(({ note }) => note)?.note : operation.id;
  return left ? accounts.byId(left) : null;
}

const AccountPayload = builder.objectRef<WriteResult<Customer>>("AccountPayload").implement({
  description: "What became of linking or unlinking customers.",
  fields: (t) => ({
    account: t.field({
      extensions: cost({ counts: "lookup" }),
      type: accountRef,
      nullable: true,
      description: "The account as it is now; null when nothing was linked, or fewer than two of its customers are left.",
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
      "The account that the new customers were linked into; null when fewer than two were created, or with link: false.",
    resolve: (result, _arguments, context) => accountAfter(result, context),
  }),
);

const LinkCustomersInput = builder.inputType("LinkCustomersInput", {
  description: "Customers that are the same one.",
  fields: (t) => ({
    customerIds: t.idList({ required: true, description: "At least two, each once." }),
    name: t.string({ description: "What the account is called from now on. Default: as it was, or like its first customer." }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const UnlinkCustomersInput = builder.inputType("UnlinkCustomersInput", {
  description: "Customers that are to be by themselves.",
  fields: (t) => ({
    customerIds: t.idList({ required: true, description: "Each once." }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationFields((t) => ({
  linkCustomers: t.field({
    extensions: cost({ counts: "call", each: "input.customerIds" }),
    authScopes: access.write,
    type: AccountPayload,
    description:
      "Makes customers one account. A customer that is in an account already brings it along: accounts that meet become one, under the id of the oldest. All of the customers are looked up first: nothing is linked unless all of them exist. The backends' own records are not changed.",
    args: { input: t.arg({ type: LinkCustomersInput, required: true, description: "Which customers." }) },
    resolve: (_root, { input }, { writes }) => writes.linkCustomers(input),
  }),
  unlinkCustomers: t.field({
    extensions: cost({ counts: "call", each: "input.customerIds" }),
    authScopes: access.write,
    type: AccountPayload,
    description:
      "Takes customers out of the accounts that they are in; an account with fewer than two customers left is dissolved. The customers themselves are not changed.",
    args: { input: t.arg({ type: UnlinkCustomersInput, required: true, description: "Which customers." }) },
    resolve: (_root, { input }, { writes }) => writes.unlinkCustomers(input),
  }),
}));
