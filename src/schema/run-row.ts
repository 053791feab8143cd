import { labelOf } from "../adapter/backends.ts";
import { decodeId, encodeId } from "../model/id.ts";
import { type GivenRow, type RowProblem, type RowState, type RunRow, rowStates } from "../runs/model.ts";
import { builder } from "./builder.ts";
import { ChargeKind } from "./charge-types.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { operationRef } from "./operation.ts";
import { customerRef } from "./refs.ts";
import { connectionType } from "./relay.ts";
import { ChargeInterval, Money } from "./values.ts";

/** The rows of charge runs. */

export const ChargeRunRowState = describedEnum<RowState>("ChargeRunRowState", "How a row of a charge run stands.", rowStates);

const RowCandidate = builder.objectRef<RowProblem["candidates"][number]>("ChargeRunCandidate").implement({
  description: "A customer that a row could mean.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "The customer's global id." }),
    name: t.exposeString("name", { description: "The customer's name." }),
  }),
});

const ChargeRunProblem = builder.objectRef<RowProblem>("ChargeRunProblem").implement({
  description: "What is wrong with a row, or why it failed.",
  fields: (t) => ({
    code: t.exposeString("code", { description: "The reason: an ErrorCode, or LIKELY_DUPLICATE." }),
    message: t.exposeString("message", { description: "A sentence that a person can act on." }),
    field: t.field({
      type: ["String"],
      nullable: true,
      description: 'Path in the row, e.g. ["amount"].',
      resolve: ({ field }) => field && [...field],
    }),
    retryable: t.exposeBoolean("retryable", { description: "Checking or sending it again may help." }),
    candidates: t.field({
      extensions: cost({ length: 3 }),
      type: [RowCandidate],
      description: "Customers that could be meant.",
      resolve: ({ candidates }) => [...candidates],
    }),
  }),
});

const ChargeRunGivenRow = builder.objectRef<GivenRow>("ChargeRunGivenRow").implement({
  description: "What a row says, in the words of its file or input. Its members are those of ChargeRunRowInput.",
  fields: (t) => {
    const text = (
      member: "customerId" | "accountId" | "backend" | "name" | "description" | "notes" | "serviceId" | "reference",
    ) => t.string({ nullable: true, description: "As it was given.", resolve: ({ charge }) => charge[member] ?? null });
    const decimal = (member: "amount" | "taxAmount" | "cost" | "quantity") =>
      t.field({
        type: "Decimal",
        nullable: true,
        description: "As it was given.",
        resolve: ({ charge }) => charge[member] ?? null,
      });
    const day = (description: string, resolve: (charge: GivenRow["charge"]) => string | null | undefined) =>
      t.field({ type: "Date", nullable: true, description, resolve: ({ charge }) => resolve(charge) ?? null });
    return {
      key: t.exposeString("key", { nullable: true, description: "Its own key, where it has one." }),
      backend: text("backend"),
      customerId: text("customerId"),
      customerReference: t.exposeString("customerReference", { nullable: true, description: "As it was given." }),
      accountId: text("accountId"),
      name: text("name"),
      description: text("description"),
      notes: text("notes"),
      kind: t.field({ type: ChargeKind, nullable: true, description: "As it was given.", resolve: ({ charge }) => charge.kind }),
      serviceId: text("serviceId"),
      amount: decimal("amount"),
      currency: t.field({
        type: "CurrencyCode",
        nullable: true,
        description: "As it was given.",
        resolve: ({ charge }) => charge.currency ?? null,
      }),
      taxAmount: decimal("taxAmount"),
      cost: decimal("cost"),
      quantity: decimal("quantity"),
      date: day("The day it is for.", ({ date }) => date),
      reference: text("reference"),
      taxIds: t.stringList({
        nullable: true,
        description: "As they were given.",
        resolve: ({ charge: { taxIds } }) => taxIds && [...taxIds],
      }),
      executeNow: t.boolean({ nullable: true, description: "As it was given.", resolve: ({ charge }) => charge.executeNow }),
      interval: t.field({
        type: ChargeInterval,
        nullable: true,
        description: "How often it falls due again.",
        resolve: ({ charge }) => charge.recurrence?.interval,
      }),
      occurrences: t.int({
        nullable: true,
        description: "How many times in all.",
        resolve: ({ charge }) => charge.recurrence?.occurrences,
      }),
      startsOn: day("From this day.", ({ recurrence }) => recurrence?.startsOn),
      endsOn: day("Until this day.", ({ recurrence }) => recurrence?.endsOn),
      allowDuplicate: t.exposeBoolean("allowDuplicate", { description: "It is meant, although it looks like another charge." }),
    };
  },
});

const backendOfRow = ({ backend, given }: RunRow): string | null => backend ?? given.charge.backend ?? null;

