import { labelOf } from "../adapter/backends.ts";
import { encodeId } from "../model/id.ts";
import { type Approval, type PausedBackend, type Run, type RunState, type RunTotal, runStates } from "../runs/model.ts";
import type { UndoPreview } from "../runs/result.ts";
import type { Progress } from "../runs/run-reads.ts";
import type { RowCount } from "../runs/store.ts";
import { access } from "./access.ts";
import { builder, type Types } from "./builder.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { connectionType, Node, pageArguments } from "./relay.ts";
import { runIdOf } from "./run-id.ts";
import { ChargeRunRowConnection, ChargeRunRowFilter, ChargeRunRowState } from "./run-row.ts";

/** Charge runs, to be looked at. What is done with them is in run-mutations.ts. */

export const runRef = builder.objectRef<Run>("ChargeRun");

const ChargeRunState = describedEnum<RunState>("ChargeRunState", "How a charge run stands.", runStates);

/** Of what names a backend by its key. */
const backendLabelField = <Shape extends { readonly backend: string }>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, Shape>) =>
  t.string({
    description: "What people call the backend.",
    resolve: ({ backend }, _arguments, { backends }) => labelOf(backends, backend),
  });

const ChargeRunTotal = builder.objectRef<RunTotal>("ChargeRunTotal").implement({
  description: "What a run comes to in one backend and currency.",
  fields: (t) => ({
    backend: t.exposeString("backend", { description: "Key of the backend." }),
    backendLabel: backendLabelField(t),
    currency: t.exposeString("currency", { description: "The currency." }),
    rows: t.exposeInt("rows", { description: "How many rows." }),
    amount: t.expose("amount", { type: "Decimal", description: "Their exact sum, excluding taxes." }),
    unpriced: t.exposeInt("unpriced", { description: "Rows that the backend prices: not part of the sum." }),
  }),
});

const ChargeRunCount = builder.objectRef<RowCount>("ChargeRunCount").implement({
  description: "How many rows of a backend are in a state.",
  fields: (t) => ({
    state: t.expose("state", { type: ChargeRunRowState, description: "The state." }),
    backend: t.exposeString("backend", { nullable: true, description: "Key of the backend; null where a row's is not known." }),
    backendLabel: t.string({
      nullable: true,
      description: "What people call it.",
      resolve: ({ backend }, _arguments, { backends }) => backend && labelOf(backends, backend),
    }),
    rows: t.exposeInt("rows", { description: "How many." }),
  }),
});

const ChargeRunProgress = builder.objectRef<Progress>("ChargeRunProgress").implement({
  description: "How far the execution of a run has come.",
  fields: (t) => ({
    rows: t.exposeInt("rows", { description: "How many rows were to be sent." }),
    ended: t.exposeInt("ended", { description: "How many of them have an ending." }),
    rowsPerSecond: t.exposeFloat("rowsPerSecond", { description: "How many a second, since it was confirmed." }),
    secondsLeft: t.exposeInt("secondsLeft", { nullable: true, description: "At this rate; null while nothing is sent." }),
  }),
});

