import type { BackendFormFragment } from "../../client/generated/graphql.ts";
import type { BackendDetailsFragment, Capability } from "../../client/index.ts";

/** Each capability as a subject and a verb, in the order in which people see them. */
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

interface CapabilityGroup {
  readonly subject: string;
  /** Empty: the backend has no such objects. */
  readonly verbs: readonly string[];
}

/** Groups a backend's capabilities by subject. */
export function groupCapabilities(capabilities: readonly Capability[]): readonly CapabilityGroup[] {
  const all = Object.entries(described) as [Capability, readonly [string, string]][];
  const subjects = [...new Set(all.map(([, [subject]]) => subject))];
  return subjects.map((subject) => ({
    subject,
    verbs: all.flatMap(([capability, [of, verb]]) => (of === subject && capabilities.includes(capability) ? [verb] : [])),
  }));
}

type Able = Pick<BackendFormFragment, "label" | "capabilities">;

/** Says why something cannot be created in a backend; null when it can. */
export function reasonAgainst({ label, capabilities }: Able, write: Capability, things: string): string | null {
  if (capabilities.includes(write)) return null;
  const subject = write.slice(0, write.indexOf("_"));
  const reads = capabilities.includes(`${subject}_READ` as Capability);
  return reads
    ? `Not in ${label}: its ${things} can be read, but not created from here.`
    : `Not in ${label}: it keeps no ${things}.`;
}

/** Names a backend's system, with its generation where the kind has several. */
export const systemOf = ({ kindLabel, generation }: Pick<BackendDetailsFragment, "kindLabel" | "generation">): string =>
  [kindLabel, generation].filter((part) => part !== null).join(" ");
