import type { ObjectRef } from "@pothos/core";
import { decodeId } from "../model/id.ts";
import type { Customer } from "../model/model.ts";
import type { TargetResult, WriteResult } from "../mutations/writes.ts";
import type { Loaders } from "../reads/loaders.ts";
import { builder, type Context, type Types } from "./builder.ts";
import { cost } from "./cost.ts";
import { MutationError } from "./errors.ts";
import { OperationStatus, operationRef } from "./operation.ts";
import { OperationSubject } from "./operation-subject.ts";
import { backendOf, backendRef } from "./refs.ts";
import { Warning } from "./warnings.ts";

/** The object of a result: at hand after a fresh write, looked up by its id on a replay. */
async function written<Shape>(
  loader: keyof Loaders,
  node: Shape | string | null | undefined,
  { reads }: Context,
): Promise<Shape | null> {
  if (typeof node !== "string") return node ?? null;
  const decoded = decodeId(node);
  return decoded ? ((await reads.load[loader].load(decoded as unknown as Customer & never)) as Shape | null) : null;
}

interface Kind<Shape extends object> {
  /** Member that holds the object: "customer". */
  readonly member: string;
  readonly type: ObjectRef<Types, Shape>;
  readonly loader: keyof Loaders;
}

/** <name>: { <member>, errors, operation }, for mutations of one object. */
export function payloadType<Shape extends object>(name: string, { member, type, loader }: Kind<Shape>) {
  const Payload = builder.objectRef<WriteResult<Shape>>(name);
  Payload.implement({
    description: `What became of a mutation of one ${member}.`,
    fields: (t) => ({
      errors: errorsField(t),
      warnings: warningsField(t),
      operation: operationField(t),
    }),
  });
  builder.objectField(Payload, member, (t) =>
    t.field({
      type,
      nullable: true,
      description: `The ${member} as the backend stores it; null when nothing was written.`,
      resolve: ({ results }, _arguments, context) => written(loader, results[0]?.node, context) as never,
    }),
  );
  return Payload;
}

/** { backend, status, <member>, errors }: what became of one target. */
export function fanOutResultType<Shape extends object>(result: string, { member, type, loader }: Kind<Shape>) {
  const Result = builder.objectRef<TargetResult<Shape>>(result);
  Result.implement({
    description: "What became of one target of a fan-out.",
    fields: (t) => ({
      backend: t.field({ type: backendRef, description: "Where it was written.", resolve: backendOf }),
      subject: t.field({
        type: OperationSubject,
        nullable: true,
        description: "Whom and what it is about, as the caller said it: also of what failed, or was only checked.",
        resolve: ({ subject, backend }) => subject && { ...subject, backend },
      }),
      status: t.field({ type: OperationStatus, description: "What became of it.", resolve: ({ status }) => status }),
      errors: t.field({
        extensions: cost({ length: 1 }),
        type: [MutationError],
        description: "Why it did not succeed; empty when it did.",
        resolve: ({ errors }) => [...errors],
      }),
      warnings: t.field({
        extensions: cost({ length: 1 }),
        type: [Warning],
        description: warningsDescription,
        resolve: ({ warnings }) => [...warnings],
      }),
    }),
  });
  builder.objectField(Result, member, (t) =>
    t.field({
      type,
      nullable: true,
      description: `The ${member} as the backend stores it; null when nothing was written.`,
      resolve: ({ node }, _arguments, context) => written(loader, node, context) as never,
    }),
  );
  return Result;
}

/** { results, operation }, for mutations of several objects. */
export function fanOutPayloadType<Shape extends object>(payload: string, result: ObjectRef<Types, TargetResult<Shape>>) {
  const Payload = builder.objectRef<WriteResult<Shape>>(payload);
  Payload.implement({
    description: "What became of a mutation of several objects.",
    fields: (t) => ({
      results: t.field({
        extensions: cost({ perItem: true }),
        type: [result],
        description: "One for each target, in the order of the input.",
        resolve: ({ results }) => [...results],
      }),
      operation: operationField(t),
    }),
  });
  return Payload;
}

export function errorsField<Shape>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, WriteResult<Shape>>) {
  return t.field({
    type: [MutationError],
    extensions: cost({ length: 1 }),
    description: "Why it did not succeed; empty when it did.",
    resolve: ({ results }) => results.flatMap(({ errors }) => errors),
  });
}

/** Of all targets. */
function warningsField<Shape>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, WriteResult<Shape>>) {
  return t.field({
    type: [Warning],
    extensions: cost({ length: 1 }),
    description: warningsDescription,
    resolve: ({ results }) => results.flatMap(({ warnings }) => warnings),
  });
}

const warningsDescription =
  "What should be known of it although it succeeded, such as members that the backend did not store as they were sent.";

export function operationField<Shape>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, WriteResult<Shape>>) {
  return t.field({
    type: operationRef,
    description: "The record of the call.",
    resolve: ({ operation, replayed }) => ({ ...operation, replayed }),
  });
}
