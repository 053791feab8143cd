import { type StoredError, storedError } from "../journal/model.ts";
import { BillingError, settle } from "../model/errors.ts";
import { access, builder, cost } from "./builder.ts";
import { MutationError } from "./errors.ts";
import { type OperationShape, operationRef } from "./operation.ts";
import { mutation } from "./payloads.ts";
import { ownIdOf } from "./relay.ts";

/** Reconciling, resolving and watching operations. */

const ReconcileOperationInput = builder.inputType("ReconcileOperationInput", {
  description: "The operation to reconcile.",
  fields: (t) => ({ id: t.id({ required: true, description: "Global id of the operation." }) }),
});

const ResolveOperationInput = builder.inputType("ResolveOperationInput", {
  description: "A person's decision about a step with an unknown outcome.",
  fields: (t) => ({
    operationId: t.id({ required: true, description: "Global id of the operation." }),
    step: t.int({ required: true, description: "The step: its index in `Operation.steps`, from 0." }),
    happened: t.boolean({
      required: true,
      description: "Whether it happened. If false, repeating the call with its key sends it again.",
    }),
    nodeId: t.id({
      description:
        "Global id of the object that it created: one of the step's candidates, or another one that was found. Only with `happened: true`.",
    }),
    reason: t.string({
      required: true,
      description: "How the person knows: one line of at most 1000 characters. It is stored with the step.",
    }),
  }),
});

interface Settled {
  readonly operation: OperationShape | null;
  readonly errors: readonly StoredError[];
}

/** @param errors what they explain */
function settledType(name: string, description: string, errors: string) {
  return builder.objectRef<Settled>(name).implement({
    description,
    fields: (t) => ({
      operation: t.field({
        type: operationRef,
        nullable: true,
        description: "The operation as it is now; null if it does not exist.",
        resolve: ({ operation }) => operation,
      }),
      errors: t.field({
        extensions: cost({ length: 1 }),
        type: [MutationError],
        description: errors,
        resolve: ({ errors: told }) => told,
      }),
    }),
  });
}

const ReconcileOperationPayload = settledType(
  "ReconcileOperationPayload",
  "Result of reconciling an operation.",
  "Why it was not reconciled; empty if it was.",
);
const ResolveOperationPayload = settledType(
  "ResolveOperationPayload",
  "Result of a person's decision about an operation.",
  "Why the decision was not recorded; empty if it was.",
);

mutation("reconcileOperation", {
  type: ReconcileOperationPayload,
  description:
    "Reconciles an operation with an unknown outcome now: looks in the backends for the effects of its steps, without waiting for the gateway's next attempt. It sends no write, except the compensations that a roll-back still needs.",
  input: ReconcileOperationInput,
  about: "The operation.",
  resolve: async (input, { reconcile }): Promise<Settled> => {
    const id = ownIdOf("Operation", input.id, ["input", "id"]);
    const operation = await reconcile(id);
    if (operation) return { operation, errors: [] };
    const error = new BillingError("NOT_FOUND", "There is no such operation (any more).", { field: ["input", "id"] });
    return { operation: null, errors: [storedError(error)] };
  },
});

mutation("resolveOperation", {
  type: ResolveOperationPayload,
  description:
    "Resolves a step with an unknown outcome by hand, after a person has looked. The person's name, the time and the reason are stored with the step. Then the operation goes on: later steps are closed, and a roll-back that waited for the step compensates what is left.",
  input: ResolveOperationInput,
  about: "The step, and its outcome.",
  authScopes: access.decide,
  resolve: async (input, { decide, operations }): Promise<Settled> => {
    const id = ownIdOf("Operation", input.operationId, ["input", "operationId"]);
    const { step, happened, nodeId, reason } = input;
    const decided = await settle(decide({ operationId: id, step, happened, nodeId: nodeId ?? null, reason }));
    if (!(decided instanceof BillingError)) return { operation: decided, errors: [] };
    return { operation: await operations.byId(id), errors: decided.flatten().map(storedError) };
  },
});

builder.subscriptionType({ description: "Events, sent over server-sent events (SSE)." });

builder.subscriptionField("operationUpdated", (t) =>
  t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: operationRef,
    description: "An operation as it is now, and after every change. Without an id: every operation that changes.",
    args: { id: t.arg.id({ description: "Global id of the operation. Default: all." }) },
    subscribe: (_root, { id }, { operations }) => operations.watch(id == null ? null : ownIdOf("Operation", id, ["id"])),
    resolve: (operation, _arguments, { nextEvent }) => {
      nextEvent();
      return operation;
    },
  }),
);