const ChargeRunApproval = builder.objectRef<Approval>("ChargeRunApproval").implement({
  description: "What a second person says of a plan.",
  fields: (t) => ({
    state: t.exposeString("state", { description: "AWAITING, APPROVED, REFUSED or EXPIRED." }),
    askedAt: t.expose("askedAt", { type: "DateTime", description: "When it was asked for." }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", description: "Until when it can be given." }),
    by: t.exposeString("by", { nullable: true, description: "Who decided." }),
    at: t.expose("at", { type: "DateTime", nullable: true, description: "When." }),
    reason: t.exposeString("reason", { nullable: true, description: "Why it was refused." }),
  }),
});

const ChargeRunPause = builder.objectRef<PausedBackend>("ChargeRunPause").implement({
  description: "A backend that refuses everything: its rows are held back until the run is resumed.",
  fields: (t) => ({
    backend: t.exposeString("backend", { description: "Key of the backend." }),
    backendLabel: backendLabelField(t),
    code: t.exposeString("code", { description: "The reason as a code." }),
    message: t.exposeString("message", { description: "The reason as a sentence." }),
    since: t.expose("since", { type: "DateTime", description: "Since when." }),
  }),
});

const UndoRefusal = builder.objectRef<UndoPreview["cannot"][number]>("ChargeRunUndoRefusal").implement({
  description: "What cannot be taken back.",
  fields: (t) => ({
    backend: t.exposeString("backend", { description: "Key of the backend." }),
    backendLabel: backendLabelField(t),
    rows: t.exposeInt("rows", { description: "How many rows." }),
    reason: t.exposeString("reason", { description: "Why." }),
  }),
});

const ChargeRunUndoPreview = builder.objectRef<UndoPreview>("ChargeRunUndoPreview").implement({
  description: "What undoing a run would do.",
  fields: (t) => ({
    rows: t.exposeInt("rows", { description: "How many charges would be voided." }),
    totals: t.field({ type: [ChargeRunTotal], description: "What they come to.", resolve: ({ totals }) => [...totals] }),
    cannot: t.field({
      extensions: cost({ length: 3 }),
      type: [UndoRefusal],
      description: "What would stay, and why.",
      resolve: ({ cannot }) => [...cannot],
    }),
    planHash: t.exposeString("planHash", { description: "Names it: undoChargeRun wants it." }),
  }),
});

runRef.implement({
  description:
    "Many charges, checked together, confirmed once, and carried out in the background, each at most once in its series.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: ({ id }) => encodeId({ type: "ChargeRun", backend: "", id }) }),
    name: t.exposeString("name", { description: "What it is called." }),
    series: t.exposeString("series", { description: "Runs of one series never do the same row twice." }),
    state: t.expose("state", { type: ChargeRunState, description: "How it stands." }),
    actor: t.exposeString("actor", { nullable: true, description: "Who made it; null where callers have no names." }),
    executedBy: t.string({
      nullable: true,
      description: "Who confirmed it last.",
      resolve: ({ execution }) => execution?.actor ?? null,
    }),
    planHash: t.exposeString("planHash", { nullable: true, description: "Names what would be sent: executeChargeRun wants it." }),
    backends: t.stringList({
      description: "Keys of the backends that its rows are for.",
      resolve: ({ backends }) => [...backends],
    }),
    totals: t.field({
      type: [ChargeRunTotal],
      description: "What was to be sent when it was checked, by backend and currency.",
      resolve: ({ summary }) => [...summary.totals],
    }),
    charged: t.field({
      type: [ChargeRunTotal],
      nullable: true,
      description: "What it has charged, as the backends stored it; null before it has ended.",
      resolve: ({ summary }) => summary.charged && [...summary.charged],
    }),
    calls: t.int({ description: "How many calls to backends that takes.", resolve: ({ summary }) => summary.calls }),
    counts: t.field({
      extensions: cost({ counts: "call" }),
      type: [ChargeRunCount],
      description: "How many rows are in which state.",
      resolve: async (run, _arguments, { runs }) => [...(await runs().counts(run))],
    }),
    rows: t.field({
      extensions: cost({ counts: "call" }),
      type: ChargeRunRowConnection,
      description: "Its rows, in their order.",
      args: { ...pageArguments(), filter: t.arg({ type: ChargeRunRowFilter, description: "Only rows that pass every part." }) },
      resolve: (run, { filter, ...page }, { runs }) => runs().rows(run, filter ?? {}, page),
    }),
    progress: t.field({
      extensions: cost({ counts: "call" }),
      type: ChargeRunProgress,
      nullable: true,
      description: "How far its execution has come; null before that.",
      resolve: (run, _arguments, { runs }) => runs().progress(run),
    }),
    approval: t.field({
      type: ChargeRunApproval,
      nullable: true,
      description: "What a second person says; null where nobody was asked.",
      resolve: ({ approval }) => approval,
    }),
    pausedBackends: t.field({
      extensions: cost({ length: 3 }),
      type: [ChargeRunPause],
      description: "Backends that refuse everything: their rows are held back.",
      resolve: ({ paused }) => [...paused],
    }),
    undoPreview: t.field({
      extensions: cost({ counts: "call" }),
      type: ChargeRunUndoPreview,
      description: "What undoing it would do.",
      resolve: (run, _arguments, { runs }) => runs().undoPreview(run),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was made." }),
    updatedAt: t.expose("updatedAt", { type: "DateTime", description: "When it changed last." }),
    finishedAt: t.expose("finishedAt", { type: "DateTime", nullable: true, description: "When it ended." }),
  }),
});

const ChargeRunConnection = connectionType("ChargeRun", runRef, { partial: false });

const ChargeRunFilter = builder.inputType("ChargeRunFilter", {
  description: "Runs that pass every part given.",
  fields: (t) => ({
    state: t.field({ type: [ChargeRunState], description: "In one of these states." }),
    series: t.string({ description: "Of this series." }),
  }),
});

builder.queryFields((t) => ({
  chargeRun: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: runRef,
    nullable: true,
    description: "A charge run; null when it does not exist (any more).",
    args: { id: t.arg.id({ required: true, description: "Its global id." }) },
    resolve: (_root, { id }, { runs }) => runs().byId(runIdOf(id, ["id"])),
  }),
  chargeRuns: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: ChargeRunConnection,
    description: "Charge runs, newest first.",
    args: { ...pageArguments(), filter: t.arg({ type: ChargeRunFilter, description: "Only runs that pass every part." }) },
    resolve: (_root, { filter, ...page }, { runs }) => runs().list(filter ?? {}, page),
  }),
}));

builder.subscriptionField("chargeRunUpdated", (t) =>
  t.field({
    authScopes: access.read,
    extensions: cost({ counts: "call" }),
    type: runRef,
    description: "A charge run as it is now and after every change; several changes in quick succession are told as one.",
    args: { id: t.arg.id({ required: true, description: "Which run." }) },
    subscribe: (_root, { id }, { runs }) => runs().watch(runIdOf(id, ["id"])),
    resolve: (run, _arguments, { nextEvent }) => {
      nextEvent();
      return run;
    },
  }),
);
