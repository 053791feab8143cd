import { labelOf } from "../adapter/backends.ts";
import { encodeId } from "../model/id.ts";
import { type Approval, type PausedBackend, type Run, type RunState, type RunTotal, runStates } from "../runs/model.ts";
import type { UndoPreview } from "../runs/result.ts";
import type { Progress } from "../runs/run-reads.ts";
import type { RowCount } from "../runs/store.ts";
import { access, builder, cost, describedEnum, type Types } from "./builder.ts";
import { connectionType, Node, ownIdOf, pageArguments } from "./relay.ts";
import { ChargeRunRowConnection, ChargeRunRowFilter, ChargeRunRowState } from "./run-row.ts";

/** Charge runs. Their mutations are in run-mutations.ts. */

export const runRef = builder.objectRef<Run>("ChargeRun");

const ChargeRunState = describedEnum<RunState>("ChargeRunState", "Status of a charge run.", runStates);

/** The label of the backend that an object names by its key. */
const backendLabelField = <Shape extends { readonly backend: string }>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, Shape>) =>
  t.string({
    description: 'Name of the backend for people, e.g. "Telephony".',
    resolve: ({ backend }, _arguments, { backends }) => labelOf(backends, backend),
  });

const ChargeRunTotal = builder.objectRef<RunTotal>("ChargeRunTotal").implement({
  description: "Sum of a run in one backend and currency.",
  fields: (t) => ({
    backend: t.exposeString("backend", { description: 'Key of the backend, e.g. "pbx".' }),
    backendLabel: backendLabelField(t),
    currency: t.exposeString("currency", { description: 'Currency, e.g. "EUR".' }),
    rows: t.exposeInt("rows", { description: "Number of rows." }),
    amount: t.expose("amount", { type: "Decimal", description: "Exact sum of their amounts, excluding taxes." }),
    unpriced: t.exposeInt("unpriced", { description: "Number of rows that the backend prices. They are not in the sum." }),
  }),
});

const ChargeRunCount = builder.objectRef<RowCount>("ChargeRunCount").implement({
  description: "Number of rows of one backend in one state.",
  fields: (t) => ({
    state: t.expose("state", { type: ChargeRunRowState, description: "The state." }),
    backend: t.exposeString("backend", {
      nullable: true,
      description: "Key of the backend; null for rows whose backend is unknown.",
    }),
    backendLabel: t.string({
      nullable: true,
      description: 'Name of the backend for people, e.g. "Telephony".',
      resolve: ({ backend }, _arguments, { backends }) => backend && labelOf(backends, backend),
    }),
    rows: t.exposeInt("rows", { description: "Number of rows." }),
  }),
});

const ChargeRunProgress = builder.objectRef<Progress>("ChargeRunProgress").implement({
  description: "Progress of the execution of a run.",
  fields: (t) => ({
    rows: t.exposeInt("rows", { description: "Number of rows to be sent." }),
    ended: t.exposeInt("ended", { description: "Number of rows that have ended." }),
    rowsPerSecond: t.exposeFloat("rowsPerSecond", { description: "Average rows per second since the run was confirmed." }),
    secondsLeft: t.exposeInt("secondsLeft", {
      nullable: true,
      description: "Seconds left at this rate; null while nothing is sent.",
    }),
  }),
});

