import type { InputObjectRef, ObjectRef } from "@pothos/core";
import { decodeId } from "../model/id.ts";
import type { Customer } from "../model/model.ts";
import type { TargetResult, WriteResult } from "../mutations/writes.ts";
import type { Loaders } from "../reads/loaders.ts";
import { access, builder, type Context, cost, type Types } from "./builder.ts";
import { MutationError, Warning } from "./errors.ts";
import { OperationStatus, OperationSubject, operationRef } from "./operation.ts";
import { backendOf, backendRef } from "./refs.ts";

/** The object of a result. A replay has only its id, by which it is looked up. */
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
  /** Name of the field that holds the object, e.g. "customer". */
  readonly member: string;
  readonly type: ObjectRef<Types, Shape>;
  readonly loader: keyof Loaders;
}

/** <name>: { <member>, errors, warnings, operation }, for mutations of one object. */
export function payloadType<Shape extends object>(name: string, { member, type, loader }: Kind<Shape>) {
  const Payload = builder.objectRef<WriteResult<Shape>>(name);
  Payload.implement({
    description: `Result of a mutation of one ${member}.`,
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

/** <result>: { backend, subject, status, <member>, errors, warnings }, for one target. */
export function fanOutResultType<Shape extends object>(result: string, { member, type, loader }: Kind<Shape>) {
  const Result = builder.objectRef<TargetResult<Shape>>(result);
  Result.implement({
    description: "Result for one target of a mutation with several targets.",
    fields: (t) => ({
      backend: t.field({ type: backendRef, description: "The backend of this target.", resolve: backendOf }),
      subject: t.field({
        type: OperationSubject,
        nullable: true,
        description:
          "The customer and the object that the target is about, from the input. Set even if the target failed or was only checked.",
        resolve: ({ subject, backend }) => subject && { ...subject, backend },
      }),
      status: t.field({ type: OperationStatus, description: "Status of this target.", resolve: ({ status }) => status }),
      errors: t.field({
        extensions: cost({ length: 1 }),
        type: [MutationError],
        description: "Why it failed; empty if it did not.",
        resolve: ({ errors }) => errors,
      }),
      warnings: t.field({
        extensions: cost({ length: 1 }),
        type: [Warning],
        description: warningsDescription,
        resolve: ({ warnings }) => warnings,
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

/** <payload>: { results, operation }, for mutations with several targets. */
export function fanOutPayloadType<Shape extends object>(payload: string, result: ObjectRef<Types, TargetResult<Shape>>) {
  const Payload = builder.objectRef<WriteResult<Shape>>(payload);
  Payload.implement({
    description: "Result of a mutation with several targets.",
    fields: (t) => ({
      results: t.field({
        extensions: cost({ perItem: true }),
        type: [result],
        description: "One for each target, in the order of the input.",
        resolve: ({ results }) => results,
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
    description: "Why it failed; empty if it did not.",
    resolve: ({ results }) => results.flatMap(({ errors }) => errors),
  });
}

/** The warnings of all targets. */
function warningsField<Shape>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, WriteResult<Shape>>) {
  return t.field({
    type: [Warning],
    extensions: cost({ length: 1 }),
    description: warningsDescription,
    resolve: ({ results }) => results.flatMap(({ warnings }) => warnings),
  });
}

const warningsDescription = "Warnings about a success, e.g. a member that the backend stored differently than it was sent.";

export function operationField<Shape>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, WriteResult<Shape>>) {
  return t.field({
    type: operationRef,
    description: "The record of the call in the journal.",
    resolve: ({ operation, replayed }) => ({ ...operation, replayed }),
  });
}

interface MutationOptions<Input, Result> {
  readonly type: ObjectRef<Types, Result>;
  readonly description: string;
  readonly input: InputObjectRef<Types, Input>;
  /** Describes the argument `input`. */
  readonly about: string;
  /** See FieldCost: the list in the input whose items are written one by one. */
  readonly each?: string;
  /** Default: the right to write. */
  readonly authScopes?: (typeof access)["approve" | "decide"];
  readonly resolve: (input: Input, context: Context) => Promise<Result>;
}

/** Defines a mutation. Every mutation has one argument, `input`. */
export function mutation<Input, Result>(
  name: string,
  { type, description, input, about, each, authScopes, resolve }: MutationOptions<Input, Result>,
): void {
  builder.mutationField(name, (t) =>
    t.field({
      extensions: cost({ counts: "call", ...(each !== undefined && { each }) }),
      authScopes: authScopes ?? access.write,
      type,
      description,
      args: { input: t.arg({ type: input, required: true, description: about }) },
      resolve: (_root, given, context) => resolve((given as unknown as { readonly input: Input }).input, context) as never,
    }),
  );
}
