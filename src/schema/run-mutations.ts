import { type StoredError, storedError } from "../journal/model.ts";
import { BillingError, settle } from "../model/errors.ts";
import type { Run } from "../runs/model.ts";
import { access, builder } from "./builder.ts";
import { ChargeKind } from "./charge.ts";
import { MutationError } from "./errors.ts";
import { mutation } from "./payloads.ts";
import { ownIdOf } from "./relay.ts";
import { runRef } from "./run.ts";
import { ChargeInterval, idempotencyKeyField } from "./values.ts";

/** The mutations of charge runs. */

interface Done {
  readonly run: Run | null;
  readonly errors: readonly StoredError[];
}

const ChargeRunPayload = builder.objectRef<Done>("ChargeRunPayload").implement({
  description: "Result of a mutation of a charge run.",
  fields: (t) => ({
    run: t.field({
      type: runRef,
      nullable: true,
      description: "The run as it is now; null if the mutation was refused.",
      resolve: ({ run }) => run,
    }),
    errors: t.field({
      type: [MutationError],
      description: "Why the mutation was refused; empty if it was not.",
      resolve: ({ errors }) => errors,
    }),
  }),
});

const ChargeRunRowInput = builder.inputType("ChargeRunRowInput", {
  description:
    "A row of a charge run. Give exactly one of customerId, customerReference with backend, and accountId with backend.",
  fields: (t) => ({
    key: t.string({
      description:
        "Key that makes it the same row in another run of the series. Default: made from its content and the number of equal rows before it.",
    }),
    backend: t.string({ description: 'Key of the backend, e.g. "pbx". With it, ids in the row may be the backend\'s own.' }),
    customerId: t.id({ description: "Id of the customer who is charged." }),
    customerReference: t.string({ description: 'Reference of the customer who is charged (`Customer.reference`), e.g. "A-17".' }),
    accountId: t.id({ description: "Global id of the account whose customer in `backend` is charged." }),
    name: t.string({ description: "Name." }),
    description: t.string({ description: "Description." }),
    notes: t.string({ description: "Notes." }),
    kind: t.field({ type: ChargeKind, description: "As in ChargeSpec." }),
    serviceId: t.id({ description: "Id of the service that it is for." }),
    amount: t.field({ type: "Decimal", description: 'Amount of the whole line, excluding taxes, e.g. "19.99".' }),
    currency: t.field({ type: "CurrencyCode", description: "Default: the backend's currency." }),
    taxAmount: t.field({ type: "Decimal", description: "Amount of taxes on it." }),
    cost: t.field({ type: "Decimal", description: "Cost to the seller, excluding taxes." }),
    quantity: t.field({ type: "Decimal", description: "Quantity. Default: 1." }),
    date: t.field({ type: "Date", description: "The day that it is for. Default: the day on which it is sent." }),
    reference: t.string({ description: "The operator's own reference of the charge." }),
    taxIds: t.idList({
      description: "Global ids of the taxes that apply to the charge: exactly these. Absent: as the backend decides.",
    }),
    executeNow: t.boolean({ description: "As in ChargeSpec." }),
    interval: t.field({ type: ChargeInterval, description: "How often it falls due. Default: once." }),
    occurrences: t.int({ description: "Total number of times. Default: no limit." }),
    startsOn: t.field({ type: "Date", description: "First day." }),
    endsOn: t.field({ type: "Date", description: "Last day." }),
    allowDuplicate: t.boolean({ description: "Send it even if it looks like another charge." }),
  }),
});

