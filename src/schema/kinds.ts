import SchemaBuilder, { BasePlugin, type PothosTypeConfig, type SchemaTypes } from "@pothos/core";
import { type GraphQLSchema, isEnumType } from "graphql";
import { goneKind } from "./gone-backend.ts";

/** The enum of kinds of backends. Its values are given when the schema is built, so a new kind changes nothing here. */

/** A kind of backend, as its module describes it. */
export interface DescribedKind {
  /** Its name in the API. */
  readonly kind: string;
  readonly label: string;
  readonly description: string;
}

export const kindEnum = "BackendKind";

declare global {
  namespace PothosSchemaTypes {
    interface BuildSchemaOptions<Types extends SchemaTypes> {
      kinds?: readonly DescribedKind[];
    }
    interface Plugins<Types extends SchemaTypes> {
      backendKinds: KindsPlugin<Types>;
    }
  }
}

class KindsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onTypeConfig(config: PothosTypeConfig): PothosTypeConfig {
    if (config.kind !== "Enum" || config.name !== kindEnum) return config;
    const values = [...(this.options.kinds ?? []), goneKind].map(({ kind, label, description }) => [
      kind,
      { value: kind, description, extensions: { label } },
    ]);
    return { ...config, values: Object.fromEntries(values) };
  }
}

SchemaBuilder.registerPlugin("backendKinds", KindsPlugin);

/** Name of a kind for people; its API name if the schema does not have it. */
export function labelOfKind(schema: GraphQLSchema, kind: string): string {
  const type = schema.getType(kindEnum);
  const label = isEnumType(type) ? type.getValue(kind)?.extensions["label"] : undefined;
  return typeof label === "string" ? label : kind;
}
