import type { InputObjectRef, ObjectRef } from "@pothos/core";
import { access } from "./access.ts";
import { builder, type Context, type Types } from "./builder.ts";
import { cost } from "./cost.ts";

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
