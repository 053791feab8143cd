import { invalidInput, keyWithLabel } from "../model/errors.ts";
import type { BackendHealth } from "../model/health.ts";
import { decodeId, type NodeType } from "../model/id.ts";
import type { Ref } from "../model/model.ts";
import type { Adapter } from "./adapter.ts";

/** One configured backend: its adapter and the operator's name for it. */
export interface Backend {
  readonly key: string;
  readonly label: string;
  readonly adapter: Adapter;
  readonly health: () => BackendHealth;
  /** True: the operator has switched off writes to it. */
  readonly readOnly?: boolean;
}

/** The configured backends, in their configured order. */
export interface Backends {
  readonly all: readonly Backend[];
  readonly get: (key: string) => Backend | undefined;
}

export function createBackends(all: readonly Backend[]): Backends {
  const byKey = new Map(all.map((backend) => [backend.key, backend]));
  return { all, get: (key) => byKey.get(key) };
}

/** The backend's label; its key where it is no longer configured. */
export function labelOf(backends: Backends, key: string): string {
  return backends.get(key)?.label ?? key;
}

/** The backends with these keys, in their order; all backends for null. Throws INVALID_INPUT for unknown or repeated keys. */
export function selectBackends(
  backends: Backends,
  keys: readonly string[] | null | undefined,
  field: readonly string[],
): readonly Backend[] {
  if (keys == null) return backends.all;
  if (new Set(keys).size !== keys.length) throw invalidInput(field, "each backend may be named once");
  return keys.map((key, index) => {
    const backend = backends.get(key);
    if (!backend) {
      const known = backends.all.map((each) => keyWithLabel(each.key, each.label)).join(", ");
      throw invalidInput([...field, String(index)], `there is no backend with this key; configured are: ${known}`);
    }
    return backend;
  });
}

/** Decodes a caller's id. Throws INVALID_INPUT at `field` for another type, and for a backend that is not configured. */
export function refOf(backends: Backends, type: NodeType, globalId: string, field: readonly string[]): Ref {
  const decoded = decodeId(globalId);
  if (!decoded) throw invalidInput(field, "is not an id of this gateway");
  if (decoded.type !== type) throw invalidInput(field, `is the id of a ${decoded.type}, not of a ${type}`);
  if (!backends.get(decoded.backend)) throw invalidInput(field, "belongs to a backend that is not configured");
  return { backend: decoded.backend, id: decoded.id };
}
