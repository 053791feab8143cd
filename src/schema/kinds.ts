import SchemaBuilder, { BasePlugin, type PothosTypeConfig, type SchemaTypes } from "@pothos/core";
import { type GraphQLSchema, isEnumType } from "graphql";
import type { Backend } from "../adapter/backends.ts";
import { BillingError } from "../model/errors.ts";

/**
 * Stands for a backend that the configuration no longer has, in records of the gateway that name it. Its operations, also those of
 * unknown outcome, can be read like all others: one of them must not take the whole list with it.
 */

const goneKind = {
  kind: "UNCONFIGURED",
  label: "Not configured",
  description: "A backend that is not configured any more: records of the gateway still name it.",
} as const;

export function goneBackend(key: string): Backend {
  const message = `The backend ${key} is not configured any more.`;
  const fail = async (): Promise<never> => {
    throw new BillingError("UNAVAILABLE", message, { backend: key, retryable: false });
  };
  return {
    key,
    label: key,
    adapter: {
      key,
      kind: goneKind.kind,
      // ISO 4217: no currency.
      currency: "XXX",
      timeZone: "UTC",
      customers: { getMany: fail, list: fail },
      charges: { getMany: fail, listByCustomers: fail },
      probe: fail,
    },
    health: () => ({ status: "UNKNOWN", circuit: "CLOSED", latencyMs: null, checkedAt: null, message }),
    readOnly: true,
  };
}

export function isGone({ adapter }: Backend): boolean {
  return adapter.kind === goneKind.kind;
}

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
