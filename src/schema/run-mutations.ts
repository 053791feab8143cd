import { type StoredError, storedError } from "../journal/model.ts";
import { BillingError, settle } from "../model/errors.ts";
import type { Run } from "../runs/model.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { ChargeKind } from "./charge-types.ts";
import { cost } from "./cost.ts";
import { MutationError } from "./errors.ts";
import { runRef } from "./run.ts";
import { runIdOf } from "./run-id.ts";
import { ChargeInterval, idempotencyKeyField } from "./values.ts";

/** What is done with charge runs. */

interface Done {
  readonly run: Run | null;
  readonly errors: readonly StoredError[];
}

const ChargeRunPayload = builder.objectRef<Done>("ChargeRunPayload").implement({
  description: "A charge run after a mutation of it.",
  fields: (t) => ({
    run: t.field({
      type: runRef,
      nullable: true,
      description: "The run as it is now; null where the mutation was refused.",
      resolve: ({ run }) => run,
    }),
    errors: t.field({
      type: [MutationError],
      description: "Why it was refused; empty when it was not.",
      resolve: ({ errors }) => [...errors],
    }),
  }),
});

const ChargeRunRowInput = builder.inputType("ChargeRunRowInput", {
  description:
    "A row of a charge run. Whose it is: exactly one of customerId, customerReference with backend, and accountId with backend.",
  fields: (t) => ({
    key: t.string({
      description:
        "What makes it the same row in another run of the series. Default: its content, and how many like it came before.",
    }),
    backend: t.string({ description: "Key of the backend; with it, ids may be the backend's own." }),
    customerId: t.id({ description: "Who is charged." }),
    customerReference: t.string({ description: "Who is charged, by the operator's own reference." }),
    accountId: t.id({ description: "The account whose customer in `backend` is charged." }),
    name: t.string({ description: "What it is called." }),
    description: t.string({ description: "What it is." }),
    notes: t.string({ description: "Remarks." }),
    kind: t.field({ type: ChargeKind, description: "As in ChargeSpec." }),
    serviceId: t.id({ description: "What it is for." }),
    amount: t.field({ type: "Decimal", description: "The whole line, excluding taxes." }),
    currency: t.field({ type: "CurrencyCode", description: "Default: the backend's." }),
    taxAmount: t.field({ type: "Decimal", description: "Taxes on it." }),
    cost: t.field({ type: "Decimal", description: "What it costs the seller." }),
    quantity: t.field({ type: "Decimal", description: "How many; default 1." }),
    date: t.field({ type: "Date", description: "The day it is for; default the day it is sent." }),
    reference: t.string({ description: "The operator's own reference of the charge." }),
    taxIds: t.idList({ description: "Exactly these taxes apply to the charge." }),
    executeNow: t.boolean({ description: "As in ChargeSpec." }),
    interval: t.field({ type: ChargeInterval, description: "How often it falls due again; default once." }),
    occurrences: t.int({ description: "How many times in all." }),
    startsOn: t.field({ type: "Date", description: "From this day." }),
    endsOn: t.field({ type: "Date", description: "Until this day." }),
    allowDuplicate: t.boolean({ description: "It is meant, although it looks like another charge." }),
  }),
});

