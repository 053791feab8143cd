import { labelOf } from "../adapter/backends.ts";
import { decodeId, encodeId } from "../model/id.ts";
import { type GivenRow, type RowProblem, type RowState, type RunRow, rowStates } from "../runs/model.ts";
import { builder, cost, describedEnum } from "./builder.ts";
import { ChargeKind } from "./charge.ts";
import { operationRef } from "./operation.ts";
import { customerRef } from "./refs.ts";
import { connectionType } from "./relay.ts";
import { ChargeInterval, Money } from "./values.ts";

/** The rows of charge runs. */

export const ChargeRunRowState = describedEnum<RowState>("ChargeRunRowState", "Status of a row of a charge run.", rowStates);

const RowCandidate = builder.objectRef<RowProblem["candidates"][number]>("ChargeRunCandidate").implement({
  description: "A customer whom a row may mean.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "Global id of the customer." }),
    name: t.exposeString("name", { description: "Name of the customer." }),
  }),
});

const ChargeRunProblem = builder.objectRef<RowProblem>("ChargeRunProblem").implement({
  description: "Why a row cannot be sent, or why it failed.",
  fields: (t) => ({
    code: t.exposeString("code", { description: "The reason: an ErrorCode." }),
    message: t.exposeString("message", { description: "A sentence that a person can act on." }),
    field: t.field({
      type: ["String"],
      nullable: true,
      description: 'Path of the member of the row, e.g. ["amount"].',
      resolve: ({ field }) => field && [...field],
    }),
    retryable: t.exposeBoolean("retryable", { description: "Whether checking or sending the row again may help." }),
    candidates: t.field({
      extensions: cost({ length: 3 }),
      type: [RowCandidate],
      description: "Customers whom the row may mean.",
      resolve: ({ candidates }) => candidates,
    }),
  }),
});

const ChargeRunGivenRow = builder.objectRef<GivenRow>("ChargeRunGivenRow").implement({
  description: "The values of a row as its file or input gives them. The members are those of ChargeRunRowInput.",
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
      key: t.exposeString("key", { nullable: true, description: "Key of the row; null if none was given." }),
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
      date: day("The day that it is for.", ({ date }) => date),
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
        description: "How often it falls due.",
        resolve: ({ charge }) => charge.recurrence?.interval,
      }),
      occurrences: t.int({
        nullable: true,
        description: "Total number of times.",
        resolve: ({ charge }) => charge.recurrence?.occurrences,
      }),
      startsOn: day("First day.", ({ recurrence }) => recurrence?.startsOn),
      endsOn: day("Last day.", ({ recurrence }) => recurrence?.endsOn),
      allowDuplicate: t.exposeBoolean("allowDuplicate", {
        description: "Whether it is to be sent even if it looks like another charge.",
      }),
    };
  },
});

const backendOfRow = ({ backend, given }: RunRow): string | null => backend ?? given.charge.backend ?? null;

const ChargeRunRow = builder.objectRef<RunRow>("ChargeRunRow").implement({
  description: "A row of a charge run: a charge to create, at most once in its series.",
  fields: (t) => ({
    line: t.exposeInt("line", { description: "Line in its file, or position in its input, from 1." }),
    key: t.exposeString("key", {
      description: "Key that identifies the row in another version of the file: the one given, or one made from its content.",
    }),
    state: t.expose("state", { type: ChargeRunRowState, description: "Status of the row." }),
    backend: t.string({
      nullable: true,
      description: "Key of the backend; null while it is unknown.",
      resolve: (row) => backendOfRow(row),
    }),
    backendLabel: t.string({
      nullable: true,
      description: 'Name of the backend for people, e.g. "Telephony".',
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
      description: "The customer who is charged; null while unknown.",
      resolve: ({ customerId }) => {
        const ref = customerId === null ? null : decodeId(customerId);
        return ref && { backend: ref.backend, id: ref.id, name: null };
      },
    }),
    customerId: t.id({
      nullable: true,
      description: "Global id of the customer who is charged; null while unknown.",
      resolve: ({ customerId }) => customerId,
    }),
    customerName: t.exposeString("customerName", {
      nullable: true,
      description: "Name of the customer when the row was checked. Costs no call to the backend.",
    }),
    given: t.field({
      type: ChargeRunGivenRow,
      description:
        "All values of the row, with the members of ChargeRunRowInput: change them and give them to correctChargeRunRow.",
      resolve: ({ given }) => given,
    }),
    name: t.string({
      nullable: true,
      description: "Name of the charge.",
      resolve: ({ given }) => given.charge.name ?? null,
    }),
    description: t.string({
      nullable: true,
      description: "Description of the charge.",
      resolve: ({ given }) => given.charge.description ?? null,
    }),
    serviceId: t.string({
      nullable: true,
      description: "Id of the service, as the row gives it.",
      resolve: ({ given }) => given.charge.serviceId ?? null,
    }),
    quantity: t.field({
      type: "Decimal",
      nullable: true,
      description: "Quantity.",
      resolve: ({ given }) => given.charge.quantity ?? null,
    }),
    date: t.field({
      type: "Date",
      nullable: true,
      description: "The day that it is for.",
      resolve: ({ given }) => given.charge.date ?? null,
    }),
    amount: t.field({
      type: Money,
      nullable: true,
      description: "Amount of the row, excluding taxes. Null if the backend prices it, or while the currency is unknown.",
      resolve: ({ amount, currency }) => (amount === null || currency === null ? null : { amount, currency }),
    }),
    stored: t.field({
      type: Money,
      nullable: true,
      description: "Amount as the backend stored it; null if it did not report it.",
      resolve: ({ stored }) => stored,
    }),
    allowDuplicate: t.boolean({
      description: "Whether it is to be sent even if it looks like another charge.",
      resolve: ({ given }) => given.allowDuplicate,
    }),
    problems: t.field({
      extensions: cost({ length: 2 }),
      type: [ChargeRunProblem],
      description: "Why it cannot be sent, or why it failed.",
      resolve: ({ problems }) => problems,
    }),
    warnings: t.exposeStringList("warnings", { description: "Sentences that a person should read before it is sent." }),
    changed: t.exposeStringList("changed", { description: "Members that differ from the previous version of the rows." }),
    reason: t.exposeString("reason", { nullable: true, description: "Why it is skipped; null if it is not." }),
    operationId: t.id({
      nullable: true,
      description: "Global id of the operation that sends it, or that sent it earlier.",
      resolve: ({ operationId }) => (operationId === null ? null : encodeId({ type: "Operation", backend: "", id: operationId })),
    }),
    operation: t.field({
      extensions: cost({ counts: "lookup" }),
      type: operationRef,
      nullable: true,
      description: "The operation that sends it; null if it does not exist for the caller.",
      resolve: ({ operationId }, _arguments, { operations }) => (operationId === null ? null : operations.byId(operationId)),
    }),
    chargeId: t.id({ nullable: true, description: "Global id of the charge that it created.", resolve: ({ nodeId }) => nodeId }),
  }),
});

export const ChargeRunRowConnection = connectionType("ChargeRunRow", ChargeRunRow, { partial: false });

export const ChargeRunRowFilter = builder.inputType("ChargeRunRowFilter", {
  description: "Rows that match every member given.",
  fields: (t) => ({
    state: t.field({ type: [ChargeRunRowState], description: "Only with one of these states." }),
    backend: t.string({ description: 'Only for this backend (key), e.g. "pbx".' }),
    warned: t.boolean({ description: "True: only rows with warnings." }),
  }),
});
