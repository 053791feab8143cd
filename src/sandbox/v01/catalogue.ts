import {
  type Action,
  type ActionCall,
  createAction,
  explicitGetAction,
  Failure,
  findAction,
  type Installation,
  loadAction,
  modifyAction,
  unknownId,
} from "./action.ts";
import { readAccountId } from "./customers.ts";
import { billingCycles, dateTimeOf } from "./dates.ts";
import {
  type Fields,
  parseLong,
  patterns,
  readBoolean,
  readChoice,
  readDay,
  readInteger,
  readLong,
  readText,
  required,
} from "./fields.ts";
import { amountRange, dayRange, matchesText, page } from "./find.ts";
import { type Plan, type TaxRate, takeId, type V01State } from "./state.ts";
import { readAmounts } from "./transactions.ts";

const planOf = ({ variables }: ActionCall, state: V01State): Plan => {
  const id = parseLong(variables[0] ?? "", "plan-id");
  const plan = state.plans.get(id);
  if (plan === undefined) throw unknownId("plan", id);
  return plan;
};

/** The fields of section 10.7 on top of a stored plan, if there is one. Absent fields keep its values (A8). */
const readPlan = (object: Fields, { settings }: Installation, stored?: Plan) => {
  const amounts = { amount: stored?.amount, taxAmount: stored?.taxAmount, ...object };
  return {
    name: required("name" in object ? readText(object, "name", 255, patterns.name) : stored?.name, "name"),
    billingCycleType: readChoice(object, "billingCycleType", billingCycles) ?? stored?.billingCycleType ?? "M",
    ...readAmounts(amounts, settings),
    isActive: readBoolean(object, "isActive") ?? stored?.isActive ?? true,
  };
};

const create = ({ object }: ActionCall, installation: Installation) => {
  const { state, settings } = installation;
  const accountId = required(readAccountId(object, settings), "accountId");
  const fields = readPlan(object, installation);
  const code = readText(object, "code", 60, patterns.code);
  if (state.plans.values().some((plan) => plan.code === code && plan.accountId === accountId)) {
    throw new Failure("V02", `There is a plan with the code ${code} already.`);
  }
  const id = takeId(state, "plan");
  const plan: Plan = { id, code: code ?? String(id), accountId, createDate: dateTimeOf(settings.now()), ...fields };
  state.plans.set(id, plan);
  return plan;
};

/**
 * Section 8.2. E1 has six of the filters (section 1), but the contract does not say which: here those that correspond to its
 * customer filters, which have neither accounts nor ranges.
 */
const find = ({ parameters }: ActionCall, installation: Installation) => {
  const { state, settings } = installation;
  const known = settings.edition === "E1" ? {} : parameters;
  const accountId = readInteger(known, "accountId", 1);
  const isWithin = dayRange(known, "createDate");
  const hasAmountWithin = amountRange(known);
  const name = readText(parameters, "name", 255);
  const cycle = readChoice(parameters, "billingCycleType", billingCycles);
  const day = readDay(parameters, "createDate");
  const amount = readInteger(parameters, "amount", 0);
  const rows = [...state.plans.values()].filter(
    (plan) =>
      (accountId === undefined || plan.accountId === accountId) &&
      matchesText(plan.name, name) &&
      matchesText(plan.billingCycleType, cycle) &&
      isWithin(plan.createDate) &&
      hasAmountWithin(plan.amount) &&
      (day === undefined || plan.createDate.startsWith(day)) &&
      (amount === undefined || plan.amount === amount),
  );
  return page(rows, parameters, installation);
};

const loadPlan = (call: ActionCall, { state }: Installation) => planOf(call, state);

const modifyPlan = (call: ActionCall, installation: Installation) => {
  const { state } = installation;
  const stored = planOf(call, state);
  const plan: Plan = { ...stored, ...readPlan(call.object, installation, stored) };
  state.plans.set(plan.id, plan);
  return plan;
};