const CreateChargeRunInput = builder.inputType("CreateChargeRunInput", {
  description:
    "A charge run to prepare. Send more than a few hundred rows as a file to POST /runs: each counts in limits.maxComplexity.",
  fields: (t) => ({
    name: t.string({ required: true, description: 'Name, e.g. "Mail room 2026-11".' }),
    series: t.string({
      description: "Series of the run. Runs of one series never send the same row twice. Default: the name without its month.",
    }),
    rows: t.field({ type: [ChargeRunRowInput], required: true, description: "The rows." }),
    dryRun: t.boolean({ defaultValue: false, description: "Let each backend that has a dry run of its own check every row." }),
    rowsPerSecond: t.float({
      description: "Maximum number of rows sent per second. Default: as fast as the backends take them.",
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const idField = { required: true, description: "Global id of the run." } as const;
const reasonField = { required: true, description: "Why, in one line; people see it." } as const;

const ReplaceChargeRunRowsInput = builder.inputType("ReplaceChargeRunRowsInput", {
  description: "A new version of a run's rows. A row with the same key is the same row.",
  fields: (t) => ({
    id: t.id(idField),
    rows: t.field({ type: [ChargeRunRowInput], required: true, description: "All rows of the new version." }),
  }),
});

const CorrectChargeRunRowInput = builder.inputType("CorrectChargeRunRowInput", {
  description: "New values of a row. The row keeps its key.",
  fields: (t) => ({
    id: t.id(idField),
    key: t.string({ required: true, description: "Key of the row." }),
    row: t.field({ type: ChargeRunRowInput, required: true, description: "The whole row, corrected." }),
  }),
});

const SkipChargeRunRowsInput = builder.inputType("SkipChargeRunRowsInput", {
  description: "Rows to skip.",
  fields: (t) => ({
    id: t.id(idField),
    keys: t.stringList({ description: "Keys of the rows. Default: all that need attention." }),
    reason: t.string(reasonField),
  }),
});

const AllowDuplicateRowsInput = builder.inputType("AllowChargeRunDuplicatesInput", {
  description: "Rows to send even if they look like other charges.",
  fields: (t) => ({ id: t.id(idField), keys: t.stringList({ required: true, description: "Keys of the rows." }) }),
});

const ChargeRunIdInput = builder.inputType("ChargeRunIdInput", {
  description: "A charge run.",
  fields: (t) => ({ id: t.id(idField) }),
});

const ExecuteChargeRunInput = builder.inputType("ExecuteChargeRunInput", {
  description: "The confirmation of a run.",
  fields: (t) => ({
    id: t.id(idField),
    planHash: t.string({
      required: true,
      description: "`ChargeRun.planHash` of the plan that the person has seen. Every change of the run changes it.",
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const ApproveChargeRunInput = builder.inputType("ApproveChargeRunInput", {
  description: "The approval of a second person.",
  fields: (t) => ({
    id: t.id(idField),
    planHash: t.string({ required: true, description: "`ChargeRun.planHash` of the plan that the person has seen." }),
  }),
});

const RefuseChargeRunInput = builder.inputType("RefuseChargeRunInput", {
  description: "The refusal of a second person.",
  fields: (t) => ({
    id: t.id(idField),
    reason: t.string(reasonField),
    planHash: t.string({
      description:
        "`ChargeRun.planHash` of the plan that the person has seen: another one is not refused, and the call ends with CONFLICT. Without it, whatever plan waits is refused.",
    }),
  }),
});

const UndoChargeRunInput = builder.inputType("UndoChargeRunInput", {
  description: "A run to undo.",
  fields: (t) => ({
    id: t.id(idField),
    planHash: t.string({
      required: true,
      description: "`ChargeRun.undoPreview.planHash` of the preview that the person has seen.",
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

async function done(task: Promise<Run>): Promise<Done> {
  const run = await settle(task);
  return run instanceof BillingError ? { run: null, errors: run.flatten(["input"]).map(storedError) } : { run, errors: [] };
}

const idOf = (id: string): string => ownIdOf("ChargeRun", id, ["input", "id"]);

mutation("createChargeRun", {
  type: ChargeRunPayload,
  description:
    "Prepares a charge run: records its rows and checks them. Nothing is sent. The answer to a large run comes before all rows are checked.",
  input: CreateChargeRunInput,
  about: "The run.",
  each: "input.rows",
  resolve: (input, { runs, keyOf }) => {
    const { name, series, rows, dryRun, rowsPerSecond } = input;
    const options = { dryRun: dryRun ?? false, rowsPerSecond: rowsPerSecond ?? null };
    const given = { name, series: series ?? null, options, idempotencyKey: keyOf(input.idempotencyKey) };
    return done(runs().create(given, runs().rowsOf(rows)));
  },
});

mutation("replaceChargeRunRows", {
  type: ChargeRunPayload,
  description: "Replaces the rows of a run by a new version, and checks what has changed.",
  input: ReplaceChargeRunRowsInput,
  about: "The rows.",
  each: "input.rows",
  resolve: (input, { runs }) => done(runs().replace(idOf(input.id), runs().rowsOf(input.rows))),
});

mutation("correctChargeRunRow", {
  type: ChargeRunPayload,
  description: "Corrects a row and checks it again.",
  input: CorrectChargeRunRowInput,
  about: "The row and its new values.",
  resolve: (input, { runs }) => done(runs().correct(idOf(input.id), input.key, runs().rowOf(input.row))),
});

mutation("skipChargeRunRows", {
  type: ChargeRunPayload,
  description: "Skips rows: they are not sent.",
  input: SkipChargeRunRowsInput,
  about: "The rows or run, and why.",
  resolve: (input, { runs }) => done(runs().skip(idOf(input.id), input.keys ?? null, input.reason)),
});

mutation("allowChargeRunDuplicates", {
  type: ChargeRunPayload,
  description: "Allows rows that look like other charges: they are sent anyway.",
  input: AllowDuplicateRowsInput,
  about: "The rows.",
  resolve: (input, { runs }) => done(runs().allowDuplicates(idOf(input.id), input.keys)),
});

mutation("checkChargeRun", {
  type: ChargeRunPayload,
  description:
    "Checks rows again that were not sent, failed, were cancelled or were undone, so that the run can be executed again.",
  input: ChargeRunIdInput,
  about: "Global id of the run.",
  resolve: (input, { runs }) => done(runs().check(idOf(input.id))),
});

mutation("executeChargeRun", {
  type: ChargeRunPayload,
  description:
    "Confirms the plan of a run. Its rows are then sent in the background; if a second person has to approve, after the approval.",
  input: ExecuteChargeRunInput,
  about: "The plan.",
  resolve: (input, { runs, keyOf }) => done(runs().execute(idOf(input.id), input.planHash, keyOf(input.idempotencyKey))),
});

mutation("approveChargeRun", {
  type: ChargeRunPayload,
  description: "Approves a plan that another person has confirmed.",
  input: ApproveChargeRunInput,
  about: "The plan.",
  authScopes: access.approve,
  resolve: (input, { runs }) => done(runs().approve(idOf(input.id), input.planHash)),
});

mutation("refuseChargeRun", {
  type: ChargeRunPayload,
  description: "Refuses a plan that another person has confirmed.",
  input: RefuseChargeRunInput,
  about: "The plan, and why.",
  authScopes: access.approve,
  resolve: (input, { runs }) => done(runs().refuse(idOf(input.id), input.reason, input.planHash ?? null)),
});

mutation("pauseChargeRun", {
  type: ChargeRunPayload,
  description: "Pauses a run: nothing more is sent until it is resumed. Rows in flight are finished.",
  input: ChargeRunIdInput,
  about: "Global id of the run.",
  resolve: (input, { runs }) => done(runs().pause(idOf(input.id))),
});

mutation("resumeChargeRun", {
  type: ChargeRunPayload,
  description: "Resumes a run that is paused, as a whole or for a backend that refused every call.",
  input: ChargeRunIdInput,
  about: "Global id of the run.",
  resolve: (input, { runs }) => done(runs().resume(idOf(input.id))),
});

mutation("cancelChargeRun", {
  type: ChargeRunPayload,
  description: "Cancels a run: rows that were not sent yet are not sent.",
  input: ChargeRunIdInput,
  about: "Global id of the run.",
  resolve: (input, { runs }) => done(runs().cancel(idOf(input.id))),
});

mutation("undoChargeRun", {
  type: ChargeRunPayload,
  description: "Voids the charges that a run has created, in the background, where the backends can.",
  input: UndoChargeRunInput,
  about: "The run and the preview.",
  resolve: (input, { runs, keyOf }) => done(runs().undo(idOf(input.id), input.planHash, keyOf(input.idempotencyKey))),
});
