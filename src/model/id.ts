import { memoised } from "./memoised.ts";

/**
 * Global ids: base64url of "<type>:<backend key>:<local id>". They are stable, and opaque outside of this file. Adapters can
 * read a record again by its local id, so node() can read any global id.
 */

export const nodeTypes = [
  "Backend",
  "Customer",
  "Charge",
  "Tax",
  "Plan",
  "Service",
  "Operation",
  "Account",
  "ChargeRun",
] as const;
export type NodeType = (typeof nodeTypes)[number];

export interface NodeId {
  readonly type: NodeType;
  /** The backend's key; empty for an Operation, an Account or a ChargeRun, which belong to the gateway. */
  readonly backend: string;
  readonly id: string;
}

export function encodeId({ type, backend, id }: NodeId): string {
  return Buffer.from(`${type}:${backend}:${id}`, "utf8").toString("base64url");
}

/** Null for anything that encodeId cannot have made. No id holds NUL, which PostgreSQL would refuse in a text. */
export function decodeId(globalId: string): NodeId | null {
  return globalId.length <= longestKept ? decodeAgain(globalId) : decode(globalId);
}

/** Characters. Callers choose what they send. */
const longestKept = 100;
/** Lists of operations and account members name the same objects over and over. */
const decodeAgain = memoised(decode);

function decode(globalId: string): NodeId | null {
  if (!/^[A-Za-z0-9_-]+$/.test(globalId)) return null;
  const text = Buffer.from(globalId, "base64url").toString("utf8");
  const [type, backend, ...rest] = text.split(":");
  const id = rest.join(":");
  if (!isNodeType(type) || backend === undefined || rest.length === 0 || id.includes("\0")) return null;
  const decoded = { type, backend, id };
  return encodeId(decoded) === globalId ? decoded : null;
}

function isNodeType(type: string | undefined): type is NodeType {
  return (nodeTypes as readonly (string | undefined)[]).includes(type);
}
