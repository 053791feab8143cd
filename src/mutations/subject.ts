import type { Operation, Step } from "../journal/model.ts";
import { decodeId, type NodeType } from "../model/id.ts";

/**
 * Whom and what a step concerns, as the caller named it. It is read from the operation's recorded input, so it is known while
 * the backend is down, and for records that were never made. Ids are global.
 */
export interface Subject {
  /** A charge's customer, a tax's owner, or the customer itself. Null if there is none or only the backend knows it. */
  readonly customerId: string | null;
  /** The name of a customer to be created. */
  readonly customerName: string | null;
  /** The object to be changed; null for one to be created. */
  readonly objectId: string | null;
  /** The name of a charge or tax. */
  readonly name: string | null;
  /** The description, or else the notes. */
  readonly description: string | null;
  /** For a charge: excluding taxes, as everywhere. */
  readonly amount: string | null;
  /** Null if none was given. */
  readonly currency: string | null;
  /** The date of a charge. */
  readonly date: string | null;
}

type Recorded = Pick<Operation, "mutation" | "input">;
type Place = Pick<Step, "target" | "objectId" | "belongsTo" | "nodeId">;

/** Members of inputs have the same names in every mutation, but stand in different places. Pure. */
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
    // For an existing customer, a name in the input is a new name, or that of an account.
    name: isCustomer ? null : text("name"),
    description: isCustomer ? null : (text("description") ?? text("notes")),
    amount: text("amount") ?? text("fixedAmount"),
    currency: text("currency"),
    date: text("date"),
  };
}

/**
 * The subjects of an operation, each with its backend. First the one that most needs to be looked at: of unknown outcome, else failed.
 * Within that in the order of the input. The same record created in several backends is one subject.
 */
export function subjectsOf(
  operation: Pick<Operation, "mutation" | "input" | "steps">,
): readonly (Subject & Pick<Step, "backend">)[] {
  const subjects = [...Map.groupBy(operation.steps, ({ target }) => target)]
    .sort(([one, ofOne], [other, ofOther]) => urgency(ofOne) - urgency(ofOther) || one - other)
    .flatMap(([, [first]]) => (first ? { ...subjectOf(operation, first), backend: first.backend } : []));
  if (!("backends" in membersOf(operation.input))) return subjects;
  const kinds = subjects.map(alikeness);
  return subjects.filter((_, place) => kinds.indexOf(kinds[place] ?? "") === place);
}

/** How many there are. Only of an input with several backends it must be found out which are alike. */
export function countSubjects(operation: Pick<Operation, "mutation" | "input" | "steps">): number {
  if ("backends" in membersOf(operation.input)) return subjectsOf(operation).length;
  return new Set(operation.steps.map(({ target }) => target)).size;
}

function urgency(steps: readonly Pick<Step, "status">[]): number {
  const has = (urgent: Step["status"]): boolean => steps.some(({ status }) => status === urgent);
  if (has("UNKNOWN")) return 0;
  return has("FAILED") ? 1 : 2;
}

/** Texts by which people distinguish subjects. */
function alikeness({ customerName, name, amount, currency }: Subject): string {
  return JSON.stringify([customerName, name, amount, currency]);
}

type Members = Readonly<Record<string, unknown>>;

/** The part of the input for one target: one of several, the only one, or the whole input. */
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
