import { type StoredError, storedError } from "../journal/model.ts";
import { BillingError, invalidInput, settle } from "../model/errors.ts";
import { decodeId } from "../model/id.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { MutationError } from "./errors.ts";
import { type OperationShape, operationRef } from "./operation.ts";

/** Settling and watching operations. */

const ReconcileOperationInput = builder.inputType("ReconcileOperationInput", {
  description: "Which operation to settle.",
  fields: (t) => ({ id: t.id({ required: true, description: "Which operation." }) }),
});

const ResolveOperationInput = builder.inputType("ResolveOperationInput", {
  description: "What a person has found out about a step of unknown outcome.",
  fields: (t) => ({
    operationId: t.id({ required: true, description: "Of which operation." }),
    step: t.int({ required: true, description: "Which step: its place in `operation.steps`, from 0." }),
    happened: t.boolean({ required: true, description: "Whether it happened. False: repeating the call sends it again." }),
    nodeId: t.id({
      description:
        "What it created: one of the step's candidates, or another object that somebody has found. Only with happened.",
    }),
    reason: t.string({
      required: true,
      description: "How that is known: one line of at most 1000 characters, kept with the step.",
    }),
  }),
});

interface Settled {
  readonly operation: OperationShape | null;
  readonly errors: readonly StoredError[];
}

const ReconcileOperationPayload = builder.objectRef<Settled>("ReconcileOperationPayload").implement({
  description: "How an operation stands after a look at the backends.",
  fields: (t) => ({
    operation: t.field({
      type: operationRef,
      nullable: true,
      description: "The operation as it is now.",
      resolve: ({ operation }) => operation,
    }),
    errors: t.field({
      extensions: cost({ length: 1 }),
      type: [MutationError],
      description: "Why it could not be looked at.",
      resolve: ({ errors }) => [...errors],
    }),
  }),
});

const ResolveOperationPayload = builder.objectRef<Settled>("ResolveOperationPayload").implement({
  description: "How an operation stands after a person's decision.",
  fields: (t) => ({
    operation: t.field({
      type: operationRef,
      nullable: true,
      description: "The operation as it is now.",
      resolve: ({ operation }) => operation,
    }),
    errors: t.field({
      extensions: cost({ length: 1 }),
      type: [MutationError],
      description: "Why the decision was not recorded; empty when it was.",
      resolve: ({ errors }) => [...errors],
    }),
  }),
});

builder.mutationFields((t) => ({
  reconcileOperation: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: ReconcileOperationPayload,
    description:
      "Looks now for what an operation of unknown outcome left behind, instead of waiting for the next look. Sends nothing that changes anything, except what a roll-back still has to take back.",
    args: { input: t.arg({ type: ReconcileOperationInput, required: true, description: "Which one." }) },
    resolve: async (_root, { input }, { reconcile }): Promise<Settled> => {
      const id = operationId(input.id, ["input", "id"]);
      const operation = await reconcile(id);
      if (operation) return { operation, errors: [] };
      const error = new BillingError("NOT_FOUND", "There is no such operation (any more).", { field: ["input", "id"] });
      return { operation: null, errors: [storedError(error)] };
    },
  }),
  resolveOperation: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.decide,
    type: ResolveOperationPayload,
    description:
      "Settles a step of unknown outcome by hand, where the gateway cannot tell and a person has looked. Who said so, when and why stays with the step. What hung on the step goes on: later steps are closed, and what a roll-back has to take back is taken back.",
    args: { input: t.arg({ type: ResolveOperationInput, required: true, description: "Which step, and what became of it." }) },
    resolve: async (_root, { input }, { decide, operations }): Promise<Settled> => {
      const id = operationId(input.operationId, ["input", "operationId"]);
      const { step, happened, nodeId, reason } = input;
      const decided = await settle(decide({ operationId: id, step, happened, nodeId: nodeId ?? null, reason }));
      if (!(decided instanceof BillingError)) return { operation: decided, errors: [] };
      return { operation: await operations.byId(id), errors: decided.flatten().map(storedError) };
    },
  }),
}));

builder.subscriptionType({ description: "What can be watched, over server-sent events." });

builder.subscriptionField("operationUpdated", (t) =>
  t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: operationRef,
    description: "An operation as it is now and after every change; without an id, every operation that changes.",
    args: { id: t.arg.id({ description: "Which operation; default all." }) },
    subscribe: (_root, { id }, { operations }) => operations.watch(id == null ? null : operationId(id, ["id"])),
    resolve: (operation, _arguments, { nextEvent }) => {
      nextEvent();
      return operation;
    },
  }),
);

function operationId(globalId: string, field: readonly string[]): string {
  const decoded = decodeId(globalId);
  if (decoded?.type !== "Operation") throw invalidInput(field, "is not the id of an Operation");
  return decoded.id;
}