const ChargeRunRow = builder.objectRef<RunRow>("ChargeRunRow").implement({
  description: "A row of a charge run: a charge that is to be made, once in its series.",
  fields: (t) => ({
    line: t.exposeInt("line", { description: "Where it stood in its file or input, from 1." }),
    key: t.exposeString("key", { description: "What makes it the same row in another file; its own, or made from its content." }),
    state: t.expose("state", { type: ChargeRunRowState, description: "How it stands." }),
    backend: t.string({
      nullable: true,
      description: "Key of its backend.",
      resolve: (row) => backendOfRow(row),
    }),
    backendLabel: t.string({
      nullable: true,
      description: "What people call it.",
      resolve: (row, _arguments, { backends }) => {
        const backend = backendOfRow(row);
        return backend && labelOf(backends, backend);
      },
    }),
    customerReference: t.string({
      nullable: true,
      description: "The operator's own reference to the customer, where the row gives one.",
      resolve: ({ given }) => given.customerReference,
    }),
    customer: t.field({
      extensions: cost({ counts: "lookup" }),
      type: customerRef,
      nullable: true,
      description: "Who is charged; null while that is not known.",
      resolve: ({ customerId }) => {
        const ref = customerId === null ? null : decodeId(customerId);
        return ref && { backend: ref.backend, id: ref.id, name: null };
      },
    }),
    customerId: t.id({
      nullable: true,
      description: "Global id of who is charged; null while that is not known.",
      resolve: ({ customerId }) => customerId,
    }),
    customerName: t.exposeString("customerName", {
      nullable: true,
      description: "Who is charged, as the customer was called when the row was checked: asks no backend.",
    }),
    given: t.field({
      type: ChargeRunGivenRow,
      description: "All that the row says, as ChargeRunRowInput: to be corrected, and given to correctChargeRunRow.",
      resolve: ({ given }) => given,
    }),
    name: t.string({
      nullable: true,
      description: "What the charge is called.",
      resolve: ({ given }) => given.charge.name ?? null,
    }),
    description: t.string({
      nullable: true,
      description: "What it is.",
      resolve: ({ given }) => given.charge.description ?? null,
    }),
    serviceId: t.string({
      nullable: true,
      description: "What it is for, as the row says it.",
      resolve: ({ given }) => given.charge.serviceId ?? null,
    }),
    quantity: t.field({
      type: "Decimal",
      nullable: true,
      description: "How many.",
      resolve: ({ given }) => given.charge.quantity ?? null,
    }),
    date: t.field({
      type: "Date",
      nullable: true,
      description: "The day it is for.",
      resolve: ({ given }) => given.charge.date ?? null,
    }),
    amount: t.field({
      type: Money,
      nullable: true,
      description: "What is asked for, excluding taxes; null where the backend prices it, or nobody knows the currency yet.",
      resolve: ({ amount, currency }) => (amount === null || currency === null ? null : { amount, currency }),
    }),
    stored: t.field({
      type: Money,
      nullable: true,
      description: "The amount as the backend stored it, where it told.",
      resolve: ({ stored }) => stored,
    }),
    allowDuplicate: t.boolean({
      description: "It is meant, although it looks like another charge.",
      resolve: ({ given }) => given.allowDuplicate,
    }),
    problems: t.field({
      extensions: cost({ length: 2 }),
      type: [ChargeRunProblem],
      description: "What is wrong with it, or why it failed.",
      resolve: ({ problems }) => [...problems],
    }),
    warnings: t.exposeStringList("warnings", { description: "What should be known of it." }),
    changed: t.exposeStringList("changed", { description: "Members in which it differs from what it said before." }),
    reason: t.exposeString("reason", { nullable: true, description: "Why it is skipped." }),
    operationId: t.id({
      nullable: true,
      description: "Global id of the operation that carries it out, or that did it before.",
      resolve: ({ operationId }) => (operationId === null ? null : encodeId({ type: "Operation", backend: "", id: operationId })),
    }),
    operation: t.field({
      extensions: cost({ counts: "lookup" }),
      type: operationRef,
      nullable: true,
      description: "That operation; null where it does not exist for the caller.",
      resolve: ({ operationId }, _arguments, { operations }) => (operationId === null ? null : operations.byId(operationId)),
    }),
    chargeId: t.id({ nullable: true, description: "Global id of the charge that it made.", resolve: ({ nodeId }) => nodeId }),
  }),
});

export const ChargeRunRowConnection = connectionType("ChargeRunRow", ChargeRunRow, { partial: false });

export const ChargeRunRowFilter = builder.inputType("ChargeRunRowFilter", {
  description: "Rows that pass every part given.",
  fields: (t) => ({
    state: t.field({ type: [ChargeRunRowState], description: "In one of these states." }),
    backend: t.string({ description: "For this backend (key)." }),
    warned: t.boolean({ description: "True: only rows with warnings." }),
  }),
});
