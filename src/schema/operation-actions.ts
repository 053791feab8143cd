import { BillingError, invalidInput } from "../billing/errors.ts";
import { decodeId } from "../billing/id.ts";
import { type StoredError, storedError } from "../journal/model.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { MutationError } from "./errors.ts";
import { type OperationShape, operationRef } from "./operation.ts";

/** Settling and watching operations. */

const ReconcileOperationInput = builder.inputType("ReconcileOperationInput", {
  description: "Which operation to settle.",
  fields: (t) => ({ id: t.id({ required: true, description: "Which operation." }) }),
});

interface Reconciled {
  readonly operation: OperationShape | null;
  readonly errors: readonly StoredError[];
}

const ReconcileOperationPayload = builder.objectRef<Reconciled>("ReconcileOperationPayload").implement({
  description: "How an operation stands after a look at the backends.",
  fields: (t) => ({
    operation: t.field({
      type: operationRef,
      nullable: true,
      description: "The operation as it is now.",
      resolve: ({ operation }) => operation,
    }),
    errors: t.field({
      type: [MutationError],
      description: "Why it could not be looked at.",
      resolve: ({ errors }) => [...errors],
    }),
  }),
});

builder.mutationFields((t) => ({
  reconcileOperation: t.field({
    authScopes: access.write,
    type: ReconcileOperationPayload,
    description:
      "Looks now for what an operation of unknown outcome left behind, instead of waiting for the next look. Sends nothing that changes anything, except what a roll-back still has to take back.",
    args: { input: t.arg({ type: ReconcileOperationInput, required: true, description: "Which one." }) },
    resolve: async (_root, { input }, { reconcile }): Promise<Reconciled> => {
      const id = operationId(input.id, ["input", "id"]);
      const operation = await reconcile(id);
      if (operation) return { operation, errors: [] };
      const error = new BillingError("NOT_FOUND", "There is no such operation (any more).", { field: ["input", "id"] });
      return { operation: null, errors: [storedError(error)] };
    },
  }),
}));

builder.subscriptionType({ description: "What can be watched, over server-sent events." });

builder.subscriptionField("operationUpdated", (t) =>
  t.field({
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