const ChargeRunApproval = builder.objectRef<Approval>("ChargeRunApproval").implement({
  description: "The decision of a second person about a plan.",
  fields: (t) => ({
    state: t.exposeString("state", { description: "AWAITING, APPROVED, REFUSED or EXPIRED." }),
    askedAt: t.expose("askedAt", { type: "DateTime", description: "Time at which the approval was requested." }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", description: "Time until which it can be given." }),
    by: t.exposeString("by", { nullable: true, description: "Name of the person who decided; null before that." }),
    at: t.expose("at", { type: "DateTime", nullable: true, description: "Time of the decision; null before that." }),
    reason: t.exposeString("reason", { nullable: true, description: "Why the plan was refused." }),
  }),
});

const ChargeRunPause = builder.objectRef<PausedBackend>("ChargeRunPause").implement({
  description: "A backend that refuses every call. Its rows are held back until the run is resumed.",
  fields: (t) => ({
    backend: t.exposeString("backend", { description: 'Key of the backend, e.g. "pbx".' }),
    backendLabel: backendLabelField(t),
    code: t.exposeString("code", { description: "The reason as a code." }),
    message: t.exposeString("message", { description: "The reason as a sentence." }),
    since: t.expose("since", { type: "DateTime", description: "Time since which its rows are held back." }),
  }),
});

const UndoRefusal = builder.objectRef<UndoPreview["cannot"][number]>("ChargeRunUndoRefusal").implement({
  description: "Charges that cannot be voided.",
  fields: (t) => ({
    backend: t.exposeString("backend", { description: 'Key of the backend, e.g. "pbx".' }),
    backendLabel: backendLabelField(t),
    rows: t.exposeInt("rows", { description: "Number of rows." }),
    reason: t.exposeString("reason", { description: "Why they cannot be voided." }),
  }),
});

const ChargeRunUndoPreview = builder.objectRef<UndoPreview>("ChargeRunUndoPreview").implement({
  description: "Preview of undoChargeRun.",
  fields: (t) => ({
    rows: t.exposeInt("rows", { description: "Number of charges that would be voided." }),
    totals: t.field({
      type: [ChargeRunTotal],
      description: "Sums of the charges that would be voided.",
      resolve: ({ totals }) => totals,
    }),
    cannot: t.field({
      extensions: cost({ length: 3 }),
      type: [UndoRefusal],
      description: "Charges that cannot be voided, and why.",
      resolve: ({ cannot }) => cannot,
    }),
    planHash: t.exposeString("planHash", { description: "Hash of the preview, to be given to undoChargeRun." }),
  }),
});

runRef.implement({
  description:
    "Many charges that are checked together, confirmed once and sent in the background, each at most once in its series.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: ({ id }) => encodeId({ type: "ChargeRun", backend: "", id }) }),
    name: t.exposeString("name", { description: 'Name, e.g. "Mail room 2026-11".' }),
    series: t.exposeString("series", { description: "Series of the run. Runs of one series never send the same row twice." }),
    state: t.expose("state", { type: ChargeRunState, description: "Status of the run." }),
    actor: t.exposeString("actor", {
      nullable: true,
      description: "Name of the caller who created it; null where callers have no names.",
    }),
    executedBy: t.string({
      nullable: true,
      description: "Name of the caller who confirmed it last.",
      resolve: ({ execution }) => execution?.actor ?? null,
    }),
    planHash: t.exposeString("planHash", {
      nullable: true,
      description: "Hash of the plan, i.e. of what would be sent, to be given to executeChargeRun. Null while there is no plan.",
    }),
    backends: t.stringList({
      description: "Keys of the backends that its rows are for.",
      resolve: ({ backends }) => backends,
    }),
    totals: t.field({
      type: [ChargeRunTotal],
      description: "Sums of the rows that were ready to send at the last check, by backend and currency.",
      resolve: ({ summary }) => [...summary.totals],
    }),
    charged: t.field({
      type: [ChargeRunTotal],
      nullable: true,
      description: "Sums of what was charged, as the backends stored it; null until the run has ended.",
      resolve: ({ summary }) => summary.charged && [...summary.charged],
    }),
    calls: t.int({
      description: "Number of backend calls needed to send the rows.",
      resolve: ({ summary }) => summary.calls,
    }),
    counts: t.field({
      extensions: cost({ counts: "call" }),
      type: [ChargeRunCount],
      description: "Number of rows by state and backend.",
      resolve: async (run, _arguments, { runs }) => [...(await runs().counts(run))],
    }),
    rows: t.field({
      extensions: cost({ counts: "call" }),
      type: ChargeRunRowConnection,
      description: "The rows, in the order of the file or input.",
      args: {
        ...pageArguments(),
        filter: t.arg({ type: ChargeRunRowFilter, description: "Only rows that match every member given." }),
      },
      resolve: (run, { filter, ...page }, { runs }) => runs().rows(run, filter ?? {}, page),
    }),
    progress: t.field({
      extensions: cost({ counts: "call" }),
      type: ChargeRunProgress,
      nullable: true,
      description: "Progress of the execution; null before that.",
      resolve: (run, _arguments, { runs }) => runs().progress(run),
    }),
    approval: t.field({
      type: ChargeRunApproval,
      nullable: true,
      description: "The decision of a second person; null if none was requested.",
      resolve: ({ approval }) => approval,
    }),
    pausedBackends: t.field({
      extensions: cost({ length: 3 }),
      type: [ChargeRunPause],
      description: "Backends that refuse every call. Their rows are held back.",
      resolve: ({ paused }) => paused,
    }),
    undoPreview: t.field({
      extensions: cost({ counts: "call" }),
      type: ChargeRunUndoPreview,
      description: "Preview of undoing the run with undoChargeRun.",
      resolve: (run, _arguments, { runs }) => runs().undoPreview(run),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "Time of creation." }),
    updatedAt: t.expose("updatedAt", { type: "DateTime", description: "Time of the last change." }),
    finishedAt: t.expose("finishedAt", {
      type: "DateTime",
      nullable: true,
      description: "Time at which it ended; null before that.",
    }),
  }),
});

const ChargeRunConnection = connectionType("ChargeRun", runRef, { partial: false });

const ChargeRunFilter = builder.inputType("ChargeRunFilter", {
  description: "Runs that match every member given.",
  fields: (t) => ({
    state: t.field({ type: [ChargeRunState], description: "Only with one of these states." }),
    series: t.string({ description: "Only of this series, in any case and with any spaces." }),
  }),
});

builder.queryFields((t) => ({
  chargeRun: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: runRef,
    nullable: true,
    description: "A charge run; null if it does not exist (any more).",
    args: { id: t.arg.id({ required: true, description: "Global id." }) },
    resolve: (_root, { id }, { runs }) => runs().byId(ownIdOf("ChargeRun", id, ["id"])),
  }),
  chargeRuns: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: ChargeRunConnection,
    description: "Charge runs, newest first.",
    args: {
      ...pageArguments(),
      filter: t.arg({ type: ChargeRunFilter, description: "Only runs that match every member given." }),
    },
    resolve: (_root, { filter, ...page }, { runs }) => runs().list(filter ?? {}, page),
  }),
}));

builder.subscriptionField("chargeRunUpdated", (t) =>
  t.field({
    authScopes: access.read,
    extensions: cost({ counts: "call" }),
    type: runRef,
    description: "A charge run as it is now, and after every change. Several changes in quick succession are one event.",
    args: { id: t.arg.id({ required: true, description: "Global id of the run." }) },
    subscribe: (_root, { id }, { runs }) => runs().watch(ownIdOf("ChargeRun", id, ["id"])),
    resolve: (run, _arguments, { nextEvent }) => {
      nextEvent();
      return run;
    },
  }),
);
