import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { fanOutPayloadType, fanOutResultType, payloadType } from "./payloads.ts";
import { customerRef } from "./refs.ts";
import { AddressInput, OnFailure, overrideDescription, writeOptionFields } from "./values.ts";

const customer = { member: "customer", type: customerRef, loader: "customers" } as const;
const CustomerPayload = payloadType("CustomerPayload", customer);
export const CustomerResult = fanOutResultType("CustomerResult", customer);
export const CreateCustomerPayload = fanOutPayloadType("CreateCustomerPayload", CustomerResult);

const CustomerOverrideInput = builder.inputType("CustomerOverrideInput", {
  description: `Of a customer that is created in several backends: what one of them gets. ${overrideDescription}`,
  fields: (t) => ({
    backend: t.string({ required: true, description: "Key of the backend: one of `backends`." }),
    name: t.string({ description: "The organisation's name." }),
    firstName: t.string({ description: "First name." }),
    lastName: t.string({ description: "Last name." }),
    email: t.string({ description: "E-mail address." }),
    phone: t.string({ description: "Telephone number." }),
    address: t.field({ type: AddressInput, description: "Postal address, whole." }),
    reference: t.string({ description: "The operator's own reference." }),
    planId: t.id({ description: "A plan of this backend." }),
    parentId: t.id({ description: "A customer of this backend that it belongs to." }),
  }),
});

const CreateCustomerInput = builder.inputType("CreateCustomerInput", {
  description: "A customer to be created in one or several backends.",
  fields: (t) => ({
    backends: t.stringList({ required: true, description: "Keys of the backends, each once." }),
    name: t.string({ description: "The organisation's name; or give firstName and lastName." }),
    firstName: t.string({ description: "First name of the person, or of the organisation's contact." }),
    lastName: t.string({ description: "Last name." }),
    email: t.string({ description: "E-mail address; some backends require it." }),
    phone: t.string({ description: "Telephone number." }),
    address: t.field({ type: AddressInput, description: "Postal address." }),
    reference: t.string({ description: "The operator's own reference." }),
    planId: t.id({ description: "A plan; some backends require one. Meant for the plan's own backend." }),
    parentId: t.id({ description: "The reseller it belongs to. Meant for the parent's own backend." }),
    overrides: t.field({
      type: [CustomerOverrideInput],
      description: 'Values for single backends, each once: [{ backend: "pbx", reference: "A-17" }].',
    }),
    onFailure: t.field({
      type: OnFailure,
      defaultValue: "KEEP",
      description: "What to do with what succeeded when a target fails.",
    }),
    link: t.boolean({
      defaultValue: true,
      description: "Created in several backends, the customers become one account. False: each stays by itself.",
    }),
    ...writeOptionFields(t),
  }),
});

const UpdateCustomerInput = builder.inputType("UpdateCustomerInput", {
  description: "Changes to a customer: absent = unchanged, null = clear, where the backend can clear.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Which customer." }),
    name: t.string({ description: "The organisation's name." }),
    firstName: t.string({ description: "First name." }),
    lastName: t.string({ description: "Last name." }),
    email: t.string({ description: "E-mail address." }),
    phone: t.string({ description: "Telephone number." }),
    address: t.field({ type: AddressInput, description: "Postal address." }),
    reference: t.string({ description: "The operator's own reference." }),
    planId: t.id({ description: "The plan it is on." }),
    ...writeOptionFields(t),
  }),
});

const ArchiveCustomerInput = builder.inputType("ArchiveCustomerInput", {
  description: "Which customer to archive.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Which customer." }),
    ...writeOptionFields(t),
  }),
});

const RestoreCustomerInput = builder.inputType("RestoreCustomerInput", {
  description: "Which customer to restore.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Which customer." }),
    ...writeOptionFields(t),
  }),
});

builder.mutationFields((t) => ({
  createCustomer: t.field({
    extensions: cost({ counts: "call", each: "input.backends" }),
    authScopes: access.write,
    type: CreateCustomerPayload,
    description: "Creates a customer in every backend named, and links those that were created into one account.",
    args: { input: t.arg({ type: CreateCustomerInput, required: true, description: "The customer, and where." }) },
    resolve: (_root, { input }, { writes }) => writes.createCustomer(input),
  }),
  updateCustomer: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: CustomerPayload,
    description: "Changes a customer.",
    args: { input: t.arg({ type: UpdateCustomerInput, required: true, description: "The changes." }) },
    resolve: (_root, { input }, { writes }) => writes.updateCustomer(input),
  }),
  archiveCustomer: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: CustomerPayload,
    description: "Archives a customer; it is never deleted for good.",
    args: { input: t.arg({ type: ArchiveCustomerInput, required: true, description: "Which one." }) },
    resolve: (_root, { input }, { writes }) => writes.archiveCustomer(input),
  }),
  restoreCustomer: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: CustomerPayload,
    description: "Restores an archived customer.",
    args: { input: t.arg({ type: RestoreCustomerInput, required: true, description: "Which one." }) },
    resolve: (_root, { input }, { writes }) => writes.restoreCustomer(input),
  }),
}));
