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
import { customerOf } from "./customers.ts";
import { billingCycles, billingDay, billingsBefore, dateTimeOf, dayOf } from "./dates.ts";
import {
  type Fields,
  parseLong,
  patterns,
  readChoice,
  readDay,
  readInteger,
  readReference,
  readText,
  required,
} from "./fields.ts";
import { amountRange, dayRange, matchesText, page } from "./find.ts";
import { paymentOptionsOf } from "./payments.ts";
import {
  type Customer,
  type PaymentOption,
  type Plan,
  type Subscription,
  type SubscriptionAdjustment,
  takeId,
  type V01State,
} from "./state.ts";
import { readAmounts, refuseOtherOwner } from "./transactions.ts";

// Subscriptions are stored and answered, but nothing is ever billed: time passes without new invoices.

const subscriptionOf = (call: ActionCall, state: V01State): Subscription => {
  const customer = customerOf(call, state);
  const id = parseLong(call.variables[1] ?? "", "subscription-id");
  const subscription = state.subscriptions.get(id);
  if (subscription?.customerId !== customer.id) throw unknownId("subscription", id);
  return subscription;
};

/**
 * `pendingAdjustmentType` is present only while a change is scheduled (section 10.6). It is the latest one, as a cancellation
 * ends earlier schedules. Adjustments have a resource of their own.
 */
const present = (subscription: Subscription, { settings }: Installation) => {
  const today = dayOf(settings.now());
  const latest = subscription.adjustments.at(-1);
  const isPending = latest !== undefined && latest.effectiveDate > today;
  return { ...subscription, pendingAdjustmentType: isPending ? latest.type : undefined, adjustments: undefined };
};

/** The candidate that the field refers to, by id or "*code". Fails with V01 if there is none. */
const referred = <Candidate extends Plan | PaymentOption>(fields: Fields, name: string, candidates: readonly Candidate[]) => {
  const reference = readReference(fields, name);
  if (reference === undefined) return undefined;
  const found = candidates.find(({ id, code }) => (typeof reference === "bigint" ? id === reference : code === reference.code));
  if (found === undefined) throw new Failure("V01", `${name} refers to nothing that exists.`);
  return found;
};

const plansOf = (customer: Customer, state: V01State): readonly Plan[] =>
  [...state.plans.values()].filter(({ accountId }) => accountId === customer.accountId);

/**
 * Section 8.1: needs an existing customer and a payment option, by default the customer's first. Amounts and cycle come from
 * the plan unless they are given.
 */
const create = (call: ActionCall, installation: Installation) => {
  const { object } = call;
  const { state, settings } = installation;
  const customer = customerOf(call, state);
  refuseOtherOwner(object, customer, settings);
  const options = paymentOptionsOf(customer, state);
  const plan = referred(object, "planId", plansOf(customer, state));
  const option = referred(object, "paymentOptionId", options) ?? options[0];
  if (option === undefined) throw new Failure("O01", `The customer ${customer.id} has no payment option.`);
  const firstBillingDate = required(readDay(object, "firstBillingDate"), "firstBillingDate");
  const billingCycleType = readChoice(object, "billingCycleType", billingCycles) ?? plan?.billingCycleType ?? "M";
  const billed = billingsBefore(firstBillingDate, billingCycleType, dayOf(settings.now()));
  const fields = {
    ...readAmounts({ amount: plan?.amount, taxAmount: plan?.taxAmount, ...object }, settings),
    firstBillingDate,
    nextBillingDate: billingDay(firstBillingDate, billingCycleType, billed),
    billingCycleType,
    planId: plan?.id,
    planName: plan?.name,
    paymentOptionId: option.id,
    note: readText(object, "note", 255),
    adjustments: [],
  };
  const code = readText(object, "code", 60, patterns.code);
  const own = state.subscriptions.values().filter(({ customerId }) => customerId === customer.id);
  if (own.some((subscription) => subscription.code === code)) {
    throw new Failure("V02", `The customer has a subscription with the code ${code} already.`);
  }
  const id = takeId(state, "subscription");
  const owner = { accountId: customer.accountId, customerId: customer.id };
  const createDate = dateTimeOf(settings.now());
  const subscription: Subscription = { id, code: code ?? String(id), ...owner, createDate, ...fields };
  state.subscriptions.set(id, subscription);
  return present(subscription, installation);
};

