import type { BackendFormFragment } from "../../client/generated/graphql.ts";
import type { Capability } from "../../client/index.ts";

/** Every capability as what it is about and what can be done to it. The order is the one people see. */
const described: Readonly<Record<Capability, readonly [subject: string, verb: string]>> = {
  CUSTOMER_READ: ["Customers", "read"],
  CUSTOMER_CREATE: ["Customers", "create"],
  CUSTOMER_UPDATE: ["Customers", "edit"],
  CUSTOMER_ARCHIVE: ["Customers", "archive"],
  CUSTOMER_RESTORE: ["Customers", "restore"],
  CHARGE_READ: ["Charges", "read"],
  CHARGE_CREATE: ["Charges", "create"],
  CHARGE_UPDATE: ["Charges", "edit"],
  CHARGE_EXECUTE: ["Charges", "execute"],
  CHARGE_VOID: ["Charges", "void"],
  CREDIT_CREATE: ["Credits", "give"],
  TAX_READ: ["Taxes", "read"],
  TAX_CREATE: ["Taxes", "create"],
  TAX_UPDATE: ["Taxes", "edit"],
  TAX_ARCHIVE: ["Taxes", "archive"],
  TAX_LIABILITY: ["Taxes", "liability"],
  PLAN_READ: ["Catalogue", "plans"],
  SERVICE_READ: ["Catalogue", "services"],
  VALIDATE_ONLY: ["Dry run", "its own"],
};

export interface CapabilityGroup {
  readonly subject: string;
  /** None: the backend has no such thing. */
  readonly verbs: readonly string[];
}

/** What a backend can do, by what it does it to. */
export function groupCapabilities(capabilities: readonly Capability[]): readonly CapabilityGroup[] {
  const all = Object.entries(described) as [Capability, readonly [string, string]][];
  const subjects = [...new Set(all.map(([, [subject]]) => subject))];
  return subjects.map((subject) => ({
    subject,
    verbs: all.flatMap(([capability, [of, verb]]) => (of === subject && capabilities.includes(capability) ? [verb] : [])),
  }));
}

type Able = Pick<BackendFormFragment, "label" | "capabilities">;

/** Why something cannot be created in a backend; null where it can. */
export function reasonAgainst({ label, capabilities }: Able, write: Capability, things: string): string | null {
  if (capabilities.includes(write)) return null;
  const subject = write.slice(0, write.indexOf("_"));
  const reads = capabilities.includes(`${subject}_READ` as Capability);
  return reads
    ? `Not in ${label}: its ${things} can be read, but not created from here.`
    : `Not in ${label}: it keeps no ${things}.`;
}