const CreateChargeRunInput = builder.inputType("CreateChargeRunInput", {
  description: "A charge run to be prepared. Files with more rows come by POST /runs.",
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is called, e.g. "Mail room 2026-11".' }),
    series: t.string({ description: "Runs of one series never do the same row twice. Default: the name without its month." }),
    rows: t.field({ type: [ChargeRunRowInput], required: true, description: "The rows." }),
    dryRun: t.boolean({ defaultValue: false, description: "Has backends that can check every row themselves." }),
    rowsPerSecond: t.float({ description: "Rows sent a second at most. Default: as fast as the backends take them." }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const idField = { required: true, description: "Which run." } as const;
const reasonField = { required: true, description: "Why: one line." } as const;

const ReplaceChargeRunRowsInput = builder.inputType("ReplaceChargeRunRowsInput", {
  description: "Another version of a run's rows. Those with the same key are the same rows.",
  fields: (t) => ({
    id: t.id(idField),
    rows: t.field({ type: [ChargeRunRowInput], required: true, description: "All of them, as they are now." }),
  }),
});

const CorrectChargeRunRowInput = builder.inputType("CorrectChargeRunRowInput", {
  description: "What a row says instead. It keeps its key.",
  fields: (t) => ({
    id: t.id(idField),
    key: t.string({ required: true, description: "Which row." }),
    row: t.field({ type: ChargeRunRowInput, required: true, description: "The whole row as it is now." }),
  }),
});

const SkipChargeRunRowsInput = builder.inputType("SkipChargeRunRowsInput", {
  description: "Rows that are not to be sent.",
  fields: (t) => ({
    id: t.id(idField),
    keys: t.stringList({ description: "Which rows. Default: all that need attention." }),
    reason: t.string(reasonField),
  }),
});

const AllowDuplicateRowsInput = builder.inputType("AllowChargeRunDuplicatesInput", {
  description: "Rows that are meant, although they look like other charges.",
  fields: (t) => ({ id: t.id(idField), keys: t.stringList({ required: true, description: "Which rows." }) }),
});

const ChargeRunIdInput = builder.inputType("ChargeRunIdInput", {
  description: "Which run.",
  fields: (t) => ({ id: t.id(idField) }),
});

const ExecuteChargeRunInput = builder.inputType("ExecuteChargeRunInput", {
  description: "The one confirmation of a run.",
  fields: (t) => ({
    id: t.id(idField),
    planHash: t.string({ required: true, description: "Of the plan that was seen: any change makes another one." }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const ApproveChargeRunInput = builder.inputType("ApproveChargeRunInput", {
  description: "A second person's yes.",
  fields: (t) => ({
    id: t.id(idField),
    planHash: t.string({ required: true, description: "Of the plan that was seen." }),
  }),
});

const RefuseChargeRunInput = builder.inputType("RefuseChargeRunInput", {
  description: "A second person's no.",
  fields: (t) => ({ id: t.id(idField), reason: t.string(reasonField) }),
});

const UndoChargeRunInput = builder.inputType("UndoChargeRunInput", {
  description: "A run whose charges are to be voided.",
  fields: (t) => ({
    id: t.id(idField),
    planHash: t.string({ required: true, description: "Of the preview that was seen: `chargeRun.undoPreview`." }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

async function done(task: Promise<Run>): Promise<Done> {
  const run = await settle(task);
  return run instanceof BillingError ? { run: null, errors: run.flatten(["input"]).map(storedError) } : { run, errors: [] };
}

const idOf = (id: string): string => runIdOf(id, ["input", "id"]);

builder.mutationFields((t) => ({
  createChargeRun: t.field({
    authScopes: access.write,
    extensions: cost({ counts: "call", each: "input.rows" }),
    type: ChargeRunPayload,
    description:
      "Prepares a charge run: checks its rows, and sends nothing. Of a large one, the answer comes before all is checked.",
    args: { input: t.arg({ type: CreateChargeRunInput, required: true, description: "The run." }) },
    resolve: (_root, { input }, { runs, keyOf }) => {
      const { name, series, rows, dryRun, rowsPerSecond } = input;
      const options = { dryRun: dryRun ?? false, rowsPerSecond: rowsPerSecond ?? null };
      const given = { name, series: series ?? null, options, idempotencyKey: keyOf(input.idempotencyKey) };
      return done(runs().create(given, runs().rowsOf(rows)));
    },
  }),
  replaceChargeRunRows: t.field({
    authScopes: access.write,
    extensions: cost({ counts: "call", each: "input.rows" }),
    type: ChargeRunPayload,
    description: "Takes another version of a run's rows, and checks what has changed.",
    args: { input: t.arg({ type: ReplaceChargeRunRowsInput, required: true, description: "The rows." }) },
    resolve: (_root, { input }, { runs }) => done(runs().replace(idOf(input.id), runs().rowsOf(input.rows))),
  }),
  correctChargeRunRow: t.field({
    authScopes: access.write,
    extensions: cost({ counts: "call" }),
    type: ChargeRunPayload,
    description: "Corrects a row, and checks it again.",
    args: { input: t.arg({ type: CorrectChargeRunRowInput, required: true, description: "The row." }) },
    resolve: (_root, { input }, { runs }) => done(runs().correct(idOf(input.id), input.key, runs().rowOf(input.row))),
  }),
  skipChargeRunRows: t.field({
    authScopes: access.write,
    extensions: cost({ counts: "call" }),
    type: ChargeRunPayload,
    description: "Leaves rows out.",
    args: { input: t.arg({ type: SkipChargeRunRowsInput, required: true, description: "Which, and why." }) },
    resolve: (_root, { input }, { runs }) => done(runs().skip(idOf(input.id), input.keys ?? null, input.reason)),
  }),
  allowChargeRunDuplicates: t.field({
    authScopes: access.write,
    extensions: cost({ counts: "call" }),
    type: ChargeRunPayload,
    description: "Says that rows are meant, although they look like other charges.",
    args: { input: t.arg({ type: AllowDuplicateRowsInput, required: true, description: "Which." }) },
    resolve: (_root, { input }, { runs }) => done(runs().allowDuplicates(idOf(input.id), input.keys)),
  }),
  checkChargeRun: t.field({
    authScopes: access.write,
    extensions: cost({ counts: "call" }),
    type: ChargeRunPayload,
    description: "Checks again what was not sent, failed, was cancelled or was undone: so that it can be executed again.",
    args: { input: t.arg({ type: ChargeRunIdInput, required: true, description: "Which run." }) },
    resolve: (_root, { input }, { runs }) => done(runs().check(idOf(input.id))),
  }),
  executeChargeRun: t.field({
    authScopes: access.write,
    extensions: cost({ counts: "call" }),
    type: ChargeRunPayload,
    description: "Confirms a plan that was seen: its rows are sent in the background, or a second person is asked first.",
    args: { input: t.arg({ type: ExecuteChargeRunInput, required: true, description: "Which plan." }) },
    resolve: (_root, { input }, { runs, keyOf }) =>
      done(runs().execute(idOf(input.id), input.planHash, keyOf(input.idempotencyKey))),
  }),
  approveChargeRun: t.field({
    authScopes: access.approve,
    extensions: cost({ counts: "call" }),
    type: ChargeRunPayload,
    description: "Says yes to a plan that another person wants to be executed.",
    args: { input: t.arg({ type: ApproveChargeRunInput, required: true, description: "Which plan." }) },
    resolve: (_root, { input }, { runs }) => done(runs().approve(idOf(input.id), input.planHash)),
  }),
  refuseChargeRun: t.field({
    authScopes: access.approve,
    extensions: cost({ counts: "call" }),
    type: ChargeRunPayload,
    description: "Says no to a plan that another person wants to be executed.",
    args: { input: t.arg({ type: RefuseChargeRunInput, required: true, description: "Which, and why." }) },
    resolve: (_root, { input }, { runs }) => done(runs().refuse(idOf(input.id), input.reason)),
  }),
  pauseChargeRun: t.field({
    authScopes: access.write,
    extensions: cost({ counts: "call" }),
    type: ChargeRunPayload,
    description: "Sends nothing more until it is resumed; what is on its way ends.",
    args: { input: t.arg({ type: ChargeRunIdInput, required: true, description: "Which run." }) },
    resolve: (_root, { input }, { runs }) => done(runs().pause(idOf(input.id))),
  }),
  resumeChargeRun: t.field({
    authScopes: access.write,
    extensions: cost({ counts: "call" }),
    type: ChargeRunPayload,
    description: "Goes on with a run that is paused, also where a backend had refused everything.",
    args: { input: t.arg({ type: ChargeRunIdInput, required: true, description: "Which run." }) },
    resolve: (_root, { input }, { runs }) => done(runs().resume(idOf(input.id))),
  }),
  cancelChargeRun: t.field({
    authScopes: access.write,
    extensions: cost({ counts: "call" }),
    type: ChargeRunPayload,
    description: "Gives a run up: what was not sent is not sent.",
    args: { input: t.arg({ type: ChargeRunIdInput, required: true, description: "Which run." }) },
    resolve: (_root, { input }, { runs }) => done(runs().cancel(idOf(input.id))),
  }),
  undoChargeRun: t.field({
    authScopes: access.write,
    extensions: cost({ counts: "call" }),
    type: ChargeRunPayload,
    description: "Voids the charges that a run has made, where the backends can, in the background.",
    args: { input: t.arg({ type: UndoChargeRunInput, required: true, description: "Which, as it was shown." }) },
    resolve: (_root, { input }, { runs, keyOf }) =>
      done(runs().undo(idOf(input.id), input.planHash, keyOf(input.idempotencyKey))),
  }),
}));