/** Section 8.1: the filters that were observed. */
const find = (call: ActionCall, installation: Installation) => {
  const { state } = installation;
  const { parameters } = call;
  const customer = customerOf(call, state);
  const cycle = readChoice(parameters, "billingCycleType", billingCycles);
  const isCreatedWithin = dayRange(parameters, "createDate");
  const isLastBilledWithin = dayRange(parameters, "lastBillingDate");
  const isNextBilledWithin = dayRange(parameters, "nextBillingDate");
  const hasAmountWithin = amountRange(parameters);
  const rows = [...state.subscriptions.values()].filter(
    (subscription) =>
      subscription.customerId === customer.id &&
      matchesText(subscription.billingCycleType, cycle) &&
      isCreatedWithin(subscription.createDate) &&
      isLastBilledWithin(subscription.lastBillingDate) &&
      isNextBilledWithin(subscription.nextBillingDate) &&
      hasAmountWithin(subscription.amount),
  );
  return page(rows, parameters, installation).map((subscription) => present(subscription, installation));
};

const load = (call: ActionCall, installation: Installation) => present(subscriptionOf(call, installation.state), installation);

/** Section 8.1: only `note` and `paymentOptionId` are changed. */
const modify = (call: ActionCall, installation: Installation) => {
  const { state } = installation;
  const stored = subscriptionOf(call, state);
  const option = referred(call.object, "paymentOptionId", paymentOptionsOf(customerOf(call, state), state));
  const note = "note" in call.object ? readText(call.object, "note", 255) : stored.note;
  const subscription: Subscription = { ...stored, note, paymentOptionId: option?.id ?? stored.paymentOptionId };
  state.subscriptions.set(subscription.id, subscription);
  return present(subscription, installation);
};

/** Stores the subscription with another adjustment. */
const adjust = (
  stored: Subscription,
  adjustment: Omit<SubscriptionAdjustment, "id">,
  nextBillingDate: string | undefined,
  installation: Installation,
) => {
  const { state } = installation;
  const adjustments = [...stored.adjustments, { id: takeId(state, "adjustment"), ...adjustment }];
  const subscription: Subscription = { ...stored, nextBillingDate, adjustments };
  state.subscriptions.set(subscription.id, subscription);
  return present(subscription, installation);
};

const refuseCancelled = ({ id, adjustments }: Subscription): void => {
  if (adjustments.some(({ type }) => type === "C")) throw new Failure("U01", `The subscription ${id} is cancelled.`);
};

/** Section 8.1: ends the billing from `effectiveDate` on, which is today at the earliest. */
const cancel = (call: ActionCall, installation: Installation) => {
  const stored = subscriptionOf(call, installation.state);
  const effectiveDate = required(readDay(call.parameters, "effectiveDate"), "effectiveDate");
  const note = readText(call.parameters, "note", 255);
  if (effectiveDate < dayOf(installation.settings.now())) throw new Failure("V03", "effectiveDate is in the past.");
  refuseCancelled(stored);
  const next = stored.nextBillingDate;
  const remaining = next !== undefined && next < effectiveDate ? next : undefined;
  return adjust(stored, { type: "C", effectiveDate, note }, remaining, installation);
};

/** The longest freeze. It keeps the end date within the calendar. */
const maximumFrozenPayments = 520;

/** Section 8.1: leaves out `length` payments from `effectiveDate` on, a future billing date. */
const freeze = (call: ActionCall, installation: Installation) => {
  const stored = subscriptionOf(call, installation.state);
  const effectiveDate = required(readDay(call.parameters, "effectiveDate"), "effectiveDate");
  const length = required(readInteger(call.parameters, "length", 1), "length");
  const note = readText(call.parameters, "note", 255);
  if (length > maximumFrozenPayments) throw new Failure("V03", `length cannot exceed ${maximumFrozenPayments}.`);
  const { firstBillingDate, billingCycleType, nextBillingDate } = stored;
  const isFuture = effectiveDate > dayOf(installation.settings.now());
  const billed = billingsBefore(firstBillingDate, billingCycleType, effectiveDate);
  if (!isFuture || billingDay(firstBillingDate, billingCycleType, billed) !== effectiveDate) {
    throw new Failure("V03", "effectiveDate must be a future billing date.");
  }
  refuseCancelled(stored);
  const endDate = billingDay(firstBillingDate, billingCycleType, billed + length);
  const next = nextBillingDate === effectiveDate ? endDate : nextBillingDate;
  return adjust(stored, { type: "F", effectiveDate, endDate, length, note }, next, installation);
};

const findAdjustments = (call: ActionCall, installation: Installation) =>
  page(subscriptionOf(call, installation.state).adjustments, call.parameters, installation);

export const subscriptionActions: readonly Action[] = [
  createAction("customers/*/subscriptions", create),
  findAction("customers/*/subscriptions", find),
  loadAction("customers/*/subscriptions/*", load),
  modifyAction("customers/*/subscriptions/*", modify),
  explicitGetAction("customers/*/subscriptions/*", "cancel", cancel),
  explicitGetAction("customers/*/subscriptions/*", "freeze", freeze),
  findAction("customers/*/subscriptions/*/adjustments", findAdjustments),
];
