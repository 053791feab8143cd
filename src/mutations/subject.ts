import type { Operation, Step } from "../journal/model.ts";
import { decodeId, type NodeType } from "../model/id.ts";

/**
 * Whom and what a step is about, in the words of whoever called: from the operation's own recorded input, so that it is known while
 * the backend is down, and of what never came to be. Ids are global.
 */
export interface Subject {
  /** A charge's customer, a tax's owner, the customer itself. Null where there is none, or where only the backend knows. */
  readonly customerId: string | null;
  /** Of a customer that is created: what it was to be called. */
  readonly customerName: string | null;
  /** What is to be changed; null for what is created. */
  readonly objectId: string | null;
  /** What a charge or a tax was to be called. */
  readonly name: string | null;
  /** Its notes, where it was not described. */
  readonly description: string | null;
  /** Of a charge without taxes, as everywhere. */
  readonly amount: string | null;
  /** Null where none was said. */
  readonly currency: string | null;
  /** The day of a charge. */
  readonly date: string | null;
}

type Recorded = Pick<Operation, "mutation" | "input">;
type Place = Pick<Step, "target" | "objectId" | "belongsTo" | "nodeId">;

/** Members of inputs are called the same in every mutation; only where they stand differs. Pure. */
export function subjectOf({ mutation, input }: Recorded, { target, objectId, belongsTo, nodeId }: Place): Subject {
  const call = membersOf(input);
  const said = partOf(call, target);
  const text = (name: string): string | null => textOf(said[name]);
  const isNewCustomer = mutation === "createCustomer";
  const isCustomer = isNewCustomer || isOf("Customer", objectId);
  const person = [text("firstName"), text("lastName")].filter((part) => part !== null).join(" ");
  const customers = [objectId, isNewCustomer ? nodeId : null, belongsTo, text("customerId"), text("ownerId")];
  return {
    customerId: customers.find((id) => isOf("Customer", id)) ?? null,
    customerName: isNewCustomer ? (text("name") ?? (person || null)) : null,
    objectId,
    // Of a customer that exists, a name in the input is a new one, or that of an account.
    name: isCustomer ? null : text("name"),
    description: isCustomer ? null : (text("description") ?? text("notes")),
    amount: text("amount") ?? text("fixedAmount"),
    currency: text("currency"),
    date: text("date"),
  };
}

/** All that an operation is about, in the order of its input. What is created in several backends is one, as far as it is called alike. */
export function subjectsOf(operation: Pick<Operation, "mutation" | "input" | "steps">): readonly Subject[] {
  const firstSteps = new Map(operation.steps.toReversed().map((step) => [step.target, step]));
  const subjects = [...firstSteps.keys()]
    .sort((one, other) => one - other)
    .map((target) => subjectOf(operation, firstSteps.get(target) as Step));
  if (!("backends" in membersOf(operation.input))) return subjects;
  const kinds = subjects.map(alikeness);
  return subjects.filter((_, place) => kinds.indexOf(kinds[place] ?? "") === place);
}

/** Of what is created in several backends: what people would tell apart. */
function alikeness({ customerName, name, amount, currency }: Subject): string {
  return JSON.stringify([customerName, name, amount, currency]);
}

type Members = Readonly<Record<string, unknown>>;

/** What was said of one target: one of several, the only one, or all of the input. */
function partOf(call: Members, target: number): Members {
  const { charges, charge, credits, credit, changes, backends, overrides } = call;
  const several = charges ?? credits;
  if (Array.isArray(several)) return membersOf(several[target]);
  if (Array.isArray(changes)) return membersOf(membersOf(changes[target])["change"]);
  if (Array.isArray(backends) && Array.isArray(overrides)) {
    const own = overrides.map(membersOf).find(({ backend }) => backend === backends[target]);
    return { ...call, ...Object.fromEntries(Object.entries(own ?? {}).filter(([, value]) => value != null)) };
  }
  const one = charge ?? credit;
  return one === undefined ? call : membersOf(one);
}

const membersOf = (value: unknown): Members => (typeof value === "object" && value !== null ? (value as Members) : {});
const textOf = (value: unknown): string | null => (typeof value === "string" && value.trim() !== "" ? value : null);
const isOf = (type: NodeType, id: string | null): id is string => id !== null && decodeId(id)?.type === type;
