import { type BillingError, invalidInput, named, unsupported } from "../../model/errors.ts";
import type { LiabilitySubject, Tax } from "../../model/model.ts";
import { canonicalDecimal, compareDecimals, isDecimal, toMinorUnits } from "../../model/money.ts";
import { unfitLetters } from "../../model/text.ts";
import { isCalendarDate } from "../../model/zones.ts";
import type { Declared, WritePlan } from "../adapter.ts";
import {
  type ChoiceLimits,
  type CommonLimits,
  commonLimits,
  type DateLimits,
  type DecimalLimits,
  type Inputs,
  type IntegerLimits,
  impliedValues,
  type ListLimits,
  type MemberTypes,
  memberTypes,
  type Rule,
  type TakesOf,
  type TextLimits,
  type ValueType,
  type WriteInput,
} from "../inputs.ts";

/** Makes verbs that refuse an input by their declaration, before the adapter plans. Rules over several members are the adapter's. */

/** Makes a verb that creates; a member that is null is not given. */
export function creating<Name extends WriteInput, Plan>(
  backend: string,
  name: Name,
  declared: TakesOf<Name>,
  plan: (input: Inputs[Name]) => Plan,
): Declared<Name> & ((input: Inputs[Name]) => Plan) {
  const takes = withCommonLimits(name, declared);
  const refuse = refusing(backend, name, takes, "create");
  const verb = (input: Inputs[Name]) => {
    refuse(input);
    return plan(input);
  };
  return Object.assign(verb, { takes });
}

/** Makes a verb that changes; a member that is null is cleared. */
export function changing<Name extends WriteInput, Plan>(
  backend: string,
  name: Name,
  declared: TakesOf<Name>,
  plan: (id: string, change: Inputs[Name]) => Plan,
): Declared<Name> & ((id: string, change: Inputs[Name]) => Plan) {
  const takes = withCommonLimits(name, declared);
  const refuse = refusing(backend, name, takes, "change");
  const verb = (id: string, change: Inputs[Name]) => {
    refuse(change);
    return plan(id, change);
  };
  return Object.assign(verb, { takes });
}

/** Makes the verb that sets the liability for a tax. */
export function settingLiability(
  backend: string,
  takes: TakesOf<"liability">,
  plan: (id: string, subject: LiabilitySubject, liable: boolean) => WritePlan<Tax>,
) {
  const refuse = refusing(backend, "liability", takes, "create");
  const verb = (id: string, subject: LiabilitySubject, liable: boolean) => {
    refuse({ ...subject, liable });
    return plan(id, subject, liable);
  };
  return Object.assign(verb, { takes });
}

/** Throws all problems as one: the first, with the others as related. */
export function throwAll(problems: readonly BillingError[]): void {
  const [first, ...related] = problems;
  if (first) throw first.with({ related });
}

/** The declaration, narrowed by the limits that all backends share. */
function withCommonLimits<Name extends WriteInput>(name: Name, declared: TakesOf<Name>): TakesOf<Name> {
  const common: Readonly<Record<string, CommonLimits>> = commonLimits[name] ?? {};
  const narrowed = Object.entries(common).flatMap(([member, limits]) => {
    const rule = (declared as Rules)[member];
    return rule === undefined || rule.use === "refused" ? [] : [[member, { ...rule, ...narrower(rule as CommonLimits, limits) }]];
  });
  return { ...declared, ...Object.fromEntries(narrowed) };
}

function narrower(own: CommonLimits, common: CommonLimits): CommonLimits {
  const least = greater(own.least, common.least);
  const moreThan = greater(own.moreThan, common.moreThan);
  const values = own.values ?? common.values;
  return {
    ...common,
    ...(least !== undefined && { least }),
    ...(moreThan !== undefined && { moreThan }),
    ...(values !== undefined && { values }),
  };
}

function greater(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return compareDecimals(one, other) < 0 ? other : one;
}

