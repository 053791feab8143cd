import { type Action, type ActionCall, createAction, findAction, type Installation, loadAction, modifyAction } from "./action.ts";
import { readAccountId } from "./customers.ts";
import { billingCycles, dateTimeOf } from "./dates.ts";
import { Failure, unknownId } from "./failure.ts";
import { type Fields, parseLong, patterns, readBoolean, readChoice, readDay, readInteger, readText, required } from "./fields.ts";
import { amountRange, dayRange, matchesText, page } from "./find.ts";
import { type Plan, takeId, type V01State } from "./state.ts";
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

const load = (call: ActionCall, { state }: Installation) => planOf(call, state);

const modify = (call: ActionCall, installation: Installation) => {
  const { state } = installation;
  const stored = planOf(call, state);
  const plan: Plan = { ...stored, ...readPlan(call.object, installation, stored) };
  state.plans.set(plan.id, plan);
  return plan;
};

export const planActions: readonly Action[] = [
  createAction("plans", create),
  findAction("plans", find),
  loadAction("plans/*", load),
  modifyAction("plans/*", modify),
];
