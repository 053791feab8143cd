import type { BackendFormFragment, BackendInputMemberDetailsFragment, Capability } from "../../client/generated/graphql.ts";
import type { Choice, Control, Field, Values } from "./fields.ts";

/**
 * Makes a form's fields from the members that a backend says its write takes (schema: Backend.inputs), in that order. Knows the
 * API's members by name, but no backend from another.
 */

/** The part of a backend from which forms are made. */
export type FormBackend = Pick<BackendFormFragment, "key" | "inputs">;
export type FormMember = Omit<BackendInputMemberDetailsFragment, "__typename">;

/** Labels of the API's members, for backends that give none. */
const labels: Readonly<Record<string, string>> = {
  "address.city": "City",
  "address.country": "Country",
  "address.lines": "Street and number",
  "address.postalCode": "Postal code",
  "address.state": "State or region",
  active: "In force",
  appliesTo: "Applies to",
  date: "Date",
  defaultLiability: "Who is liable",
  effectiveDate: "Valid from",
  email: "E-mail",
  executeNow: "Execute now",
  ownerId: "Created in",
  parentId: "Belongs to",
  phone: "Phone",
  planId: "Plan",
  "recurrence.endsOn": "Ends on",
  "recurrence.interval": "How often",
  "recurrence.occurrences": "Number of times",
  serviceId: "Service",
  shared: "Shared with all customers",
  taxAmount: "Tax",
  taxIds: "Taxes",
};

const hints: Readonly<Record<string, string>> = {
  amount: "Total of the line, without taxes",
  executeNow: "Takes the money at once",
  rate: "Percent: 20 is 20 %",
  "recurrence.interval": "Once, if left empty",
  taxAmount: "Tax on the amount",
};

/** Labels of the values of the API's enums. */
const words: Readonly<Record<string, string>> = {
  ACCOUNTS: "Account fees",
  ALL_CUSTOMERS: "All customers, present and future",
  ANNUALLY: "Every year",
  MONTHLY: "Every month",
  NEW_CUSTOMERS: "Customers created from now on",
  NOBODY: "Nobody, unless set for a customer",
  QUARTERLY: "Every three months",
  SEMIANNUALLY: "Every six months",
  WEEKLY: "Every week",
};

/** The members that a backend's write takes. Empty when it has no such write. */
export function membersTaken({ inputs }: Pick<FormBackend, "inputs">, write: Capability): readonly FormMember[] {
  const members = inputs.find((input) => input.write === write)?.members ?? [];
  const taken = members.filter(({ refused }) => refused === null);
  const isTaken = (name: string): boolean => taken.some((member) => member.name === name);
  return taken.filter(
    (member) =>
      member.type !== "PARTS" &&
      saysSomething(member, taken) &&
      // Members with the same meaning are asked for once.
      !(member.sameAs !== null && isTaken(member.sameAs)) &&
      // A charge repeats from its date on, so that its start is not asked for as well.
      !(member.name === "recurrence.startsOn" && isTaken("date")),
  );
}

/** Tells whether a backend's write takes a member. */
export function takes({ inputs }: Pick<FormBackend, "inputs">, write: Capability, name: string): boolean {
  const members = inputs.find((input) => input.write === write)?.members ?? [];
  return members.some((member) => member.name === name && member.refused === null);
}

/** True when a member leaves a choice: an optional member with a single possible value is left out. */
function saysSomething({ name, required, values, limits }: FormMember, taken: readonly FormMember[]): boolean {
  if (name.startsWith("recurrence.") && !intervalsOffered(taken).some(repeats)) return false;
  if (required) return true;
  return (values === null || values.length > 1) && !(limits.least !== null && limits.least === limits.most);
}

function intervalsOffered(members: readonly FormMember[]): readonly string[] {
  return members.find(({ name }) => name === "recurrence.interval")?.values?.map(({ value }) => value) ?? [];
}

const repeats = (interval: string): boolean => !["", "ONCE", "IMMEDIATE"].includes(interval);

/** Makes the field of one member. Its name has "/" where the API's path has a dot. */
function fieldOf(backend: Pick<FormBackend, "key">, member: FormMember): Field {
  const { name, type, limits } = member;
  const part = name.includes(".");
  const hint =
    member.hint ?? hints[name] ?? (type === "LINES" && limits.mostItems ? `At most ${limits.mostItems} lines` : undefined);
  const repeating = name.startsWith("recurrence.") && name !== "recurrence.interval";
  return {
    name: name.replaceAll(".", "/"),
    label: member.label ?? labels[name] ?? readable(name.slice(name.lastIndexOf(".") + 1)),
    control: controlOf(backend.key, member),
    // A member of an object is required only when the object is given. That is known when the form is sent.
    required: member.required && !part,
    ...(member.required && part && { goesAlong: true }),
    clearable: member.clearable,
    limits: [limits],
    ...(hint !== undefined && { hint }),
    ...(repeating && {
      dependsOn: ["recurrence/interval"],
      when: (values: Values) => repeats(String(values["recurrence/interval"] ?? "")),
    }),
  };
}

/** Makes the fields of members. Of alternatives that replace each other, only one is asked for at a time. */
export function fieldsOf(backend: Pick<FormBackend, "key">, members: readonly FormMember[]): readonly Field[] {
  return members.map((member) => {
    const field = fieldOf(backend, member);
    const others = members.filter(
      (other) =>
        (other.insteadOf === member.name && !other.alsoBeside) || (member.insteadOf === other.name && !member.alsoBeside),
    );
    if (others.length === 0) return field;
    const names = others.map(({ name }) => name.replaceAll(".", "/"));
    return {
      ...field,
      dependsOn: names,
      when: (values: Values) => names.every((name) => String(values[name] ?? "").trim() === ""),
    };
  });
}

function controlOf(backend: string, { name, type, values }: FormMember): Control {
  switch (type) {
    case "BOOLEAN":
      return { kind: "switch" };
    case "CHOICE":
      return { kind: "choice", options: optionsOf(name, values) };
    case "CHOICES":
      return { kind: "choices", options: optionsOf(name, values) };
    case "CUSTOMER":
      return { kind: "customer", backend };
    case "PLAN":
      return { kind: "plan", backend };
    case "SERVICE":
      return { kind: "service", backend };
    case "TAXES":
      return { kind: "taxes", backend };
    case "DATE":
      return { kind: "date" };
    case "DECIMAL":
      return { kind: "decimal" };
    case "INTEGER":
      return { kind: "integer" };
    case "EMAIL":
      return { kind: "email" };
    case "LINES":
      return { kind: "lines" };
    case "CURRENCY":
      return values === null ? { kind: "currency" } : { kind: "choice", options: optionsOf(name, values) };
    case "TEXT":
    case "COUNTRY":
    case "CHARGE":
    case "PARTS":
      return { kind: name === "notes" ? "paragraph" : "text" };
  }
}

function optionsOf(name: string, values: FormMember["values"]): readonly Choice[] {
  const offered = (values ?? []).filter(({ value }) => name !== "recurrence.interval" || value !== "IMMEDIATE");
  return offered.map(({ value, label }) => ({ value, label: label ?? words[value] ?? readable(value) }));
}

/** "taxAmount" → "Tax amount", "CARD_GROUPS" → "Card groups". */
function readable(name: string): string {
  const spaced = /^[A-Z\d_]+$/.test(name) ? name.replaceAll("_", " ") : name.replace(/([A-Z])/g, " $1");
  return `${spaced.charAt(0).toUpperCase()}${spaced.slice(1).toLowerCase()}`;
}