export const planActions: readonly Action[] = [
  createAction("plans", create),
  findAction("plans", find),
  loadAction("plans/*", loadPlan),
  modifyAction("plans/*", modifyPlan),
];

const countryOf = ({ variables }: ActionCall): string =>
  required(readText({ "country-code": variables[0] }, "country-code", 2, patterns.country), "country-code").toUpperCase();

const ratesOf = (countryCode: string, state: V01State): readonly TaxRate[] =>
  [...state.taxRates.values()].filter((rate) => rate.countryCode === countryCode);

const present = (rate: TaxRate) => ({ ...rate, state: undefined, expirationDate: undefined });

/**
 * Section 9.1: one rate if the parameter `id` names it, otherwise the country's list. The contract does not say what replaces
 * [tax-id], so anything may. A country without rates has an empty list.
 */
const load = (call: ActionCall, { state, settings }: Installation) => {
  const rates = ratesOf(countryOf(call), state);
  const id = readLong(call.parameters, "id");
  const named = call.variables[1] ?? "";
  if (settings.taxListId === "known" && !rates.some((rate) => String(rate.id) === named)) {
    throw new Failure("V01", `There is no tax rate ${named}.`, true);
  }
  if (id === undefined) return rates.filter((rate) => state.taxRates.isListed(rate.id)).map(present);
  const rate = rates.find((candidate) => candidate.id === id);
  if (rate === undefined) throw unknownId("tax rate", id);
  return present(rate);
};

/**
 * Section 9.2, which "creates a rate or updates an existing one": it updates if [tax-id] is the id of one of the country's
 * rates, and creates otherwise ("0", "new", any unknown id). An omitted `isActive` means true for both, the documented default.
 * A rate of another country is refused instead of copied.
 */
const modify = (call: ActionCall, { state, settings }: Installation) => {
  const countryCode = countryOf(call);
  const fields = {
    value: required(readInteger(call.parameters, "value", 0), "value"),
    effectiveDate: required(readDay(call.parameters, "effectiveDate"), "effectiveDate"),
    isActive: readBoolean(call.parameters, "isActive") ?? true,
  };
  const description = readText(call.parameters, "description", 255);
  const taxId = call.variables[1] ?? "";
  const stored = /^\d{1,19}$/.test(taxId) ? state.taxRates.get(BigInt(taxId)) : undefined;
  if (stored !== undefined && stored.countryCode !== countryCode) {
    throw new Failure("V01", `The tax rate ${stored.id} belongs to another country.`, true);
  }
  const rate: TaxRate =
    stored === undefined
      ? newRate(state, { countryCode, description, createDate: dateTimeOf(settings.now()), ...fields })
      : { ...stored, ...fields, description: "description" in call.parameters ? description : stored.description };
  state.taxRates.set(rate.id, rate);
  expireReplaced(state, rate);
  return present(state.taxRates.get(rate.id) ?? rate);
};

/** A rate with the next id, which is also its code. */
export const newRate = (state: V01State, fields: Omit<TaxRate, "id" | "code">): TaxRate => {
  const id = takeId(state, "taxRate");
  return { id, code: String(id), ...fields };
};

/**
 * Sets the expiration of all rates in the changed rate's country and state: each ends when the next takes effect (section 9.2,
 * from the UI reference).
 */
export const expireReplaced = (state: V01State, changed: TaxRate): void => {
  const series = ratesOf(changed.countryCode, state)
    .filter((rate) => rate.state === changed.state)
    .toSorted((one, other) => one.effectiveDate.localeCompare(other.effectiveDate));
  for (const [index, rate] of series.entries()) {
    state.taxRates.set(rate.id, { ...rate, expirationDate: series[index + 1]?.effectiveDate });
  }
};

export const taxActions: readonly Action[] = [
  explicitGetAction("countries/*/taxes/*", "load", load),
  {
    resource: "countries/*/taxes/*",
    name: "modify",
    method: "POST",
    implicit: true,
    consumes: "xurl",
    answer: modify,
  },
];