type Mode = "create" | "change";
type Members = Readonly<Record<string, unknown>>;
type AnyRule = Rule<{ readonly parts?: Rules }>;
type Rules = Readonly<Record<string, AnyRule>>;

function refusing<Name extends WriteInput>(backend: string, name: Name, takes: TakesOf<Name>, mode: Mode) {
  const types: MemberTypes = memberTypes[name];
  return (input: object) => throwAll(problemsIn({ backend, mode, types, rules: takes as Rules, path: [] }, input as Members));
}

interface Place {
  readonly backend: string;
  readonly mode: Mode;
  readonly types: MemberTypes;
  readonly rules: Rules;
  /** The path of the object that holds the members. */
  readonly path: readonly string[];
}

function problemsIn(place: Place, input: Members): BillingError[] {
  return Object.entries(place.rules).flatMap(([name, rule]) => problemsOf(place, name, rule, input));
}

function problemsOf({ backend, mode, types, rules, path }: Place, name: string, rule: AnyRule, input: Members): BillingError[] {
  const field = [...path, name];
  const value = input[name];
  const isGiven = mode === "create" ? value != null : value !== undefined;
  if (rule.use === "refused") {
    const isRefused = isGiven && !isImplied(name, value);
    return isRefused ? [unsupported(backend, `${field.join(".")}: ${named(backend)} ${rule.because}.`, field)] : [];
  }
  const standIns = Object.keys(rules).filter((other) => isInsteadOf(rules[other], name));
  if (rule.use === "required" && value == null) {
    if (standIns.some((other) => !isBlank(input[other]))) return [];
    return [invalidInput(field, standIns.length > 0 ? `is required, or ${standIns.join(" and ")} instead` : "is required")];
  }
  if (!isGiven) return [];
  const uncleared = (): BillingError[] => {
    const reason = rule.unclearable === undefined ? "" : `: ${rule.unclearable}`;
    return [unsupported(backend, `${field.join(".")}: ${named(backend)} can change this, but not clear it${reason}.`, field)];
  };
  if (value === null) {
    // A given member that replaces another clears it.
    const isReplaced = [...standIns, rule.insteadOf ?? ""].some((other) => !isBlank(input[other]));
    return rule.clearable || isReplaced ? [] : uncleared();
  }
  if (rule.insteadOf !== undefined && !rule.alsoBeside && !isBlank(value) && !isBlank(input[rule.insteadOf])) {
    return [
      unsupported(backend, `${field.join(".")}: ${named(backend)} takes either ${rule.insteadOf} or this, not both.`, field),
    ];
  }
  const type = types[name];
  if (type === undefined) return [];
  if (typeof type === "object") {
    const inside = { backend, mode, types: type, rules: rule.parts ?? {}, path: field };
    return problemsIn(inside, value as Members);
  }
  if (Array.isArray(value) && value.length < ((rule as ListLimits).fewestItems ?? 0)) {
    return mode === "change" ? uncleared() : [invalidInput(field, "must not be empty")];
  }
  const foreign = foreignValue(rule as ChoiceLimits<string>, value);
  if (foreign !== undefined) {
    const offered = (rule as ChoiceLimits<string>).values?.join(", ");
    return [unsupported(backend, `${field.join(".")}: ${named(backend)} has no ${foreign} here, only ${offered}.`, field)];
  }
  const problem = checks[type](value, rule);
  return problem === null ? [] : [invalidInput(field, problem)];
}

function isInsteadOf(rule: AnyRule | undefined, name: string): boolean {
  return rule !== undefined && rule.use !== "refused" && rule.insteadOf === name;
}

function isBlank(value: unknown): boolean {
  return value == null || (typeof value === "string" && value.trim() === "");
}

function isImplied(name: string, value: unknown): boolean {
  const implied = impliedValues[name];
  if (typeof value === "string" && typeof implied === "string") return isDecimal(value) && compareDecimals(value, implied) === 0;
  return implied !== undefined && JSON.stringify(value) === JSON.stringify(implied);
}

