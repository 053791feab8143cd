import { builder } from "./builder.ts";
import { fanOutPayloadType, fanOutResultType, mutation, payloadType } from "./payloads.ts";
import { customerRef } from "./refs.ts";
import { AddressInput, type InputFields, onFailureField, overrideDescription, writeOptionFields } from "./values.ts";

const customer = { member: "customer", type: customerRef, loader: "customers" } as const;
const CustomerPayload = payloadType("CustomerPayload", customer);
export const CustomerResult = fanOutResultType("CustomerResult", customer);
export const CreateCustomerPayload = fanOutPayloadType("CreateCustomerPayload", CustomerResult);

const customerFields = (t: InputFields) => ({
  name: t.string({ description: "Name of the organisation." }),
  firstName: t.string({ description: "First name of the person, or of the organisation's contact." }),
  lastName: t.string({ description: "Last name of the person, or of the organisation's contact." }),
  email: t.string({ description: "E-mail address." }),
  phone: t.string({ description: "Telephone number." }),
  address: t.field({ type: AddressInput, description: "Postal address." }),
  reference: t.string({ description: 'The operator\'s own reference, e.g. "A-17".' }),
});

const CustomerOverrideInput = builder.inputType("CustomerOverrideInput", {
  description: `Values for one of the backends in which a customer is created. ${overrideDescription}`,
  fields: (t) => ({
    backend: t.string({ required: true, description: "Key of the backend, one of `backends`." }),
    ...customerFields(t),
    address: t.field({ type: AddressInput, description: "The whole postal address." }),
    planId: t.id({ description: "Global id of a plan of this backend." }),
    parentId: t.id({ description: "Global id of the reseller in this backend." }),
  }),
});

const CreateCustomerInput = builder.inputType("CreateCustomerInput", {
  description: "A customer to create in one or several backends.",
  fields: (t) => ({
    backends: t.stringList({ required: true, description: 'Keys of the backends, each once, e.g. ["pbx", "suite"].' }),
    ...customerFields(t),
    name: t.string({ description: "Name of the organisation. For a person, give firstName and lastName instead." }),
    email: t.string({ description: "E-mail address. Some backends require it." }),
    planId: t.id({ description: "Global id of a plan. Only the plan's backend uses it; some backends require one." }),
    parentId: t.id({ description: "Global id of the reseller that it belongs to. Only the reseller's backend uses it." }),
    overrides: t.field({
      type: [CustomerOverrideInput],
      description: 'Values for single backends, at most one entry each, e.g. [{ backend: "pbx", reference: "A-17" }].',
    }),
    onFailure: onFailureField(t),
    link: t.boolean({
      defaultValue: true,
      description: "True: customers created in several backends become one account. False: they are not linked.",
    }),
    ...writeOptionFields(t),
  }),
});

const UpdateCustomerInput = builder.inputType("UpdateCustomerInput", {
  description: "Changes to a customer. Absent = unchanged, null = clear, where the backend can clear the member.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Global id of the customer." }),
    ...customerFields(t),
    planId: t.id({ description: "Global id of its plan." }),
    ...writeOptionFields(t),
  }),
});

const ArchiveCustomerInput = builder.inputType("ArchiveCustomerInput", {
  description: "The customer to archive.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Global id of the customer." }),
    ...writeOptionFields(t),
  }),
});

const RestoreCustomerInput = builder.inputType("RestoreCustomerInput", {
  description: "The customer to restore.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Global id of the customer." }),
    ...writeOptionFields(t),
  }),
});

mutation("createCustomer", {
  type: CreateCustomerPayload,
  description: "Creates a customer in each of the backends, and links those that were created into one account.",
  input: CreateCustomerInput,
  about: "The customer and its backends.",
  each: "input.backends",
  resolve: (input, { writes }) => writes.createCustomer(input),
});

mutation("updateCustomer", {
  type: CustomerPayload,
  description: "Changes a customer. `Backend.inputs` says which members can be changed.",
  input: UpdateCustomerInput,
  about: "The customer and its changes.",
  resolve: (input, { writes }) => writes.updateCustomer(input),
});

mutation("archiveCustomer", {
  type: CustomerPayload,
  description: "Archives a customer. Nothing is deleted permanently.",
  input: ArchiveCustomerInput,
  about: "The customer.",
  resolve: (input, { writes }) => writes.archiveCustomer(input),
});

mutation("restoreCustomer", {
  type: CustomerPayload,
  description: "Restores an archived customer.",
  input: RestoreCustomerInput,
  about: "The customer.",
  resolve: (input, { writes }) => writes.restoreCustomer(input),
});