/** The first value that the backend does not accept. */
function foreignValue({ values }: ChoiceLimits<string>, value: unknown): string | undefined {
  return values && [value].flat().find((each): each is string => typeof each === "string" && !values.includes(each));
}

/** The problem of a value, as the end of a sentence; null where there is none. */
type Check = (value: unknown, limits: object) => string | null;

const accept: Check = () => null;
const checks: Readonly<Record<ValueType, Check>> = {
  text: textProblem,
  email: textProblem,
  country: textProblem,
  lines: (value, limits) => listProblem(value, limits) ?? firstOf(value, (line) => textProblem(line, limits)),
  decimal: decimalProblem,
  integer: integerProblem,
  date: dateProblem,
  currency: (value) => (/^[A-Z]{3}$/.test(String(value)) ? null : "must be an ISO 4217 code such as EUR"),
  taxIds: listProblem,
  taxScopes: listProblem,
  boolean: accept,
  // model/id.ts has decoded ids; the adapter knows which ones its backend can have.
  customerId: accept,
  planId: accept,
  serviceId: accept,
  chargeId: accept,
  // The schema lets no other values through.
  chargeKind: accept,
  chargeInterval: accept,
  taxLiability: accept,
};

function textProblem(value: unknown, { longest, blank, pattern }: TextLimits): string | null {
  const text = String(value);
  if (text.trim() === "") return blank ? null : "must not be blank";
  const unfit = unfitLetters(text);
  if (unfit !== null) return unfit;
  if (longest !== undefined && [...text].length > longest) return `must not be longer than ${longest} characters`;
  return pattern && !pattern.form.test(text) ? `must be ${pattern.means}` : null;
}

function firstOf(value: unknown, problem: (item: unknown) => string | null): string | null {
  return (value as readonly unknown[]).map(problem).find((found) => found !== null) ?? null;
}

function listProblem(value: unknown, { mostItems }: ListLimits): string | null {
  const { length } = value as readonly unknown[];
  return mostItems !== undefined && length > mostItems ? `must not be more than ${mostItems}` : null;
}

function decimalProblem(value: unknown, limits: DecimalLimits): string | null {
  const { decimals, digits, least, most, moreThan, notZero, insteadOfNegative } = limits;
  const number = String(value);
  if (!isDecimal(number)) return "must be a decimal number such as 12.50";
  if (decimals !== undefined && toMinorUnits(number, decimals) === null) return `must not have more than ${decimals} decimals`;
  const instead = insteadOfNegative !== undefined && compareDecimals(number, "0") < 0 ? `: ${insteadOfNegative}` : "";
  if (notZero && compareDecimals(number, "0") === 0) return "must not be zero";
  if (moreThan !== undefined && compareDecimals(number, moreThan) <= 0) return `must be greater than ${moreThan}${instead}`;
  if (least !== undefined && compareDecimals(number, least) < 0) return `must be at least ${least}${instead}`;
  if (most !== undefined && compareDecimals(number, most) > 0) return `must be at most ${most}`;
  if (digits !== undefined && significantDigits(number) > digits) return `must not have more than ${digits} digits`;
  return null;
}

function significantDigits(decimal: string): number {
  return canonicalDecimal(decimal).replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "").length;
}

function integerProblem(value: unknown, { least, most }: IntegerLimits): string | null {
  if (!Number.isSafeInteger(value)) return "must be a whole number";
  if (least !== undefined && Number(value) < least) return `must be at least ${least}`;
  return most !== undefined && Number(value) > most ? `must be at most ${most}` : null;
}

function dateProblem(value: unknown, { earliest }: DateLimits): string | null {
  const date = String(value);
  if (!isCalendarDate(date)) return "must be a calendar date such as 2026-11-21";
  return earliest !== undefined && date < earliest ? `must not be before ${earliest}` : null;
}
